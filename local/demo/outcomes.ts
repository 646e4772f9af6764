export type DemoOutcome = Readonly<{ UserId: string; Status: string; Code?: string }>;

/** Outcomes of a job, page after page. @param query such as `?Status=failed` */
export async function* outcomesOf(
  { url, key }: Readonly<{ url: string; key: string }>,
  jobId: string,
  query = "",
): AsyncGenerator<DemoOutcome> {
  for (let path: string | undefined = `/v1/jobs/${jobId}/outcomes${query}`; path !== undefined; ) {
    const reply: Response = await fetch(new URL(path, url), {
      headers: { accept: "application/x-ndjson", authorization: `Bearer ${key}` },
    });
    if (reply.status !== 200) throw new Error(`GET ${path} answered ${reply.status}: ${await reply.text()}`);
    for (const line of (await reply.text()).split("\n")) if (line !== "") yield JSON.parse(line);
    path = /<([^>]+)>; *rel="?next"?/.exec(reply.headers.get("link") ?? "")?.[1];
  }
}
