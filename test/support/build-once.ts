import { buildIfChanged } from "../../esbuild.config.mjs";

/** Before the first stack starts: two of them at once would each bundle the functions, which costs more than the rest of both. */
export const setup = buildIfChanged;
