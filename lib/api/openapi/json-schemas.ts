import { type ConversionConfig, toJsonSchemaDefs } from "@valibot/to-json-schema";
import { exportSchema } from "../export-request.ts";
import {
  acceptedAnswer,
  awaitingAnswer,
  callbackAnswer,
  dryRunAnswer,
  jobAnswer,
  jobListAnswer,
  jobStatus,
  jobSummaryAnswer,
  messageAnswer,
  tallyAnswer,
} from "../job-answers.ts";
import { jobSchema } from "../job-schema.ts";
import { exportAnswer, outcomeAnswer, outcomeListAnswer, outcomeStatus } from "../outcome-answers.ts";
import { quotaChangeSchema, reservationSchema } from "../quota-request.ts";
import { retrySchema } from "../retry-request.ts";
import { healthAnswer, openApiAnswer, problemAnswer, quotaAnswer, reservationAnswer } from "../service-answers.ts";
import { uploadSchema } from "../upload-schema.ts";
import { vendorAnswer, vendorErrorAnswer } from "../vendor-answers.ts";

/** Every schema that has a name in the document. A schema inside another that stands here too becomes a reference. */
const SCHEMAS = {
  JobRequest: jobSchema,
  UploadRequest: uploadSchema,
  RetryRequest: retrySchema,
  Accepted: acceptedAnswer,
  Awaiting: awaitingAnswer,
  DryRun: dryRunAnswer,
  Callback: callbackAnswer,
  JobStatus: jobStatus,
  Job: jobAnswer,
  JobSummary: jobSummaryAnswer,
  JobList: jobListAnswer,
  Message: messageAnswer,
  Tally: tallyAnswer,
  OutcomeStatus: outcomeStatus,
  Outcome: outcomeAnswer,
  OutcomeList: outcomeListAnswer,
  ExportRequest: exportSchema,
  Export: exportAnswer,
  Quota: quotaAnswer,
  QuotaChange: quotaChangeSchema,
  ReservationRequest: reservationSchema,
  Reservation: reservationAnswer,
  Health: healthAnswer,
  OpenApi: openApiAnswer,
  Problem: problemAnswer,
  VendorAnswer: vendorAnswer,
  VendorError: vendorErrorAnswer,
} as const;

export type SchemaName = keyof typeof SCHEMAS;

export const refTo = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const CONFIG: ConversionConfig = {
  target: "draft-2020-12",
  typeMode: "input", // what a client sends; answers are the same in and out
  ignoreActions: ["check"], // said in words where they matter
  // These are read by code of ours; what JSON Schema can say of them stands as metadata next to them.
  overrideSchema: ({ valibotSchema }) => (valibotSchema.type === "custom" ? {} : undefined),
  overrideRef: ({ referenceId }) => refTo(referenceId).$ref,
};

/** The schemas that parse requests and describe answers, as JSON Schema. */
export const jsonSchemas = () => toJsonSchemaDefs(SCHEMAS, CONFIG);
