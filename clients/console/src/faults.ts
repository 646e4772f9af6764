import type { Fault } from "../../sdk/src/volley-error.ts";

/**
 * Faults by the field they belong to.
 *
 * @param fields pointers of the form's fields: `/Options/Label`, `?AppId`
 * @returns for each field what is wrong with it, for the first of several what is wrong with them together; under `""` what belongs to none of them, with its pointer
 */
export function byField(faults: readonly Fault[], fields: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (key: string, text: string): void => void found.set(key, [...(found.get(key) ?? []), text]);
  for (const { pointer, detail } of faults) {
    const field =
      fields.find((one) => pointer === one) ??
      fields.find((one) => pointer.startsWith(`${one}/`)) ??
      fields.find((one) => pointer !== "" && one.startsWith(`${pointer}/`));
    if (field === undefined) add("", pointer === "" ? detail : `${pointer} ${detail}`);
    else add(field, pointer.length <= field.length ? detail : `${pointer.slice(field.length + 1)}: ${detail}`);
  }
  return found;
}
