import type { Text, Texts } from "./texts.ts";

// What the form that sends says, in English and in simplified Chinese.

export const title: Text = ["Send a message", "发送消息"];
export const message: Text = ["Message", "消息"];
export const contentHint: Text = [
  "Text as the receiving app expects it. At most 64 KB.",
  "接收方应用所需的文本，最大 64 KB。",
];
export const to: Text = ["Receivers", "接收者"];
export const receiverHint: Text = [
  "One a line, or with commas or spaces between. Of a table the column UserId is read.",
  "每行一个，或用逗号、空格分隔。如果是表格，则读取 UserId 列。",
];
export const file: Text = ["Read a file", "读取文件"];
export const read: Text = ["{0} ids", "{0} 个 ID"];
export const header: Text = ["The first row is taken for names: {0}", "首行视为列名：{0}"];
export const bad: Text = ["line {0}: “{1}” is no user id", "第 {0} 行：“{1}”不是用户 ID"];
export const options: Text = ["Options", "选项"];
export const tagsHint: Text = ["key:value, several with commas", "键:值，多个标签用逗号分隔"];
export const tagsBad: Text = ["“{0}” is no tag: write key:value", "“{0}”不是标签，请写成 键:值"];
export const laneAuto: Text = ["By size", "按数量自动选择"];
export const more: Text = ["More options", "更多选项"];
export const idsHint: Text = ["Ids, with commas", "ID，用逗号分隔"];
export const lateSend: Text = ["Send anyway", "仍然发送"];
export const lateRefuse: Text = ["Refuse", "拒绝"];
export const required: Text = ["is missing", "必填"];
export const number: Text = ["must be a whole number", "必须是整数"];
export const noIds: Text = ["Name at least one user id.", "请至少填写一个用户 ID。"];
export const check: Text = ["Check (dry run)", "检查（试运行）"];
export const checking: Text = ["Checking…", "正在检查…"];
export const checkLead: Text = [
  "A dry run checks everything. Nothing is sent.",
  "试运行会检查全部内容，不会发送任何消息。",
];
export const result: Text = ["This would be sent", "将要发送"];
export const excluded: Text = ["Left out", "已排除"];
export const resultTakes: Text = ["Takes about", "预计用时"];
export const go: Text = ["Send to {0} receivers", "发送给 {0} 位接收者"];
export const faults: Text = ["{0} faults. Each stands beside its field.", "{0} 处错误，均标在对应字段旁。"];
export const fault: Text = ["One fault. It stands beside its field.", "1 处错误，标在对应字段旁。"];
export const did: Text = ["The job is accepted.", "任务已接受。"];

/** Fields of the form. */
export const FIELD = {
  AppId: ["AppId", "AppId"],
  Sender: ["Sender", "发送者"],
  MsgType: ["MsgType", "MsgType"],
  Content: ["Content", "内容"],
  Receiver: ["User ids", "用户 ID"],
  Label: ["Label", "名称"],
  Tags: ["Tags", "标签"],
  Lane: ["Lane", "通道"],
  Delivery: ["If a call breaks", "如果请求中断"],
  NotBefore: ["Not before", "开始时间"],
  ExpiresAt: ["Expires", "过期时间"],
  MaxPerMinute: ["At most a minute", "每分钟最多发送"],
  RefuseIfLate: ["If it would end too late", "如果无法按时结束"],
  "SendWindow/From": ["Every day from", "每天开始"],
  "SendWindow/To": ["until", "每天结束"],
  "SendWindow/TimeZone": ["Time zone", "时区"],
  "PauseAfterFailures/Percent": ["Pause at % failed", "失败达到 % 时暂停"],
  "PauseAfterFailures/Of": ["of at least", "至少已处理"],
  "Except/Jobs": ["Not to those of jobs", "排除任务的接收者"],
  "Except/Receiver": ["Not to these users", "排除这些用户"],
} as const satisfies Texts;

export const DELIVERY = {
  "at-most-once": ["Never send twice", "绝不重复发送"],
  "at-least-once": ["Send again, perhaps twice", "再次发送，可能重复"],
} as const satisfies Texts;
