/** The settings that have no default. */
export const REQUIRED_SETTINGS = {
  RESULTS_TABLE: "results",
  QUOTA_TABLE: "quota",
  LISTS_BUCKET: "lists",
  EXPRESS_QUEUE_URL: "https://sqs.example/express",
  BULK_QUEUE_URL: "https://sqs.example/bulk",
  DISPATCH_QUEUE_URL: "https://sqs.example/dispatch",
  IMPORTS_QUEUE_URL: "https://sqs.example/imports",
  IMPORTS_DEAD_LETTERS_URL: "https://sqs.example/imports-dead-letters",
  REQUESTS_QUEUE_URL: "https://sqs.example/requests",
  REQUESTS_DEAD_LETTERS_URL: "https://sqs.example/requests-dead-letters",
  EVENTS_QUEUE_URL: "https://sqs.example/events",
  EVENT_BUS_NAME: "volley-prod",
  CLIENTS_SECRET_ID: "clients",
  EXPORTS_QUEUE_URL: "https://sqs.example/exports",
};
