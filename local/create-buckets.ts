import { CreateBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import { declaredOf, type Made, type Resources } from "./template.ts";

/**
 * Make every bucket that `resources` declares; those that are there keep their objects. A bucket without a name gets one
 * made of its logical id, as CloudFormation does it. Nothing expires here.
 */
export async function createBuckets(s3: S3Client, resources: Resources): Promise<Map<string, Made>> {
  const made = new Map<string, Made>();
  for (const [id, properties] of declaredOf(resources, "AWS::S3::Bucket")) {
    const ref = String(properties["BucketName"] ?? `volley-local-${id.toLowerCase()}`);
    await s3.send(new CreateBucketCommand({ Bucket: ref }));
    made.set(id, { ref, arn: `arn:aws:s3:::${ref}` });
  }
  return made;
}
