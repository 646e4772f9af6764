import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openApiDocument } from "../lib/api/openapi/openapi-document.ts";

// `npm run openapi`: docs/openapi.json as the code describes the API today. `npm run sdk:types` comes after it.

const file = join(import.meta.dirname, "..", "docs", "openapi.json");
writeFileSync(file, `${JSON.stringify(openApiDocument(), null, 2)}\n`);
process.stdout.write(`wrote ${file}\n`);
