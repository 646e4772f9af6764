import { wireSweep } from "../lib/wire/steer.ts";

const { sweep } = wireSweep(process.env);

/** Every minute: look after jobs nobody else looks after. */
export const handler = async (): Promise<void> => sweep();
