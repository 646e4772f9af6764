import { startDynamo } from "../local/emulators.ts";
import { readLocalSettings } from "../local/settings.ts";

// dynalite as a process of its own, so that its CPU is not ours.
const { url } = await startDynamo(readLocalSettings({}));
console.log(`ready ${url}`);
