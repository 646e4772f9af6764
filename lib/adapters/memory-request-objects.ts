import type { RequestObjects } from "../ports/request-objects.ts";

/** @param objects by key: the ETag and the text */
export const memoryRequestObjects = (
  objects: ReadonlyMap<string, Readonly<{ eTag: string; text: string }>>,
): RequestObjects => ({
  async read({ key, eTag }) {
    const found = objects.get(key);
    return found?.eTag === eTag ? found.text : undefined;
  },
});
