/** What is wrong with one field: half a sentence behind its name. Written as in `chinese-details.ts`. */
export const CHINESE_FAULTS = {
  "is missing": "缺失",
  "is not a field of this request": "不是这个请求的字段",
  "is not a parameter of this route; allowed: {}": "不是这个路由的参数；允许的参数：{0}",
  "is not a cursor of this route": "不是这个路由的游标",
  "must not be empty": "不得为空",
  "must be a string": "必须是字符串",
  "must be true or false": "必须是 true 或 false",
  "must be an object": "必须是对象",
  "must be an object of strings": "必须是值为字符串的对象",
  "must be a whole number": "必须是整数",
  "must be from {} to {}": "必须在 {0} 到 {1} 之间",
  "must be a whole number from {} to {}": "必须是 {0} 到 {1} 之间的整数",
  "must be a whole number from {} to {}, or null": "必须是 {0} 到 {1} 之间的整数，或 null",
  "must be one of {}": "必须是其中之一：{0}",
  "must be a time such as 2026-01-31T08:00:00Z": "必须是时间，例如 2026-01-31T08:00:00Z",

  // users
  "must be a whole number, exact to the last digit": "必须是整数，并且每一位数字都精确",
  "must be a whole number or a decimal string": "必须是整数或十进制字符串",
  "must be written as plain decimal digits without leading zeros": "必须只用十进制数字书写，不带前导零",
  "must be a list of user ids": "必须是用户 ID 的列表",
  "must name at least one user": "必须至少包含一个用户",
  "has {} users; this client may name {} in a job": "有 {0} 个用户；这个客户端在一个任务中最多可以指定 {1} 个",
  "must not stand beside ReceiverUpload": "不得与 ReceiverUpload 同时使用",

  // the message
  "is not one that this client may use": "不在这个客户端可以使用的范围内",
  "belongs to no account that messages are sent by": "不属于任何用于发送消息的账号",
  "must be well-formed Unicode: it has half of a surrogate pair": "必须是格式正确的 Unicode：其中有不成对的代理项",
  "must not have the keys __proto__, constructor or prototype": "不得包含键 __proto__、constructor 或 prototype",
  "must not have an empty key": "不得包含空的键",
  "Content and Ext have {} bytes together; the limit is {}": "Content 和 Ext 共有 {0} 字节；上限是 {1}",

  // options
  "must be express or bulk": "必须是 express 或 bulk",
  "must be bulk for more than {} receivers": "接收者超过 {0} 个时必须是 bulk",
  "must be at-most-once or at-least-once": "必须是 at-most-once 或 at-least-once",
  "must be in the future": "必须是将来的时间",
  "must be at most {} days ahead": "最多只能提前 {0} 天",
  "must be after NotBefore": "必须晚于 NotBefore",
  "does not open before ExpiresAt": "在 ExpiresAt 之前不会开始",
  "needs ExpiresAt": "需要 ExpiresAt",
  "must have 1 to 100 printable characters, and no space at either end":
    "必须由 1 到 100 个可打印字符组成，首尾不得有空格",
  "must have a key of 1 to 64 characters of A-Z a-z 0-9 . _ : / -":
    "键必须由 1 到 64 个字符组成，可用字符：A-Z a-z 0-9 . _ : / -",
  "must have up to 256 printable characters": "最多 256 个可打印字符",
  "must not have more than {}": "不得超过 {0} 个",
  "must not be given with the lane express: its job is one call": "不得与通道 express 一起使用：它的任务只有一次调用",
  "must be a time of day such as 09:00, from 00:00 to 23:59": "必须是一天中的时间，例如 09:00，从 00:00 到 23:59",
  "must be a time zone such as Europe/Berlin": "必须是时区，例如 Europe/Berlin",
  "must not be the same as From": "不得与 From 相同",
  "must be a list of job ids": "必须是任务 ID 的列表",
  "must be the id of a job": "必须是任务的 ID",
  "must not name more than {} jobs": "不得超过 {0} 个任务",
  "must name Jobs or Receiver": "必须包含 Jobs 或 Receiver",
  "is no job of this client": "不是这个客户端的任务",
  "has no list yet": "还没有列表",
  "has no list": "没有列表",
  "leaves nobody of the {} receivers": "{0} 个接收者中没有人剩下",
  "one of them has a damaged list: {}": "其中一个任务的列表已损坏：{0}",

  // callbacks
  "must not be false for a job with a CallbackUrl": "任务有 CallbackUrl 时不得为 false",
  "must be an absolute https URL": "必须是绝对的 https URL",
  "must have at most {} characters": "最多 {0} 个字符",
  "must have no white space and no backslash": "不得包含空白和反斜杠",
  "must have no user name or password": "不得包含用户名或密码",
  "must have no fragment": "不得包含片段（#）",
  "must name a host, not an address": "必须使用主机名，而不是地址",
  "must not name this machine": "不得指向本机",
  "must have port 443 or one from {}": "端口必须是 443，或不小于 {0}",
  "must name a host that this client may call": "必须是这个客户端可以调用的主机",

  // uploads, exports, retries
  "must be csv, ndjson or txt": "必须是 csv、ndjson 或 txt",
  "must be a column's name or its number from 1 to {}": "必须是列名，或 1 到 {0} 的列号",
  "must not be given: text has no columns": "不得指定：纯文本没有列",
  "must be a name: NDJSON has no columns by number": "必须是名称：NDJSON 没有列号",
  "must be bulk, or not given: nobody knows yet how many receivers there are":
    "必须是 bulk，或不指定：还不知道有多少接收者",
  "must be false: before the upload there is nothing to count": "必须是 false：上传之前没有可以计数的内容",
  "must be false, or not given: nobody knows yet how many receivers there are":
    "必须是 false，或不指定：还不知道有多少接收者",
  "must have 1 to 64 characters of A-Z a-z 0-9 . _ -": "必须由 1 到 64 个字符组成，可用字符：A-Z a-z 0-9 . _ -",
  'the only field is Include, and it may list only "unknown"': '唯一的字段是 Include，并且只能包含 "unknown"',

  // queries
  "must be up to {} tags such as campaign:spring": "最多 {0} 个标签，例如 campaign:spring",
  "must be a client's id": "必须是客户端的 ID",

  // the quota
  "must be app- and an AppId": "必须是 app- 加上一个 AppId",
  "does not belong to the account {}": "不属于账号 {0}",
  "is missing: each app has its own quota": "缺失：每个应用有自己的配额",
  "is missing: it must be one of {}": "缺失：必须是其中之一：{0}",
  "names no limit; there are {}": "没有指定限制；可用的限制：{0}",
  "must be at most {}, the messages of a window, got {}": "最多是 {0}，即一个窗口的消息数，收到的是 {1}",
  "must be below {}, got {}": "必须小于 {0}，收到的是 {1}",
  "does not fit: {} {}": "不匹配：{0} {1 text}",
  "must be at most {} where {} is {}, got {}: the tokens of a call that takes longer are planned on before it is known to be late":
    "{1} 为 {2} 时最多是 {0}，收到的是 {3}：更久的调用，在得知它迟到之前，它的令牌就已被安排给别人",
  "must be at least {} where {} is {}, got {}: each reservation would write up to {} slots, and {} are the most":
    "{1} 为 {2} 时至少是 {0}，收到的是 {3}：每次预留最多会写入 {4} 个时隙，而上限是 {5} 个",

  // clients
  "must name at least one scope": "必须至少包含一个权限",
  "{} is not a host name": "{0} 不是主机名",
} as const;
