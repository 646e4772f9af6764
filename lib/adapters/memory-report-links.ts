import type { ReportLinks } from "../ports/report-links.ts";

/** Links that say what they lead to. */
export const memoryReportLinks = (): ReportLinks => ({ to: async (key, name) => `memory:${key}?name=${name}` });
