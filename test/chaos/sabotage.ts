import { NO_ROWS, type Row } from "../../lib/domain/batch-rows.ts";
import type { RowKey } from "../../lib/ports/batch-row-store.ts";
import type { Focus, Hands, Mistake, Ports, Role, Sabotage } from "./ports.ts";
import type { Store } from "./store.ts";

type Change = (ports: Ports, hands: Hands) => Partial<Ports>;

/** Ports of some functions, changed. */
export const inRoles = (roles: readonly Role[], change: Change, focus: Focus = {}): Mistake =>
  remembering(roles, () => change, focus);

/** The same with something to remember for the length of a schedule. */
export function remembering(roles: readonly Role[], make: () => Change, focus: Focus = {}): Mistake {
  const sabotage: Sabotage = () => {
    const change = make();
    return (ports, hands) => (roles.includes(hands.role) ? { ...ports, ...change(ports, hands) } : ports);
  };
  return { ...focus, sabotage };
}

export const EVERYWHERE: readonly Role[] = ["accept", "control", "deliver", "dispatch", "import", "query", "retry"];

/** A row as it stands this moment. */
export const rowNow = ({ table }: Store, { run, first, on }: Pick<RowKey, "run" | "first" | "on">): Row =>
  (table.rows.get(run)?.get(first) ?? NO_ROWS)[on];
