import { memoryRequestCounter } from "../../lib/adapters/memory-request-counter.ts";
import { requestCounterContract } from "../contracts/request-counter.ts";

requestCounterContract("memory", memoryRequestCounter);
