import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { BARE_ENV } from "./bare-env.ts";

// biome-ignore lint/suspicious/noExplicitAny: CloudFormation of any type, read by assertions
type Properties = Record<string, any>;
type Resource = Readonly<{
  Type: string;
  Properties: Properties;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  DependsOn?: string[];
}>;

const root = join(import.meta.dirname, "../..");
export const dir = mkdtempSync(join(tmpdir(), "volley-package-"));
let resources: Record<string, Resource>;
let parameters: Record<string, unknown>;
/** `auth`: which routes ask IAM shows only where they do. */
const PARAMS = ["auth=iam", "resultsWarmReads=12000", "resultsWarmWrites=8000"].flatMap((one) => ["--param", one]);

/** Packs the stage prod once for all tests of a file. */
export function packOnce(): void {
  beforeAll(() => {
    const cli = createRequire(import.meta.url).resolve("serverless/bin/serverless.js");
    const offline = { ...BARE_ENV, HOME: dir, QUOTA_MESSAGES: "1" }; // no account; a setting of the local stack
    execFileSync(process.execPath, [cli, "package", "--stage", "prod", ...PARAMS, "--package", dir], {
      cwd: root,
      env: offline,
      stdio: "pipe",
    });
    const template = readFileSync(join(dir, "cloudformation-template-update-stack.json"), "utf8");
    ({ Resources: resources, Parameters: parameters } = JSON.parse(template));
  });
  afterAll(() => rmSync(dir, { recursive: true }));
}

export const resourceOf = (id: string): Resource | undefined => resources[id];

export const parameterOf = (id: string): unknown => parameters[id];

export const everything = (): [string, Resource][] => Object.entries(resources);

export const all = (type: string): [string, Resource][] =>
  Object.entries(resources).filter(([, { Type }]) => Type === type);
export const propertiesOf = (id: string): Properties => resources[id]?.Properties ?? {};
export const functionOf = (id: string): string => id.replace(/LambdaFunction$/, "");
