import { expect, it } from "vitest";
import { DRAFT_FIELDS, type Draft, pointerOf, readDraft } from "../../clients/console/src/draft.ts";
import { openApiDocument } from "../../lib/api/openapi/openapi-document.ts";

const EMPTY = Object.fromEntries(DRAFT_FIELDS.map((field) => [field, ""])) as Draft;
const GIVEN: Draft = {
  ...EMPTY,
  ...{
    AppId: "666675",
    Sender: "9223372036854775807",
    MsgType: "10001",
    Content: "hi",
    Receiver: "1 9007199254740993",
  },
};

it("makes a request in which ids are text, and what is empty is left out", () => {
  const { body, faults } = readDraft(GIVEN);
  expect(faults).toEqual([]);
  expect(body).toEqual({
    ...{ AppId: 666675, Sender: "9223372036854775807", MsgType: 10001, Content: "hi" },
    ...{ Receiver: ["1", "9007199254740993"], Options: {} },
  });
});

it("takes options along", () => {
  const options = { Label: " wave 1 ", Tags: "campaign:spring, url:a:b", Lane: "bulk", Delivery: "at-least-once" };
  const NotBefore = "2026-03-01T12:00";
  expect(readDraft({ ...GIVEN, ...options, NotBefore }).body.Options).toEqual({
    ...{ Label: "wave 1", Tags: { campaign: "spring", url: "a:b" }, Lane: "bulk", Delivery: "at-least-once" },
    NotBefore: new Date(NotBefore).toISOString(),
  });
});

it("takes the rarer options along, each in its own form", () => {
  const more = {
    ...{ MaxPerMinute: "300", RefuseIfLate: "true", "Except/Jobs": "a, b", "Except/Receiver": "1 9007199254740993" },
    ...{ "SendWindow/From": "09:00", "SendWindow/To": "21:00", "SendWindow/TimeZone": "Asia/Shanghai" },
    ...{ "PauseAfterFailures/Percent": "5", "PauseAfterFailures/Of": "many" },
  };
  expect(readDraft({ ...GIVEN, ...more }).body.Options).toEqual({
    ...{ MaxPerMinute: 300, RefuseIfLate: true, Except: { Jobs: ["a", "b"], Receiver: ["1", "9007199254740993"] } },
    SendWindow: { From: "09:00", To: "21:00", TimeZone: "Asia/Shanghai" },
    PauseAfterFailures: { Percent: 5, Of: "many" }, // the API says what it must be
  });
});

it("a daily window without a zone goes by the reader's clock; a zone alone is sent, to be refused", () => {
  const TimeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  expect(readDraft({ ...GIVEN, "SendWindow/From": "09:00" }).body.Options).toEqual({
    SendWindow: { From: "09:00", TimeZone },
  });
  expect(readDraft({ ...GIVEN, "SendWindow/TimeZone": "UTC" }).body.Options).toEqual({
    SendWindow: { TimeZone: "UTC" },
  });
});

it("names everything that is missing or is no number, at once", () => {
  expect(readDraft({ ...EMPTY, MsgType: "1e3", Tags: "spring" }).faults).toEqual([
    { field: "AppId", is: "missing" },
    { field: "Sender", is: "missing" },
    { field: "MsgType", is: "number" },
    { field: "Content", is: "missing" },
    { field: "Receiver", is: "noIds" },
    { field: "Tags", is: "tag", text: "spring" },
  ]);
});

it("every field is one of the request, at the place that faults point to", () => {
  type Part = Readonly<{ properties?: Record<string, Part>; anyOf?: readonly Part[] }>;
  const partsOf = ({ properties, anyOf }: Part): Record<string, Part> => properties ?? anyOf?.[0]?.properties ?? {};
  const request = openApiDocument().components.schemas["JobRequest"] as Part;
  const pointers = Object.entries(partsOf(request)).flatMap(([name, field]) => [
    `/${name}`,
    ...Object.entries(partsOf(field)).flatMap(([option, inner]) => [
      `/${name}/${option}`,
      ...Object.keys(partsOf(inner)).map((one) => `/${name}/${option}/${one}`),
    ]),
  ]);
  expect(pointers).toEqual(expect.arrayContaining(DRAFT_FIELDS.map(pointerOf)));
});
