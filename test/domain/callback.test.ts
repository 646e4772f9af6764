import { describe, expect, it } from "vitest";
import { newCallback, shownUrl } from "../../lib/domain/callback.ts";

describe("a callback", () => {
  it("waits from the moment its job was made, and was never tried", () => {
    expect(newCallback("https://example.com/hook", 7)).toStrictEqual({
      url: "https://example.com/hook",
      state: "waiting",
      attempts: 0,
      sinceMs: 7,
    });
  });

  it.each([
    { url: "https://example.com", want: "https://example.com/" },
    { url: "https://example.com:8443/a/b?key=secret", want: "https://example.com:8443/a/b" },
    { url: "http://127.0.0.1:9000/?token=secret", want: "http://127.0.0.1:9000/" },
  ])("$url is shown as $want", ({ url, want }) => expect(shownUrl(url)).toBe(want));
});
