import { describe, expect, it } from "vitest";
import { parseSecret, rtcCredentials } from "../../lib/adapters/rtc-credentials.ts";

const nothing = { accessKeyId: undefined, secretAccessKey: undefined, sessionToken: undefined, secretId: undefined };

const noSecret = () => Promise.reject(new Error("nobody should ask"));

describe("rtcCredentials", () => {
  it("takes the keys from the environment where they are set, with a session token or without", async () => {
    const keys = { accessKeyId: "AKLTtest", secretAccessKey: "invented" };
    expect(await rtcCredentials({ ...nothing, ...keys }, noSecret)()).toEqual(keys);
    expect(await rtcCredentials({ ...nothing, ...keys, sessionToken: "t" }, noSecret)()).toEqual({
      ...keys,
      sessionToken: "t",
    });
  });

  it("names what to set where nothing is", async () => {
    await expect(rtcCredentials(nothing, noSecret)()).rejects.toThrow("VOLC_SECRET_ID");
  });
});

describe("parseSecret", () => {
  it.each([
    { text: '{"accessKeyId":"a","secretAccessKey":"b"}', want: { accessKeyId: "a", secretAccessKey: "b" } },
    {
      text: '{"accessKeyId":"a","secretAccessKey":"b","sessionToken":"c","more":1}',
      want: { accessKeyId: "a", secretAccessKey: "b", sessionToken: "c" },
    },
  ])("reads $text", ({ text, want }) => expect(parseSecret(text)).toEqual(want));

  it.each(["invented-secret", '{"accessKeyId":"invented-secret"}', '["invented-secret"]', "null", "", undefined])(
    "refuses %j without quoting it",
    (text) => {
      expect(() => parseSecret(text)).toThrow(
        /^the secret must be JSON with the strings accessKeyId and secretAccessKey$/, // and nothing of what it holds
      );
    },
  );
});
