import type { ReceiverLists } from "../ports/receiver-lists.ts";
import { memoryObjects } from "./memory-objects.ts";
import { receiverListsOn } from "./receiver-lists-on.ts";

/** @param objects the lists by the name of their object, for whoever wants to look at them or to damage them */
export const memoryReceiverLists = (objects: Map<string, Uint8Array> = new Map()): ReceiverLists =>
  receiverListsOn(memoryObjects(objects));
