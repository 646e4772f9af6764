import { OUTCOME, OUTCOME_LIST } from "./examples.ts";
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
  "GET /v1/jobs/{JobId}/outcomes/{UserId}": {
    id: "getOutcome",
    tag: "Outcomes",
    summary: "What became of one receiver",
    description: "Always exact. 404 if the receiver is not in the job's list.",
    answers: { 200: { description: "The outcome.", schema: "Outcome", examples: OUTCOME } },
    problems: [404, 422],
  },
};
