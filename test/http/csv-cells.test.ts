import { describe, expect, it } from "vitest";
import { toCsvRow } from "../../lib/http/present.ts";

describe("a cell that a spreadsheet might compute", () => {
  it.each([
    { code: "=1+1", cell: `"'=1+1"` },
    { code: '=HYPERLINK("http://x")', cell: `"'=HYPERLINK(""http://x"")"` },
    { code: "+1", cell: `"'+1"` },
    { code: "-1+1", cell: `"'-1+1"` },
    { code: "-a", cell: `"'-a"` },
    { code: "-", cell: `"'-"` },
    { code: "-1.5", cell: `"'-1.5"` },
    { code: "@SUM(A1)", cell: `"'@SUM(A1)"` },
    { code: "\t=1", cell: `"'\t=1"` },
    { code: "\r=1", cell: `"'\r=1"` },
    { code: "\n=1", cell: `"'\n=1"` },
    { code: "＝1", cell: `"'＝1"` },
    { code: "-12", cell: "-12" },
    { code: "a=1", cell: "a=1" },
    { code: "a-b@c", cell: "a-b@c" },
    { code: "", cell: "" },
  ])("$code", ({ code, cell }) => {
    expect(toCsvRow({ userId: "1", status: "failed", code })).toBe(`1,failed,,${cell},,,\r\n`);
  });
});
