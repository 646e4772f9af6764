import { expect, it } from "vitest";
import { isUserId, readReceivers } from "../../clients/console/src/receivers.ts";

it.each([
  { text: "1", is: true },
  { text: "9223372036854775807", is: true },
  { text: "9223372036854775808", is: false },
  { text: "0", is: false },
  { text: "01", is: false },
  { text: "-1", is: false },
  { text: "1.0", is: false },
  { text: "9.22337E+18", is: false },
  { text: "", is: false },
])("$text is a user id: $is", ({ text, is }) => expect(isUserId(text)).toBe(is));

const BIG = ["9007199254740993", "9223372036854775807"];

it.each([
  { name: "one a line", text: BIG.join("\n") },
  { name: "CRLF and empty lines", text: `\r\n${BIG.join("\r\n\r\n")}\r\n` },
  { name: "a byte order mark", text: `\uFEFF${BIG.join("\n")}` },
  { name: "commas and spaces", text: `  ${BIG.join(", ")} ` },
  { name: "spaces", text: BIG.join("  ") },
  { name: "commas and semicolons by turns", text: `${BIG.join(";")},` },
  { name: "quotes", text: BIG.map((id) => `"${id}"`).join("\n") },
  { name: "a row of names", text: `UserId\n${BIG.join("\n")}` },
  { name: "the column UserId of a table", text: `Name;user_id\nAnn;${BIG[0]}\n"Li; Wei";${BIG[1]}` },
  { name: "the first column of a table with tabs", text: `UserId\tAge\n${BIG[0]}\t41\n${BIG[1]}\t7` },
  { name: "an empty cell before it", text: `Name,UserId\n,${BIG[0]}\n,${BIG[1]}` },
])("reads $name, to the last digit", ({ text }) => {
  expect(readReceivers(text)).toMatchObject({ ids: BIG, bad: [] });
});

it("says which line is wrong, and guesses at nothing", () => {
  expect(readReceivers("1\n9.22337E+18\n7.0\n\nAnn\n2").bad).toEqual([
    { line: 2, text: "9.22337E+18" },
    { line: 3, text: "7.0" },
    { line: 5, text: "Ann" },
  ]);
});

it("of a table without the column every cell is meant: what is no id is told", () => {
  expect(readReceivers("Name,Id\nAnn,7").bad).toEqual([{ line: 2, text: "Ann" }]);
});

it("a row without its id is told", () => {
  expect(readReceivers("UserId,Name\n,Ann").bad).toEqual([{ line: 2, text: ",Ann" }]);
});

it("names at most a hundred bad lines", () => {
  expect(readReceivers("x1\n".repeat(1_000)).bad).toHaveLength(100);
});
