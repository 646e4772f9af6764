/** What to do with a queue message: delete it, or let it come again at `atMs` (epoch ms). */
export type Settled = Readonly<{ kind: "delete" }> | Readonly<{ kind: "go-back"; atMs: number }>;

export const DELETE: Settled = { kind: "delete" };
