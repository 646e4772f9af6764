import type { FaultRuleInput } from "../../local/rtc-simulator/fault-rules.ts";
import type { Chance } from "./chance.ts";

/** Users who cannot be reached, and users whom answers leave out: the same ones all the time. */
export const STANDING: readonly FaultRuleInput[] = [
  { when: { userSuffix: "77" }, do: { failReceivers: "matching" } },
  { when: { userSuffix: "33" }, do: { omit: "matching", delivered: true } },
  { when: { userSuffix: "44" }, do: { omit: "matching", delivered: false } },
];

/** What else the upstream does for a second or two. A flow limit or a broken call holds the account: few of them. */
export function drawRules(chance: Chance): FaultRuleInput[] {
  const possible: readonly FaultRuleInput[] = [
    { when: { probability: 0.3 }, times: 3, do: { reset: "before" } },
    { when: { probability: 0.3 }, times: 3, do: { reset: "after" } },
    { when: { probability: 0.3 }, times: 2, do: { error: { code: "InternalError", status: 500, delivered: true } } },
    { when: { probability: 0.3 }, times: 2, do: { error: { code: "InternalError", status: 500, delivered: false } } },
    { when: { probability: 0.3 }, times: 2, do: { html: 502, delivered: chance.happens(0.5) } },
    { when: { probability: 0.3 }, times: 1, do: { hang: true, delivered: chance.happens(0.5) } },
    { when: { probability: 0.3 }, times: 2, do: { error: { code: "FlowLimitExceeded", status: 429 } } },
    { when: { probability: 0.5 }, times: 4, do: { error: { code: "ServiceUnavailable", status: 503 } } },
    { when: { probability: 0.4 }, do: { delayMs: chance.between(50, 1_500) } },
    { when: { userShare: 0.2, probability: 0.4 }, do: { failReceivers: "matching" } },
  ];
  return possible.filter(() => chance.happens(0.35));
}

/** A rule's name among the faults that are counted. */
export function nameOf({ do: act }: Pick<FaultRuleInput, "do">): string {
  if ("error" in act) return `rtc ${act.error.code}`;
  if ("reset" in act) return `rtc reset ${act.reset}`;
  return `rtc ${Object.keys(act)[0]}`;
}
