import Negotiator from "negotiator";

export type Language = "en" | "zh-CN";

/**
 * The language in which a client wants to read: Chinese if it likes any kind of it better than English, else English. Equally
 * liked ones count in their order.
 *
 * @see RFC 9110 section 12.5.4
 */
export function languageOf(headers: Readonly<{ "accept-language"?: string | undefined }> | undefined): Language {
  const liked = new Negotiator({ headers: { "accept-language": headers?.["accept-language"] ?? "*" } }).languages();
  return /^zh\b/i.test(liked.find((tag) => /^(?:zh|en|\*)(?:-|$)/i.test(tag)) ?? "") ? "zh-CN" : "en";
}
