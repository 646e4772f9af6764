import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { ReportLinks } from "../ports/report-links.ts";

/** A link made with the keys of a role ends with those keys, should that be sooner. */
const LIVES_S = 3_600;

/**
 * Links that S3 takes in place of a signature in the headers. The SDK's own package for it is a wrapper of this: the request is
 * built as for a call, taken before it is signed, and signed in its query by the client's own signer.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function s3ReportLinks({ client, bucket }: Readonly<{ client: S3Client; bucket: string }>): ReportLinks {
  return {
    async to(key, name) {
      const ResponseContentDisposition = `attachment; filename="${name.replace(/[^A-Za-z0-9._-]/g, "_")}"`;
      const get = new GetObjectCommand({ Bucket: bucket, Key: key, ResponseContentDisposition });
      let link = "";
      get.middlewareStack.add(
        () =>
          async ({ request }) => {
            link = toUrl(await presign(request));
            return { response: undefined, output: { $metadata: {} } }; // nothing is sent
          },
        { step: "build", priority: "low", name: "presign" },
      );
      await client.send(get);
      return link;
    },
  };

  async function presign(built: unknown): Promise<BuiltRequest> {
    const signer: object = await client.config.signer();
    if (!isRequest(built) || !("presign" in signer) || typeof signer.presign !== "function") {
      throw new TypeError("the SDK's requests or its signer have another form now");
    }
    // Whoever follows the link sends no header but the host; what is not known of a body is not signed.
    built.headers = { host: built.headers["host"] ?? "", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    const signed: unknown = await signer.presign(built, { expiresIn: LIVES_S });
    if (!isRequest(signed)) throw new TypeError("the SDK's signer has another form now");
    return signed;
  }
}

type BuiltRequest = {
  headers: Record<string, string>;
  query: Record<string, string>;
  protocol: string;
  path: string;
};

function isRequest(value: unknown): value is BuiltRequest {
  return typeof value === "object" && value !== null && "headers" in value && "query" in value && "path" in value;
}

const toUrl = ({ protocol, headers, path, query }: BuiltRequest): string =>
  `${protocol}//${headers["host"]}${path}?${new URLSearchParams(query)}`;
