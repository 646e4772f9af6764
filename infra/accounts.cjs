// CommonJS: the deploy CLI loads it with require. YAML cannot write JSON, nor make a resource of each entry.
const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { parse } = require("yaml");

const SOLE = "account";

/**
 * The accounts of a stage as infra/accounts.yml names them, each with its secret; `undefined` if it names none. On the local
 * stack they stand in the file that LOCAL_ACCOUNTS names. Nothing is checked here: lib/config-accounts.ts does it.
 *
 * @param {string} stage
 */
function accountsOf(stage) {
  const named = stage === "local" ? localAccounts() : read(join(__dirname, "accounts.yml"))?.[stage];
  if (!named || typeof named !== "object") return named ?? undefined;
  return Object.fromEntries(
    Object.entries(named).map(([name, entry]) => [name, { secret: secretName(stage, name), ...entry }]),
  );
}

function localAccounts() {
  const file = process.env["LOCAL_ACCOUNTS"];
  if (!file) return undefined;
  if (!existsSync(file)) throw new Error(`LOCAL_ACCOUNTS: there is no file ${file}`);
  return read(file);
}

/** @param {string} file */
const read = (file) => parse(readFileSync(file, "utf8"));

/** @param {string} stage @param {string} name */
const secretName = (stage, name) => `volley/${stage}/volcengine${name === SOLE ? "" : `/${name}`}`;

/** Accounts whose secret the stack makes, and the names of secrets that are there already. @param {string} stage @param {string} own */
function secretsOf(stage, own) {
  const accounts = accountsOf(stage);
  if (!accounts || typeof accounts !== "object") return own ? { made: [], own: [own] } : { made: [SOLE], own: [] };
  const all = Object.entries(accounts);
  /** @param {[string, any]} account */
  const isMade = ([name, entry]) => entry.secret === secretName(stage, name);
  return {
    made: all.filter(isMade).map(([name]) => name),
    own: all.filter((one) => !isMade(one)).map(([, { secret }]) => secret),
  };
}

/** @param {string} name */
const logicalId = (name) => `VolcengineSecret${name === SOLE ? "" : name.charAt(0).toUpperCase() + name.slice(1)}`;

/** As the deploy CLI and CloudFormation resolve it. @param {string} name */
const variable = (name) => `$\{${name}}`;

const byStage = {
  /** VOLC_ACCOUNTS. @param {string} stage */
  variable: (stage) => {
    const accounts = accountsOf(stage);
    return accounts === undefined ? "" : JSON.stringify(accounts);
  },

  /** VOLC_SECRET_ID: of the only account of a stage that names none. @param {string} stage @param {string} own */
  secretId: (stage, own) => (accountsOf(stage) ? "" : own || secretName(stage, SOLE)),

  /** A secret an account: made without keys, and never written again by CloudFormation. @param {string} stage @param {string} own */
  secrets: (stage, own) => ({
    Resources: Object.fromEntries(
      secretsOf(stage, own).made.map((name) => [
        logicalId(name),
        {
          Type: "AWS::SecretsManager::Secret",
          DeletionPolicy: variable("param:dataDeletionPolicy"),
          UpdateReplacePolicy: variable("param:dataReplacePolicy"),
          Properties: {
            Name: secretName(stage, name),
            Description: `Keys of a Volcengine account (${name}), for Volley.`,
            SecretString: "{}",
          },
        },
      ]),
    ),
  }),

  /** What deliver may read. Secrets Manager ends an ARN in a dash and six characters of its own. @param {string} stage @param {string} own */
  secretArns: (stage, own) => {
    const secrets = secretsOf(stage, own);
    const [partition, region, id] = ["AWS::Partition", "AWS::Region", "AWS::AccountId"].map(variable);
    const arn = `arn:${partition}:secretsmanager:${region}:${id}:secret:`;
    return [
      ...secrets.made.map((name) => ({ Ref: logicalId(name) })),
      ...secrets.own.map((name) => ({ "Fn::Sub": `${arn}${name}-??????` })),
    ];
  },
};

/** @param {(stage: string, own: string) => unknown} work */
const resolved =
  (work) =>
  /** @param {{ resolveVariable: (variable: string) => Promise<any> }} serverless */
  async ({ resolveVariable }) =>
    work(await resolveVariable("sls:stage"), await resolveVariable("param:secret"));

module.exports = {
  accountsOf,
  secretName,
  byStage,
  ...Object.fromEntries(Object.entries(byStage).map(([name, work]) => [name, resolved(work)])),
};
