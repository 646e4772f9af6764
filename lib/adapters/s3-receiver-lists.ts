import type { ReceiverLists } from "../ports/receiver-lists.ts";
import { receiverListsOn } from "./receiver-lists-on.ts";
import { type S3ObjectsOptions, s3Objects } from "./s3-objects.ts";

/** Receiver lists in a bucket. */
export const s3ReceiverLists = (options: S3ObjectsOptions): ReceiverLists => receiverListsOn(s3Objects(options));
