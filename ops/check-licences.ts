import satisfies from "spdx-satisfies";

/** A package as package-lock.json has it. `license`: an SPDX expression. `dev`: only the people who work on Volley use it. */
export type LockedPackage = Readonly<{ license?: string; dev?: boolean; optional?: boolean; link?: boolean }>;

/** What goes into the bundles that a team deploys: nothing that asks more of them than to keep a notice. */
const SHIPPED = ["MIT", "MIT-0", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD", "Unlicense"];
/** Lists of data: of browsers, of licences. */
const DATA = ["CC-BY-3.0", "CC-BY-4.0"];
/** Tools stay on the machine that builds: a licence that binds only changes to the tool itself will do. */
const TOOLS = [...SHIPPED, "MPL-2.0", "Python-2.0", "PSF-2.0", "Zlib", "CC0-1.0", "BlueOak-1.0.0", ...DATA];

/**
 * Read the licence of every installed package.
 *
 * @param packages by path, as package-lock.json has them; `""` is the project itself
 * @param isInstalled optional packages of other platforms are locked too, but nobody has them here
 * @returns `counts`: packages by licence, most first; `faults`: one line for each package that may not be used
 * @see https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
 */
export function checkLicences(
  packages: Readonly<Record<string, LockedPackage>>,
  isInstalled: (path: string) => boolean,
): Readonly<{ counts: readonly (readonly [string, number])[]; faults: readonly string[] }> {
  const used = Object.entries(packages).filter(([path, { link }]) => path !== "" && !link && isInstalled(path));
  const byLicence = Map.groupBy(used, ([, { license }]) => license ?? "none");
  const counts = [...byLicence].map(([licence, some]) => [licence, some.length] as const);
  return {
    counts: counts.toSorted(([, a], [, b]) => b - a),
    faults: used.flatMap(([path, { license, dev }]) => {
      const allowed = dev === true ? TOOLS : SHIPPED;
      return isAllowed(license, allowed)
        ? []
        : [`${path}: ${license ?? "has no licence"}, may not be ${dev ? "used" : "shipped"}`];
    }),
  };
}

function isAllowed(licence: string | undefined, allowed: string[]): boolean {
  if (licence === undefined) return false;
  try {
    return satisfies(licence, allowed);
  } catch {
    return false; // not an SPDX expression: "SEE LICENSE IN …", "UNLICENSED"
  }
}
