/** By what jobs are listed; each stands in the address under its own name, as in the API's query. */
export const FILTERS = ["Status", "Label", "Tag", "AppId", "ClientId"] as const;
export type Filter = Readonly<Partial<Record<(typeof FILTERS)[number], string>>>;

/** What the page shows. Its address says all of it, so that it can be shared. */
export type Route =
  | Readonly<{ name: "jobs"; filter: Filter }>
  | Readonly<{ name: "job"; id: string; user?: string }>
  | Readonly<{ name: "quota"; appId?: string }>
  | Readonly<{ name: "send" }>;

/** Read the part of an address behind `#`. What is no address of ours is the list of jobs. */
export function readRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?");
  const given = new URLSearchParams(query);
  const [name, id = ""] = path.split("/");
  if (name === "jobs" && id !== "") return { name: "job", id, ...some("user", given.get("User")) };
  if (name === "quota") return { name, ...some("appId", given.get("AppId")) };
  if (name === "send") return { name };
  const filter = Object.fromEntries(FILTERS.flatMap((one) => (given.get(one) ? [[one, given.get(one)]] : [])));
  return { name: "jobs", filter };
}

const some = <K extends string>(key: K, value: string | null) =>
  (value ? { [key]: value } : {}) as { [k in K]?: string };

/** The address of a route, from `#` on. */
export function toHash(route: Route): string {
  if (route.name === "job") return `#/jobs/${encodeURIComponent(route.id)}${queryOf({ User: route.user })}`;
  if (route.name === "jobs") return `#/jobs${queryOf(route.filter)}`;
  return route.name === "quota" ? `#/quota${queryOf({ AppId: route.appId })}` : "#/send";
}

function queryOf(fields: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(fields).flatMap(([key, value]) => (value ? [[key, value] as [string, string]] : []));
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}
