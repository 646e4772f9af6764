import { memoryTokenBucket } from "../../lib/adapters/memory-token-bucket.ts";
import { policy, policyOf, tokenBucketContract } from "../contracts/token-bucket.ts";

tokenBucketContract("memory", (now) => memoryTokenBucket({ policy, policyOf, now }));
