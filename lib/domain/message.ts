/**
 * The message, in the vendor's own field names.
 *
 * `Sender` is an int64 and so a decimal string here: a JS number corrupts it past 2^53.
 * @see https://www.volcengine.com/docs/6348/1164080 BatchSendMessage, request body
 */
export type Message = Readonly<{
  /** int32 */
  AppId: number;
  Sender: string;
  InboxType?: number;
  /** 10001 text … 10009 link, 10012 custom */
  MsgType: number;
  /** Not inspected: sender and client agree on its form. */
  Content: string;
  IsNormalUser?: boolean;
  Ext?: Readonly<Record<string, string>>;
}>;
