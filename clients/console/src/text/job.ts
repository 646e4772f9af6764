import type { Text, Texts } from "./texts.ts";

// What the views of jobs say, in English and in simplified Chinese.

export const filterTitle: Text = ["Filter", "筛选"];
export const filterAny: Text = ["Any", "全部"];
export const filterTagHint: Text = ["key:value", "键:值"];
export const filterApply: Text = ["Filter", "筛选"];
export const filterClear: Text = ["Clear", "清除"];
export const jobsEmpty: Text = ["No jobs yet.", "还没有任务。"];
export const jobsEmptyHint: Text = ["What you send appears here.", "您发送的消息会显示在这里。"];
export const jobsNone: Text = ["No job fits this filter.", "没有符合筛选条件的任务。"];
export const jobsMore: Text = ["Show more", "显示更多"];
export const jobsShown: Text = ["{0} jobs, newest first", "{0} 个任务，最新的在最前"];
export const jobColumn: Text = ["Job", "任务"];
export const jobState: Text = ["State", "状态"];
export const jobReceivers: Text = ["Receivers", "接收者"];
export const jobProgress: Text = ["Progress", "进度"];
export const jobCreated: Text = ["Created", "创建时间"];
export const jobOf: Text = ["Job {0}", "任务 {0}"];
export const jobMissing: Text = ["There is no such job.", "没有这个任务。"];
export const jobMissingHint: Text = [
  "It may be another client's, or its time is over.",
  "它可能属于其他客户端，或已超过保存期限。",
];
export const jobRate: Text = ["Rate", "速率"];
export const jobPerSecond: Text = ["{0}/s", "{0}/秒"];
export const jobLeft: Text = ["Time left", "剩余时间"];
export const jobFinish: Text = ["Through at", "预计完成"];
export const jobFinishAbout: Text = ["about {0}", "约 {0}"];
export const jobStarts: Text = ["Starts", "开始时间"];
export const jobExpires: Text = ["Expires", "过期时间"];
export const jobBatches: Text = ["Batches", "批次"];
export const jobDuplicates: Text = ["Duplicates dropped", "已去重"];
export const jobDelivery: Text = ["Delivery", "投递方式"];
export const jobRetryOf: Text = ["Retry of", "重试自"];
export const jobCallback: Text = ["Callback", "回调"];
export const jobTags: Text = ["Tags", "标签"];
export const jobReason: Text = ["Why: {0}", "原因：{0}"];
export const jobImport: Text = ["Reading the list: {0} lines, {1} bad", "正在读取名单：{0} 行，其中 {1} 行有误"];
export const jobReport: Text = ["Bad lines", "有误的行"];
export const jobEnded: Text = ["The job is {0}.", "任务{0}。"];
export const askRetryUnknown: Text = [
  "Also the {0} of whom it is unknown: they may get the message twice.",
  "同时包括 {0} 位结果未知的接收者：他们可能会收到两次。",
];
export const codesTitle: Text = ["Not sent, by code", "未送达，按代码统计"];
export const codesNone: Text = ["Nobody has failed.", "没有失败。"];
export const codesCode: Text = ["Code", "代码"];
export const codesOutcome: Text = ["Outcome", "结果"];
export const codesCount: Text = ["Receivers", "接收者"];
export const codesCsv: Text = ["CSV", "CSV"];
export const codesCsvOf: Text = ["Download CSV: {0}, {1}", "下载 CSV：{0}，{1}"];
export const codesAll: Text = ["All outcomes as CSV", "下载全部结果（CSV）"];
export const codesWriting: Text = ["Writing {0}…", "正在生成 {0}…"];
export const codesWrote: Text = ["{0} is downloaded.", "已下载 {0}。"];
export const codesFirst: Text = ["Counted over the first {0}.", "仅统计前 {0} 条。"];
export const whoTitle: Text = ["Look up a receiver", "查询接收者"];
export const whoLabel: Text = ["User id", "用户 ID"];
export const whoSubmit: Text = ["Look up", "查询"];
export const whoBad: Text = [
  "A user id is a whole number from 1 to 9223372036854775807.",
  "用户 ID 是 1 到 9223372036854775807 之间的整数。",
];
export const whoMissing: Text = ["{0} is not in the list of this job.", "{0} 不在此任务的名单中。"];
export const whoMessage: Text = ["Message id", "消息 ID"];
export const whoRequest: Text = ["Request id", "请求 ID"];
export const whoAt: Text = ["At", "时间"];
export const whoTwice: Text = ["An earlier attempt may have arrived too.", "之前的一次尝试也可能已送达。"];
export const messageTitle: Text = ["Message", "消息"];
export const messageShow: Text = ["Show content", "显示内容"];
export const messageHide: Text = ["Hide content", "隐藏内容"];
export const messageHidden: Text = ["Content is hidden until you ask for it.", "内容默认隐藏。"];
export const messageContent: Text = ["Content", "内容"];
export const historyTitle: Text = ["History", "历史记录"];
export const historyBy: Text = ["by {0}", "操作者：{0}"];

/** Fields of the filter. */
export const FILTER = {
  Status: ["State", "状态"],
  Label: ["Label", "名称"],
  Tag: ["Tag", "标签"],
  AppId: ["AppId", "AppId"],
  ClientId: ["Client", "客户端"],
} as const satisfies Texts;

export const LANE = {
  express: ["express", "快速通道"],
  bulk: ["bulk", "批量通道"],
} as const satisfies Texts;

/** What can be done with a job: the button, the question, what it means, what was done. */
export const ACTION = {
  pause: ["Pause", "暂停"],
  resume: ["Resume", "继续"],
  cancel: ["Cancel job", "取消任务"],
  retry: ["Retry failed", "重试失败项"],
} as const satisfies Texts;

export const ASK = {
  pause: ["Pause this job?", "要暂停此任务吗？"],
  resume: ["Resume this job?", "要继续此任务吗？"],
  cancel: ["Cancel this job?", "要取消此任务吗？"],
  retry: ["Retry the failed receivers?", "要重试失败的接收者吗？"],
} as const satisfies Texts;

export const ASK_BODY = {
  pause: [
    "Nothing more of it is sent until it is resumed. Calls on their way are still recorded.",
    "在继续之前，不再发送此任务的消息。已发出的请求仍会记录结果。",
  ],
  resume: ["{0} receivers are still to be sent to.", "还有 {0} 位接收者待发送。"],
  cancel: [
    "{0} receivers will not get the message. This cannot be undone.",
    "{0} 位接收者将收不到消息。此操作无法撤销。",
  ],
  retry: ["A new job is made of the {0} receivers that failed.", "将为 {0} 位失败的接收者新建一个任务。"],
} as const satisfies Texts;

export const DID = {
  pause: ["The job is paused.", "任务已暂停。"],
  resume: ["The job goes on.", "任务已继续。"],
  cancel: ["The job is being canceled.", "任务正在取消。"],
  retry: ["A new job was made.", "已新建任务。"],
} as const satisfies Texts;

/** Entries of the history. */
export const EVENT = {
  accepted: ["accepted", "已接受"],
  pause: ["paused", "已暂停"],
  resume: ["resumed", "已继续"],
  cancel: ["cancel asked for", "请求取消"],
  canceled: ["canceled", "已取消"],
  done: ["done", "已完成"],
  expire: ["time is over", "时间已到"],
  expired: ["expired", "已过期"],
  start: ["started", "已开始"],
  reject: ["rejected", "已拒绝"],
  import: ["list imported", "名单已导入"],
} as const satisfies Texts;
