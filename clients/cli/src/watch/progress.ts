import { hasEnded, type Job } from "../../../sdk/src/client.ts";

/** How far a job is, for whoever draws it. */
export type Progress = Readonly<{
  total: number;
  done: number;
  failed: number;
  unknown: number;
  canceled: number;
  /** Receivers a second. */
  rate?: number;
  leftSeconds?: number;
  status: Job["Status"];
  reason?: string;
  notBefore?: string;
  linesRead?: number;
  isOver: boolean;
}>;

export function progressOf(job: Job): Progress {
  const { Receivers: total, Tally, Status, ReceiversPerSecond, EstimatedSeconds, Reason, NotBefore, Import } = job;
  return {
    total,
    done: total - Tally.Pending,
    failed: Tally.Failed,
    unknown: Tally.Unknown,
    canceled: Tally.Canceled,
    ...(ReceiversPerSecond !== undefined && { rate: ReceiversPerSecond }),
    ...(EstimatedSeconds !== undefined && { leftSeconds: EstimatedSeconds }),
    status: Status,
    ...(Reason !== undefined && { reason: Reason }),
    ...(NotBefore !== undefined && { notBefore: NotBefore }),
    ...(Import !== undefined && { linesRead: Import.Lines }),
    isOver: hasEnded(job),
  };
}

/** Whole percents; 100 only when nothing is left. */
export const percentOf = ({ done, total }: Pick<Progress, "done" | "total">): number =>
  total === 0 ? 0 : Math.floor((100 * done) / total);
