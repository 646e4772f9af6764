/** What a process of ours needs to start and to load quickly, and no setting. */
export const BARE_ENV: NodeJS.ProcessEnv = Object.fromEntries(
  ["PATH", "NODE_COMPILE_CACHE"].map((name) => [name, process.env[name]]),
);
