import { EXPORT, EXPORT_REQUESTS, OUTCOME, OUTCOME_LIST } from "./examples.ts";
import type { Operations } from "./operation.ts";

export const OUTCOME_OPERATIONS: Operations = {
  "GET /v1/jobs/{JobId}/outcomes": {
    id: "listOutcomes",
    tag: "Outcomes",
    summary: "What became of the receivers of a job",
    description:
      "In ascending order of the receivers. A pass without a filter names every receiver once, also while the job runs. As CSV or NDJSON it is a file in pages that `Link` leads through; only the first page of a CSV has the header row.",
    parameters: ["OutcomeStatus", "Code", "OutcomeLimit", "Cursor", "Accept"],
    answers: {
      200: {
        description: "A page of outcomes.",
        schema: "OutcomeList",
        examples: OUTCOME_LIST,
        files: {
          "text/csv": "UserId,Status,MessageId,Code,RequestId,MaybeTwice,At\r\n2,pending,,,,,\r\n",
          "application/x-ndjson": '{"UserId":"2","Status":"pending"}\n',
        },
        headers: ["Link", "Vary"],
      },
    },
    problems: [404, 406, 422],
  },
  "POST /v1/jobs/{JobId}/outcomes/export": {
    id: "requestExport",
    tag: "Outcomes",
    summary: "Write the outcomes of a job into one file",
    description:
      "In the background, of any size. The same request while it is written is the same file. Of a running job each row is as of its reading, `pending` ones included.",
    body: {
      schema: "ExportRequest",
      required: false,
      description: "Which outcomes, and in which form.",
      examples: EXPORT_REQUESTS,
    },
    answers: {
      202: {
        description: "It is asked for, or there already.",
        schema: "Export",
        examples: EXPORT,
        headers: ["ExportLocation"],
      },
    },
    problems: [400, 404, 409, 413, 415, 422],
  },
  "GET /v1/jobs/{JobId}/outcomes/export": {
    id: "getExport",
    tag: "Outcomes",
    summary: "Where the file is, or how far",
    description: "The query says which file, as the `Location` of the request for it does.",
    parameters: ["ExportFormat", "OutcomeStatus", "Code"],
    answers: {
      200: { description: "It is being written (`Retry-After`), or failed.", schema: "Export", examples: EXPORT },
      303: { description: "It is there.", schema: "Export", examples: EXPORT, headers: ["FileLocation"] },
    },
    problems: [404, 422],
  },
  "GET /v1/jobs/{JobId}/outcomes/{UserId}": {
    id: "getOutcome",
    tag: "Outcomes",
    summary: "What became of one receiver",
    description: "Always exact. 404 if the receiver is not in the job's list.",
    answers: { 200: { description: "The outcome.", schema: "Outcome", examples: OUTCOME } },
    problems: [404, 422],
  },
};
