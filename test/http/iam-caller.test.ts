import { describe, expect, it } from "vitest";
import { iamCaller } from "../../lib/http/iam-caller.ts";
import { aRequest, refusalOf } from "./request.ts";

describe("iamCaller", () => {
  it.each([
    { userArn: "arn:aws:iam::123456789012:user/a", want: "123456789012:user/a" },
    { userArn: "arn:aws:iam::123456789012:user/team/a.b@c", want: "123456789012:user/team/a.b@c" },
    { userArn: "arn:aws:sts::123456789012:assumed-role/Role/session", want: "123456789012:role/Role" },
    { userArn: "arn:aws:sts::123456789012:assumed-role/Role/another", want: "123456789012:role/Role" },
    { userArn: "arn:aws-cn:sts::123456789012:assumed-role/Role/x@y", want: "123456789012:role/Role" },
    { userArn: "arn:aws:sts::123456789012:federated-user/a", want: "123456789012:federated-user/a" },
    { userArn: "arn:aws:iam::123456789012:root", want: "123456789012:root" },
  ])("knows $userArn as $want", ({ userArn, want }) => {
    expect(iamCaller(aRequest({ userArn }))).toEqual({ clientId: want, arn: userArn });
  });

  it.each([
    { when: "no authorizer", request: aRequest({}) },
    { when: "an authorizer of another kind", request: withAuthorizer({ jwt: { claims: { sub: "a" } } }) },
    { when: "no ARN", request: withAuthorizer({ iam: { accountId: "123456789012" } }) },
    { when: "an ARN that is no text", request: withAuthorizer({ iam: { userArn: 7 } }) },
    { when: "something else", request: aRequest({ userArn: "local" }) },
    { when: "no account", request: aRequest({ userArn: "arn:aws:iam:::user/a" }) },
    { when: "no name", request: aRequest({ userArn: "arn:aws:iam::123456789012:user/" }) },
    { when: "no principal", request: aRequest({ userArn: "arn:aws:s3:::bucket" }) },
    { when: "a name that would reach into keys", request: aRequest({ userArn: "arn:aws:iam::123456789012:user/a#b" }) },
  ])("knows nobody by $when: 401", ({ request }) => {
    expect(refusalOf(() => iamCaller(request)).status).toBe(401);
  });

  function withAuthorizer(authorizer: object) {
    const request = aRequest({});
    return { ...request, requestContext: { ...request.requestContext, authorizer } };
  }
});
