import { type Environment, readConfig } from "../config.ts";
import { makeDoor } from "./door.ts";

/** For the route that answers what no other route takes. @throws {BadConfig} at cold start */
export const wireUnknownRoute = (env: Environment) => ({ door: makeDoor(readConfig(env)) });
