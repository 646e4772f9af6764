import type { Logger } from "@aws-lambda-powertools/logger";
import type { MiddlewareObj } from "@middy/core";
import type { Context } from "aws-lambda";
import {
  type Fault,
  Forbidden,
  Invalid,
  ListDamaged,
  StoreContended,
  ToldError,
  TooLate,
  Unavailable,
} from "../domain/errors.ts";
import { isoTime } from "../domain/iso-time.ts";
import type { Text } from "../domain/text.ts";
import { HttpError } from "./http-error.ts";
import { inChinese } from "./in-chinese.ts";
import { type Language, languageOf } from "./language.ts";
import type { Reply, Request } from "./request.ts";
import { NOT_KEPT } from "./safe-headers.ts";
import { statusOf } from "./status-of.ts";

/** Who is told of a fault of ours. */
export type FailureTold = Readonly<{ log: Logger; onFailure: () => void }>;
type FailureNames = Readonly<{ requestId: string; job?: string }>;

/** Of what a client writes into a path no more goes into the log. */
const LONGEST_NAME = 64;

/** A change that lost to other writers every time will succeed a moment later. */
const CONTENDED_RETRY_S = 1;

/**
 * Turn whatever a route throws into a problem document. A fault of the client's is told in full. A fault of ours is logged,
 * and the client is told nothing internal, only the id to quote.
 *
 * @see RFC 9457
 */
export function problemDetails(told: FailureTold): MiddlewareObj<Request, Reply> {
  return {
    onError: (request) => {
      request.response = toProblem(told, request.error, namesOf(request), languageOf(request.event.headers));
    },
  };
}

/** A failure as a problem document. @param names to find a fault of ours in the log */
export function toProblem(told: FailureTold, error: unknown, names: FailureNames, language: Language = "en"): Reply {
  const status = statusOf(error);
  if (error instanceof ToldError && status < 500) return problem(status, error.message, factsOf(error), language);
  tellFailure(told, error, names);
  return problem(status, `${ourFault(error)}; the log has it under ${names.requestId}`, factsOf(error), language);
}

/** A fault of ours stands in the log, and is counted: to Lambda the answer is a success. */
export function tellFailure({ log, onFailure }: FailureTold, error: unknown, names: FailureNames): void {
  log.error("request failed", { error: error as Error, ...names });
  onFailure();
}

/** The request, and the job that its path names. */
function namesOf({ event, context }: Readonly<{ event: Request; context: Context }>): FailureNames {
  const job = event.pathParameters?.["JobId"];
  return { requestId: context.awsRequestId, ...(job !== undefined && { job: job.slice(0, LONGEST_NAME) }) };
}

export type ProblemFacts = Readonly<{
  faults?: readonly Fault[];
  /** How many faults there are, listed or not. */
  total?: number;
  headers?: Readonly<Record<string, string>>;
  /** When a job would end that could not end in time. */
  estimate?: Readonly<{ estimatedEnd: string; estimatedSeconds: number }>;
}>;

/** Names, codes and numbers in it are the same in every language. @see RFC 9457 section 3.1 */
export function problem(status: number, detail: Text, facts: ProblemFacts = {}, language: Language = "en"): Reply {
  const isChinese = language === "zh-CN";
  const say = isChinese ? inChinese : (text: Text) => text;
  const titles: Titles = isChinese ? CHINESE_TITLES : TITLES;
  const { faults = [], total = faults.length, headers, estimate } = facts;
  const document = {
    type: "about:blank",
    title: titles[status] ?? "Error",
    status,
    detail: say(detail),
    ...(faults.length > 0 && {
      errors: faults.map(({ pointer, detail }) => ({ pointer, detail: say(detail) })),
      total,
    }),
    ...estimate,
  };
  return {
    statusCode: status,
    headers: {
      "content-type": "application/problem+json",
      "content-language": language,
      vary: "accept-language",
      ...NOT_KEPT,
      ...headers,
    },
    body: JSON.stringify(document),
  };
}

function factsOf(error: unknown): ProblemFacts {
  if (error instanceof Invalid) return { faults: error.faults, total: error.total };
  if (error instanceof Forbidden) return { faults: error.faults };
  if (error instanceof TooLate) return estimateOf(error);
  if (error instanceof HttpError) return error.facts;
  if (error instanceof Unavailable) return retryAfter(error.retryAfterS);
  return error instanceof StoreContended ? retryAfter(CONTENDED_RETRY_S) : {};
}

const estimateOf = ({ estimate }: TooLate): ProblemFacts =>
  estimate ? { estimate: { estimatedEnd: isoTime(estimate.endsAtMs), estimatedSeconds: estimate.seconds } } : {};

/** @see RFC 9110 section 10.2.3 */
const retryAfter = (seconds: number): ProblemFacts => ({ headers: { "retry-after": String(seconds) } });

/** What a client may know of a failure of ours. */
function ourFault(error: unknown): Text {
  if (error instanceof Unavailable) return "a service that is needed is away, nothing was done; try again";
  if (error instanceof StoreContended) return "others changed the same thing meanwhile, nothing was done; try again";
  if (error instanceof ListDamaged) return "the stored receiver list of this job is damaged";
  return "something went wrong here";
}

type Titles = Readonly<Record<number, string>>;

/** @see RFC 9110 section 15; of 429 and 431 RFC 6585 */
const TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const satisfies Titles;

const CHINESE_TITLES: Readonly<Record<keyof typeof TITLES, string>> = {
  400: "错误的请求",
  401: "未通过身份验证",
  403: "禁止访问",
  404: "未找到",
  405: "方法不允许",
  406: "无法满足 Accept",
  409: "冲突",
  413: "内容过大",
  415: "不支持的媒体类型",
  422: "内容无法处理",
  429: "请求过多",
  431: "请求头过大",
  500: "服务器内部错误",
  503: "服务不可用",
};
