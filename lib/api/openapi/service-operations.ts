import { HEALTH } from "./examples.ts";
import type { Operations } from "./operation.ts";

export const SERVICE_OPERATIONS: Operations = {
  "GET /health": {
    id: "getHealth",
    tag: "Service",
    summary: "Whether the API is up",
    description: "Answers without a call to anything.",
    isOpen: true,
    answers: { 200: { description: "It is.", schema: "Health", examples: HEALTH } },
  },
  "GET /openapi.json": {
    id: "getOpenApi",
    tag: "Service",
    summary: "This document",
    description: "The API as OpenAPI 3.1 describes it.",
    isOpen: true,
    answers: {
      200: { description: "The document.", schema: "OpenApi", headers: ["ETag", "Cache-Control"] },
      304: { description: "It is still the one that `If-None-Match` names.", headers: ["ETag", "Cache-Control"] },
    },
  },
  "GET /console": {
    id: "getConsole",
    tag: "Service",
    summary: "The page for people",
    description:
      "Jobs, the quota, and a form that sends, in English and Chinese. It asks for a key and speaks to this API.",
    isOpen: true,
    answers: {
      200: {
        description: "The page, whole.",
        files: { "text/html": "<!doctype html>" },
        headers: ["ETag", "Cache-Control", "Vary"],
      },
      304: {
        description: "It is still the one that `If-None-Match` names.",
        headers: ["ETag", "Cache-Control", "Vary"],
      },
    },
  },
};
