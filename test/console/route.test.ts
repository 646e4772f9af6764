import { expect, it } from "vitest";
import { type Route, readRoute, toHash } from "../../clients/console/src/route.ts";

it.each<{ hash: string; route: Route }>([
  { hash: "#/jobs", route: { name: "jobs", filter: {} } },
  {
    hash: "#/jobs?Status=running&Label=a+%26+b&Tag=campaign%3Aspring&AppId=666675",
    route: { name: "jobs", filter: { Status: "running", Label: "a & b", Tag: "campaign:spring", AppId: "666675" } },
  },
  { hash: "#/jobs/d00brhglpn3vsnncydqbnv37j", route: { name: "job", id: "d00brhglpn3vsnncydqbnv37j" } },
  {
    hash: "#/jobs/d00brhglpn3vsnncydqbnv37j?User=9223372036854775807",
    route: { name: "job", id: "d00brhglpn3vsnncydqbnv37j", user: "9223372036854775807" },
  },
  { hash: "#/quota", route: { name: "quota" } },
  { hash: "#/quota?AppId=7", route: { name: "quota", appId: "7" } },
  { hash: "#/send", route: { name: "send" } },
])("$hash is an address, there and back", ({ hash, route }) => {
  expect(readRoute(hash)).toEqual(route);
  expect(toHash(route)).toBe(hash);
});

it.each(["", "#", "#/", "#/nothing", "#main", "#/jobs/?Status="])("%j is the list of all jobs", (hash) => {
  expect(readRoute(hash)).toEqual({ name: "jobs", filter: {} });
});
