import { readTemplate } from "./read-template.ts";

const FUNCTIONS = Object.entries(readTemplate().functions);

/** By method and path, such as `GET /v1/jobs`: the name in serverless.yml, and the file in functions/ without its ending. */
export const FUNCTION_OF: ReadonlyMap<string, Readonly<{ name: string; file: string }>> = new Map(
  FUNCTIONS.flatMap(([name, { handler, events }]) => {
    const file = handler.replace(/^\.build\/(.*)\.handler$/, "$1");
    return events.flatMap(({ httpApi }) => (httpApi ? [[`${httpApi.method} ${httpApi.path}`, { name, file }]] : []));
  }),
);
