import { spawnSync } from "node:child_process";
import type { TestProject } from "vitest/node";
import { startServer } from "../../local/child.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where Amazon's DynamoDB Local answers, or why it does not. `undefined`: it is not tested on. */
    dynamoDbLocal: Readonly<{ endpoint: string } | { failure: string }> | undefined;
  }
}

/** Invented: the engines take any. */
export const AWS = { AWS_REGION: "ap-southeast-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };

const JAVA = "java"; // a program of the machine, of no package
/** It ends before what it has compiled well would pay. */
const SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

/** In CI both engines are required: without Java the tests on this one fail. */
const isWanted = (): boolean => process.env["CI"] === "true" || hasJava();

/** One for all files of a project: starting a Java machine costs more than the tests of most of them. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!isWanted()) return undefined;
  try {
    const env = { ...process.env, ...AWS, DYNAMODB_APART: "true", JDK_JAVA_OPTIONS: SHORT_LIVED };
    const { url, stop } = await startServer("./dynamodb-java.ts", env);
    project.provide("dynamoDbLocal", { endpoint: url });
    return stop;
  } catch (error) {
    project.provide("dynamoDbLocal", { failure: String(error) });
    return undefined;
  }
}

function hasJava(): boolean {
  const { error, stderr } = spawnSync(JAVA, ["-version"], { encoding: "utf8" });
  const version = Number(/version "(\d+)/.exec(stderr ?? "")?.[1]);
  if (version >= 17) return true;
  console.warn(`tests on DynamoDB Local are skipped: it needs Java 17 (${error?.message ?? `found ${version}`})`);
  return false;
}
