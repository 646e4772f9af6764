/** The vendor's limits. Each stands here once. */

/**
 * The most receivers that one BatchSendMessage call takes.
 *
 * @see https://www.volcengine.com/docs/6348/1164080 BatchSendMessage: up to 500 users a call
 */
export const MAX_BATCH = 500;

/**
 * AppId, InboxType and MsgType are int32.
 *
 * @see https://www.volcengine.com/docs/6348/1164080 BatchSendMessage, request body: Integer
 */
export const INT32_MAX = 2_147_483_647;

/**
 * User ids are int64, and above zero.
 *
 * @see https://www.volcengine.com/docs/6348/914736
 */
export const MAX_ID = 9_223_372_036_854_775_807n;
