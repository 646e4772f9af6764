import type { Text, Texts } from "./texts.ts";

// What the view of the quota says, in English and in simplified Chinese.

export const of: Text = ["of {0} messages", "/ {0} 条消息"];
export const idleWhy: Text = ["Nothing was sent in the last {0}.", "最近 {0}内没有发送消息。"];
export const sendingWhy: Text = ["Messages leave as the quota allows.", "正按配额发送消息。"];
export const heldWhy: Text = ["Nothing is sent before {0}.", "{0} 之前不发送。"];
export const history: Text = ["Who changed what", "变更记录"];
export const slowedWhy: Text = [
  "The vendor said “too fast”: {0} of {1} messages are used for now. It creeps back by itself.",
  "服务方返回“过快”：目前只使用 {1} 条中的 {0} 条，之后会自动恢复。",
];
export const pausedWhy: Text = [
  "Nothing is sent since {0}, until somebody resumes.",
  "自 {0} 起已暂停发送，直到有人点击继续。",
];
export const used: Text = ["used", "已使用"];
export const reserved: Text = ["reserved ahead", "已预留"];
export const limit: Text = ["limit {0}", "上限 {0}"];
export const capacity: Text = ["capacity {0}", "当前可用 {0}"];
export const chart: Text = [
  "The last {0} minutes: now {1} of {2} messages used, at the most {3}",
  "最近 {0} 分钟：当前已使用 {1} 条，上限 {2} 条，峰值 {3} 条",
];
export const ago: Text = ["{0} min ago", "{0} 分钟前"];
export const nowMark: Text = ["now", "现在"];
export const appHint: Text = ["On this stage there are several quotas.", "此环境中有多个配额。"];
export const appShow: Text = ["Show", "显示"];
export const lanes: Text = ["What waits", "等待发送"];
export const lane: Text = ["Lane", "通道"];
export const limits: Text = ["Limits", "限制"];
export const limitsLead: Text = ["A change holds from the next reservation on.", "修改从下一次预留起生效。"];
export const none: Text = ["no limit", "不限"];
export const change: Text = ["Change limits", "修改限制"];
export const changeAsk: Text = ["Change the limits of this account?", "要修改此账号的限制吗？"];
export const didChange: Text = ["The limits are changed.", "限制已修改。"];

export const QUOTA_STATE = {
  sending: ["Sending", "发送中"],
  idle: ["Idle", "空闲"],
  held: ["Held", "已挂起"],
  slowed: ["Slowed down", "已减速"],
  paused: ["Paused", "已暂停"],
} as const satisfies Texts;

/** Why the account is held. */
export const HELD_WHY = {
  flow: ["The vendor said “too fast”.", "服务方返回“过快”。"],
  credentials: ["The vendor refuses the keys of this account.", "服务方不接受此账号的密钥。"],
  "not-sent": ["Something in between turned calls away.", "请求在途中被拒绝。"],
  unclear: ["Calls get no clear answer.", "请求没有得到明确的答复。"],
} as const satisfies Texts;

export const LIMIT = {
  Messages: ["Messages in a window", "每个窗口的消息数"],
  WindowMs: ["Window, ms", "窗口长度（毫秒）"],
  Calls: ["Calls in a window", "每个窗口的调用数"],
  CallsWindowMs: ["Window of calls, ms", "调用窗口（毫秒）"],
  PerSecond: ["Messages a second", "每秒消息数"],
  Floor: ["Kept free for express", "为快速通道保留"],
} as const satisfies Texts;

/** All sending: the button, the question, what it means, what was done. */
export const STEER = {
  pause: ["Pause all", "全部暂停"],
  resume: ["Resume all", "全部继续"],
} as const satisfies Texts;

export const STEER_ASK = {
  pause: ["Pause all sending of this account?", "要暂停此账号的全部发送吗？"],
  resume: ["Resume all sending of this account?", "要继续此账号的全部发送吗？"],
} as const satisfies Texts;

export const STEER_BODY = {
  pause: [
    "Nothing leaves, in both lanes and for every client, until somebody resumes.",
    "在有人点击继续之前，两个通道和所有客户端都不再发送。",
  ],
  resume: ["Jobs go on at the pace of the quota.", "各任务将按配额继续发送。"],
} as const satisfies Texts;

export const STEERED = {
  pause: ["All sending is paused.", "已暂停全部发送。"],
  resume: ["Sending goes on.", "已继续发送。"],
} as const satisfies Texts;

export const QUOTA_EVENT = {
  limits: ["limits changed", "修改限制"],
  pause: ["all paused", "全部暂停"],
  resume: ["all resumed", "全部继续"],
} as const satisfies Texts;
