/**
 * What a problem says, in Chinese by its English. `{}` is a value of the English text, `{0}` the first of them in the Chinese
 * one. `{0 text}`: it is a text of these tables itself. `{0 or}`: words with " or " between them.
 */
export const CHINESE_DETAILS = {
  // the request as a whole
  "the request has faults": "请求有错误",
  "the query has faults": "查询参数有错误",
  "the request has no body": "请求没有正文",
  "the body is not JSON: {}": "正文不是 JSON：{0}",
  "the body must be a JSON object": "正文必须是 JSON 对象",
  "the body is not UTF-8": "正文不是 UTF-8",
  "the body is not gzip, or broken": "正文不是 gzip，或已损坏",
  "the body must not exceed {} bytes": "正文不得超过 {0} 字节",
  "the body must not exceed {} bytes when unpacked": "正文解压后不得超过 {0} 字节",
  "Content-Encoding must be gzip or none": "Content-Encoding 必须是 gzip 或不设置",
  "Content-Type must be application/json or application/gzip":
    "Content-Type 必须是 application/json 或 application/gzip",
  "the charset must be utf-8": "charset 必须是 utf-8",
  "Accept must allow one of application/json, text/csv, application/x-ndjson":
    "Accept 必须允许 application/json、text/csv、application/x-ndjson 之一",
  "Idempotency-Key must have 1 to 255 printable ASCII characters":
    "Idempotency-Key 必须由 1 到 255 个可打印的 ASCII 字符组成",
  'Idempotency-Key must be a string such as "8e03978e-40d5"': 'Idempotency-Key 必须是字符串，例如 "8e03978e-40d5"',
  "this Idempotency-Key was used for another request": "这个 Idempotency-Key 已用于另一个请求",
  "there is no such route": "没有这个路由",
  "{} is not a method of {}; allowed: {}": "{1} 不支持 {0} 方法；允许的方法：{2}",
  "there is no such Action in this Version; there is BatchSendMessage in 2020-12-01":
    "这个 Version 中没有这个 Action；有的是 2020-12-01 中的 BatchSendMessage",
  "the user id in the path {}": "路径中的用户 ID {0 text}",

  // who asks
  "the request is not authenticated": "请求未通过身份验证",
  "there is no Authorization header": "没有 Authorization 头",
  "Authorization must be `Bearer <key>`, or a signature HMAC-SHA256":
    "Authorization 必须是 `Bearer <key>`，或 HMAC-SHA256 签名",
  "there is no such key": "没有这个密钥",
  "there is no such access key": "没有这个 Access Key",
  "Authorization has no Signature": "Authorization 中没有 Signature",
  "Authorization is not of the form HMAC-SHA256 …": "Authorization 不符合 HMAC-SHA256 … 的格式",
  "these headers are missing: {}": "缺少这些头：{0}",
  "these headers must be signed: {}": "这些头必须包含在签名中：{0}",
  "X-Date is not within 900 s of now": "X-Date 与当前时间相差超过 900 秒",
  "the scope of Credential must be {}/<region>/{}/request": "Credential 的范围必须是 {0}/<region>/{1}/request",
  "X-Content-Sha256 is not the SHA-256 of the body": "X-Content-Sha256 不是正文的 SHA-256",
  "the signature is not that of this request": "签名与这个请求不符",
  "this needs the scope {}": "这需要权限 {0}",
  "the client may not send this": "这个客户端不可以发送这个请求",
  "this client has no app on the account {}": "这个客户端在账号 {0} 上没有应用",
  "this client may make {} requests a minute": "这个客户端每分钟可以发出 {0} 个请求",
  "there is no client {}": "没有客户端 {0}",
  "there is a client {} already": "已经有客户端 {0}",
  "this cannot be a client": "这不能作为客户端",
  "this door is closed: REQUESTS_CLIENT names no client": "这个入口已关闭：REQUESTS_CLIENT 没有指定客户端",

  // jobs
  "there is no job {}": "没有任务 {0}",
  "receiver {} is not in job {}": "接收者 {0} 不在任务 {1} 中",
  "job {} is being changed by others; try again": "任务 {0} 正在被其他人修改；请重试",
  "cannot {} a job that is {}; it must be {}": "状态为 {1} 的任务不能执行 {0}；状态必须是 {2 or}",
  "the message of job {} is gone": "任务 {0} 的消息已不存在",
  "the AppId of job {} {}": "任务 {0} 的 AppId {1 text}",
  "job {} has no receivers to retry": "任务 {0} 没有需要重试的接收者",
  "job {} is {}: it has no receivers yet": "任务 {0} 的状态为 {1}：还没有接收者",
  "nobody has asked for this export of job {}": "没有人请求过任务 {0} 的这个导出",
  "job {} has no callback": "任务 {0} 没有回调",
  "job {} has no event yet": "任务 {0} 还没有事件",
  "the job could not end in time: ExpiresAt is {}; it would end about {}, in {} seconds":
    "任务无法按时结束：ExpiresAt 是 {0}；预计在 {1} 左右结束，即 {2} 秒后",
  "the job could not end in time: ExpiresAt is {}; it would end about {}, in {} seconds: nothing is sent before {}, {}":
    "任务无法按时结束：ExpiresAt 是 {0}；预计在 {1} 左右结束，即 {2} 秒后：{3} 之前不会发送，{4 text}",
  "the job could not end in time: ExpiresAt is {}; {} since {}, and nobody knows for how long":
    "任务无法按时结束：ExpiresAt 是 {0}；{1 text}（从 {2} 起），何时恢复未知",
  "the upstream said too fast": "上游返回请求过快",
  "the keys of its account are refused": "账号的密钥被拒绝",
  "calls did not reach the upstream": "调用没有到达上游",
  "calls had no clear answer": "调用没有得到明确的应答",
  "all sending of its account is paused": "账号的所有发送已暂停",
  "all sending of {} is paused": "{0} 的所有发送已暂停",
  "the quota has no room now": "配额现在没有余量",
  "the quota could not be kept with these limits": "用这些限制无法遵守配额",

  // an object that holds a request
  "the object lies in {}, not in the bucket of requests": "对象在 {0} 中，不在存放请求的存储桶中",
  "the object is empty": "对象是空的",
  "the object must not exceed {} bytes{}": "对象不得超过 {0} 字节{1}",

  // faults of ours
  "{}; the log has it under {}": "{0 text}；日志中的编号是 {1}",
  "a service that is needed is away, nothing was done; try again": "所需的服务暂时不可用，没有执行任何操作；请重试",
  "others changed the same thing meanwhile, nothing was done; try again":
    "其他人同时修改了同一内容，没有执行任何操作；请重试",
  "the stored receiver list of this job is damaged": "这个任务存储的接收者列表已损坏",
  "something went wrong here": "服务器出错了",

  // what the local stack refuses before a function is asked
  "the function failed": "函数执行失败",
  "the request is not HTTP": "请求不是 HTTP",
  "a request must not exceed {} bytes, all told": "整个请求不得超过 {0} 字节",
  "the address and the headers must not exceed {} bytes": "地址和头不得超过 {0} 字节",
  "the local stack answers to localhost and 127.0.0.1 alone": "本地环境只响应 localhost 和 127.0.0.1",
  "the Origin is another page": "Origin 是另一个页面",
  "the request comes from another page": "请求来自另一个页面",
} as const;
