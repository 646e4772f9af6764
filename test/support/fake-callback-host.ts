import type { CallbackAnswer, CallbackMessage, CallbackSender } from "../../lib/ports/callback-sender.ts";
import type { Clock } from "../../lib/ports/clock.ts";

/** One POST that arrived. `event`: its body. */
export type Post = Readonly<{
  url: string;
  atMs: number;
  message: CallbackMessage;
  event: { id: string; type: string };
}>;

/** A client's own server: it keeps what it gets, and answers as the test says. Without a word it takes everything. */
export function fakeCallbackHost(clock: Clock) {
  const posts: Post[] = [];
  const host = { answer: (_post: Post): CallbackAnswer => ({ kind: "answered", status: 204 }) };
  const callbacks: CallbackSender = {
    async post(url, message) {
      const post = { url, atMs: clock.now(), message, event: JSON.parse(message.body) };
      posts.push(post);
      return host.answer(post);
    },
  };
  return { callbacks, posts, host };
}
