import type { Text, Texts } from "./texts.ts";

// What every view says, in English and in simplified Chinese.

export const title: Text = ["Volley", "Volley"];
export const skip: Text = ["Skip to content", "跳到正文"];
export const nav: Text = ["Views", "视图"];
export const language: Text = ["Language", "语言"];
export const logout: Text = ["Log out", "退出登录"];
export const loading: Text = ["Loading…", "正在加载…"];
export const cancel: Text = ["Not now", "暂不"];
export const retryNow: Text = ["Try now", "立即重试"];
export const loginTitle: Text = ["Log in", "登录"];
export const loginLead: Text = [
  "The key stays in this tab and is gone when you close it.",
  "密钥只保存在当前标签页中，关闭后即清除。",
];
export const loginKey: Text = ["Key", "密钥"];
export const loginSubmit: Text = ["Log in", "登录"];
export const loginChecking: Text = ["Checking the key…", "正在验证密钥…"];
export const loginMissing: Text = ["Enter a key. It begins with volley_.", "请输入密钥，它以 volley_ 开头。"];
export const loginRefused: Text = ["Volley does not know this key: {0}", "Volley 不接受此密钥：{0}"];
export const loginEnded: Text = ["Your key is no longer accepted. Log in again.", "您的密钥已失效，请重新登录。"];
export const lostTitle: Text = ["No connection to Volley.", "无法连接到 Volley。"];
export const lostSince: Text = ["What you see is as of {0}. Trying again…", "当前显示的是 {0} 的数据，正在自动重试。"];
export const lostNever: Text = ["Nothing could be loaded yet. Trying again…", "尚未加载到任何数据，正在自动重试。"];
export const refusedTitle: Text = ["Volley refused this request ({0}).", "Volley 拒绝了此请求（{0}）。"];
export const tallyBar: Text = ["{0} of {1} receivers are through: {2}", "{1} 位接收者中已处理 {0} 位：{2}"];

/** States of a job. */
export const STATE = {
  "awaiting-list": ["awaiting list", "等待名单"],
  importing: ["importing", "正在导入"],
  scheduled: ["scheduled", "已排期"],
  running: ["running", "发送中"],
  paused: ["paused", "已暂停"],
  canceling: ["canceling", "正在取消"],
  canceled: ["canceled", "已取消"],
  expiring: ["expiring", "即将过期"],
  expired: ["expired", "已过期"],
  done: ["done", "已完成"],
  rejected: ["rejected", "已拒绝"],
} as const satisfies Texts;

/** Outcomes of receivers. */
export const TALLY = {
  Sent: ["sent", "已发送"],
  Failed: ["failed", "失败"],
  Unknown: ["unknown", "未知"],
  Canceled: ["canceled", "已取消"],
  Pending: ["pending", "待发送"],
} as const satisfies Texts;

/** The views. */
export const VIEW = {
  jobs: ["Jobs", "任务"],
  quota: ["Quota", "配额"],
  send: ["Send", "发送"],
} as const satisfies Texts;
