import { memoryTokenBucket } from "../../lib/adapters/memory-token-bucket.ts";
import { policy, tokenBucketContract } from "../contracts/token-bucket.ts";

tokenBucketContract("memory", (now) => memoryTokenBucket({ policy, now }));
