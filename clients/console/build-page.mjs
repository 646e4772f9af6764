import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "../..");
const SHELL = join(import.meta.dirname, "page.html");

/** The first browsers that know `light-dark()`. */
const BROWSERS = ["chrome123", "firefox120", "safari17.5"];

/**
 * Of a template htm does not read: line ends beside a tag, indents, and which tag is closed. Without them the page is 3 % smaller.
 * A line that may hold a comment keeps its end.
 */
const WITHOUT_SPARE = {
  name: "without-spare",
  setup: (/** @type {import("esbuild").PluginBuild} */ { onLoad }) =>
    onLoad({ filter: /console\/src\/.*\.ts$/ }, ({ path }) => ({
      contents: withoutSpare(readFileSync(path, "utf8")),
      loader: "ts",
    })),
};

const withoutSpare = (/** @type {string} */ text) =>
  text
    .replace(/<\/(?:[a-z][a-z0-9]*|\$\{[A-Za-z]+\})>/g, "</>")
    .replace(/\n\s+/g, "\n")
    .replace(/^(.*)>\n/gm, (line, before) => (before.includes("//") ? line : `${before}>`))
    .replace(/^(.*)\n</gm, (line, before) => (before.includes("//") ? line : `${before}<`));

/** Variables of the style by letters: nothing outside of it names them. */
const withShortVariables = (/** @type {string} */ css) => {
  const names = [...new Set(css.match(/--[a-z]+/g))];
  return css.replace(/--[a-z]+/g, (name) => `--${String.fromCharCode(97 + names.indexOf(name))}`);
};

/**
 * The page in one file, its script and its style in it, and the policy that lets a browser run these two alone.
 *
 * @returns {Promise<Readonly<{ html: string; policy: string; inputs: readonly string[] }>>} `inputs`: what it is made of,
 * paths from the project's root
 */
export async function buildPage() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [join(import.meta.dirname, "src/main.ts"), join(import.meta.dirname, "src/page.css")],
    outdir: ".build/console",
    bundle: true,
    platform: "browser",
    target: BROWSERS,
    format: "esm",
    minify: true,
    legalComments: "none",
    charset: "utf8",
    logLevel: "warning",
    write: false,
    metafile: true,
    plugins: [WITHOUT_SPARE],
  });
  const textOf = (/** @type {string} */ end) => outputFiles.find(({ path }) => path.endsWith(end))?.text.trim() ?? "";
  const [script, style] = [textOf(".js"), withShortVariables(textOf(".css"))];
  const html = readFileSync(SHELL, "utf8")
    .replace("/* style */", () => style)
    .replace("/* script */", () => script);
  const inputs = [...Object.keys(metafile.inputs), relative(root, SHELL), relative(root, import.meta.filename)];
  return { html, policy: policyFor(script, style), inputs };
}

/**
 * Nothing may be loaded and nobody asked but where the page comes from; the picture is the icon in its head.
 *
 * @param {string} script
 * @param {string} style
 * @see https://www.w3.org/TR/CSP3/#match-element-to-source-list
 */
function policyFor(script, style) {
  const hash = (/** @type {string} */ text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}
