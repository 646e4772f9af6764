import { readTemplate } from "../test/support/read-template.ts";

/** A function of serverless.yml whose parameters have the values that a stage has by default. */
export function stageFunction(name: string) {
  const { functions, params } = readTemplate();
  const definition = functions[name];
  if (definition === undefined) throw new Error(`serverless.yml has no function ${name}`);
  const defaults = params["default"] ?? {};
  const filled = JSON.stringify(definition).replaceAll(/"\$\{param:(\w+)\}"/g, (text, parameter: string) =>
    parameter in defaults ? JSON.stringify(defaults[parameter]) : text,
  );
  return JSON.parse(filled) as typeof definition;
}
