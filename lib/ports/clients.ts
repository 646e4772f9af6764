import type { Client } from "../domain/client.ts";

/** Who may call. A change is seen within minutes, without a deploy. @throws {Unavailable} if the list cannot be read */
export interface Clients {
  all(): Promise<readonly Client[]>;
  find(id: string): Promise<Client | undefined>;
}
