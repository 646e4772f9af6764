import { type Volley, volley } from "../../../sdk/src/client.ts";
import type { Language } from "../texts/say.ts";
import { awsKeys, signingFetch } from "./aws-fetch.ts";
import type { Profile } from "./profiles.ts";

export type ConnectOptions = Readonly<{
  language: Language;
  nowMs: () => number;
  /** Shown every answer's head. */
  onAnswer?: (response: Response) => void;
  /** How often a request is made. */
  tries?: number;
}>;

/** A client of the Volley that a profile names; it asks for texts in the reader's language. */
export function connectProfile(profile: Profile, options: ConnectOptions): Volley {
  const { language, nowMs, onAnswer, tries } = options;
  const send = profile.aws === undefined ? fetch : signingFetch(profile.aws, awsKeys(profile.aws), nowMs);
  return volley({
    url: profile.url,
    ...(profile.key !== undefined && { key: profile.key }),
    ...(tries !== undefined && { tries }),
    async fetch(request) {
      request.headers.set("accept-language", language === "zh" ? "zh-CN, en;q=0.5" : "en");
      const response = await send(request);
      onAnswer?.(response);
      return response;
    },
  });
}
