import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";

/** A request as API Gateway's HTTP API hands it over, header names in lower case. */
export type Request = APIGatewayProxyEventV2;

export type Reply = APIGatewayProxyStructuredResultV2;
