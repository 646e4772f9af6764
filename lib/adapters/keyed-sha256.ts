import { createHash, createHmac, createSecretKey, type Hash, type Hmac, hash, type KeyObject } from "node:crypto";

type Data = string | ArrayBuffer | ArrayBufferView;

/** Signing keys a process keeps: of each service one a day, and what they are derived from. */
const KEYS_KEPT = 50;
const keys = new Map<string, KeyObject>();

/**
 * SHA-256 as the AWS SDK asks for it (a class: it calls `new`), and its HMAC where there is a secret. The SDK signs with two
 * HMACs a request under keys that stay the same all day. One under a KeyObject takes a seventh of the time of one under bytes,
 * so the objects are kept.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export class KeyedSha256 {
  readonly digestLength = 32;
  readonly #secret: Data | undefined;
  #running: Hash | Hmac | undefined;
  /** The one piece of most hashes: it is hashed in one go. */
  #only: string | Uint8Array | undefined;

  constructor(secret?: Data) {
    this.#secret = secret;
  }

  update(data: Data): void {
    const piece = typeof data === "string" ? data : bytesOf(data);
    if (this.#running === undefined && this.#only === undefined && this.#secret === undefined) {
      this.#only = piece;
      return;
    }
    this.#running ??= this.#start();
    this.#running.update(piece);
  }

  async digest(): Promise<Uint8Array> {
    if (this.#only !== undefined && this.#running === undefined) return hash("sha256", this.#only, "buffer");
    this.#running ??= this.#start();
    return "copy" in this.#running ? this.#running.copy().digest() : this.#running.digest();
  }

  reset(): void {
    this.#running = undefined;
    this.#only = undefined;
  }

  #start(): Hash | Hmac {
    if (this.#secret !== undefined) return createHmac("sha256", keyOf(this.#secret));
    const started = createHash("sha256");
    return this.#only === undefined ? started : started.update(this.#only);
  }
}

function keyOf(secret: Data): KeyObject {
  const bytes = typeof secret === "string" ? Buffer.from(secret) : bytesOf(secret);
  const name = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const known = keys.get(name);
  if (known) return known;
  const [oldest] = keys.keys();
  if (keys.size >= KEYS_KEPT && oldest !== undefined) keys.delete(oldest);
  const made = createSecretKey(bytes);
  keys.set(name, made);
  return made;
}

const bytesOf = (data: ArrayBuffer | ArrayBufferView): Uint8Array =>
  data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
