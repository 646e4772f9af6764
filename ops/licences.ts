import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkLicences, type LockedPackage } from "./check-licences.ts";

// `npm run licences`: the licence of every installed package, and whether it may be used. Exits 1 if one may not.

const root = join(import.meta.dirname, "..");
const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
  packages: Record<string, LockedPackage>;
};
const { counts, faults } = checkLicences(packages, (path) => existsSync(join(root, path)));
for (const [licence, count] of counts) console.log(`${String(count).padStart(5)}  ${licence}`);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
