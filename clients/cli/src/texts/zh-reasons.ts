import { REASONS, type Reason, type ReasonCode, reasonIn } from "../../../../list-reader/reasons.ts";
import type { Language } from "./say.ts";

/** 名单中错误行的原因。键和占位符与 REASONS 相同。 */
export const ZH_REASONS: Readonly<Record<ReasonCode, string>> = {
  "too-long": "超过 {max} 字节",
  "not-utf8": "不是 UTF-8",
  "not-json": "不是 JSON",
  "no-field": "没有字段 {field}",
  "json-type": "用户 ID 必须是整数或十进制字符串",
  "id-empty": "用户 ID 为空",
  "id-range": "{text} 必须在 1 到 {max} 之间",
  "id-rounded": "{text} 已被电子表格四舍五入，后面的数字已丢失；请将该列保存为文本",
  "id-decimal": "{text} 带有电子表格添加的小数点，数字可能已被四舍五入；请将该列保存为文本",
  "id-form": "{text} 必须只用十进制数字书写，不带前导零",
  "may-be-groups": "可能是一个按位分组的数字：请不要使用分隔符",
  "more-fields": "有 {count} 个字段，而第一行有 {columns} 个",
  "more-numbers": "有不止一个数字：请指定用户 ID 所在的列",
  "open-quote": "引号没有闭合",
  "bad-quotes": "无法识别其中的引号",

  "no-ids": "文件中没有用户 ID",
  "utf-16": "文件是 UTF-16：请保存为 UTF-8",
  archive: "文件是工作簿或压缩包：请将工作表保存为 CSV",
  workbook: "文件是工作簿：请将工作表保存为 CSV",
  "not-gzip": "文件不是 gzip，或已损坏",
  "unpacks-too-long": "文件解压后超过 {max} 字节",
  "first-too-long": "第一行超过 {max} 字节",
  "first-not-utf8": "第一行不是 UTF-8",
  "first-open-quote": "第一行的引号没有闭合",
  "first-unreadable": "无法读取第一行",
  "no-column-number": "没有第 {column} 列：第一行有 {columns} 列",
  "names-and-number": "第 1 行：{text}：第一行既有列名又有数字：请指明是哪一列",
  "column-twice": "第一行有 {count} 个名为 {column} 的列：{names}",
  "no-column": "第一行没有名为 {column} 的列：{names}",
};

export const sayReason = (language: Language, reason: Reason): string =>
  reasonIn(language === "zh" ? ZH_REASONS : REASONS, reason);
