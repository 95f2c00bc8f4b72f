"""What this room tells administrators, in English and Chinese."""

from __future__ import annotations

from typing import Final

from base.messages import Catalogue

MESSAGES: Final[Catalogue] = {
    "retention_not_mapping": {
        "en": "a retention rule is a mapping with 'keep' and 'holds'",
        "zh": "保存规则应为含 keep 和 holds 的映射",
    },
    "retention_not_mapping_remedy": {
        "en": "write for example  default: {{keep: 12 months}}",
        "zh": "例如写作  default: {{keep: 12 months}}",
    },
    "retention_unknown_key": {
        "en": "no setting {key!r} in a retention rule",
        "zh": "保存规则中没有 {key!r} 这一项",
    },
    "retention_unknown_key_remedy": {
        "en": "the settings are 'keep', 'holds' and 'zone'",
        "zh": "可用的项是 keep、holds 和 zone",
    },
    "retention_keep": {
        "en": "{keep!r} is not a time to keep recordings",
        "zh": "{keep!r} 不是有效的保存期限",
    },
    "retention_keep_remedy": {
        "en": "give calendar months or years: '12 months', '5 years'",
        "zh": "请用日历月或年：'12 months'、'5 years'",
    },
    "retention_too_short": {
        "en": "{keep!r} is shorter than {least} calendar months, which recordings are always kept",
        "zh": "{keep!r} 短于录音必须保存的 {least} 个日历月",
    },
    "retention_too_short_remedy": {
        "en": "write '{least} months' or longer; {least} months are used meanwhile",
        "zh": "请写 '{least} months' 或更长；在此之前按 {least} 个月保存",
    },
    "retention_zone": {
        "en": "there is no time zone {zone!r}",
        "zh": "没有时区 {zone!r}",
    },
    "retention_zone_remedy": {
        "en": "give a name of the IANA database, such as Asia/Shanghai",
        "zh": "请用 IANA 时区名，例如 Asia/Shanghai",
    },
    "retention_hold": {
        "en": "{hold!r} does not say what is held",
        "zh": "{hold!r} 没有说明要保留什么",
    },
    "retention_hold_remedy": {
        "en": "write 'recording:ID', 'call:ID', 'case:ID', 'agent:NAME' or 'queue:NAME'",
        "zh": "请写 'recording:ID'、'call:ID'、'case:ID'、'agent:NAME' 或 'queue:NAME'",
    },
    "refused_retention": {
        "en": "it must be kept until {until}",
        "zh": "须保存至 {until}",
    },
    "refused_legal_hold": {
        "en": "a legal hold keeps it; lift the hold in retention.yaml first",
        "zh": "该录音处于法律保留状态；请先在 retention.yaml 中解除",
    },
    "refused_not_sealed": {
        "en": "it is not sealed yet; try again when its call is over",
        "zh": "尚未封存；请在通话结束后再试",
    },
    "refused_already_deleted": {
        "en": "it is deleted already; its tombstone stays",
        "zh": "已删除；删除记录仍保留",
    },
    "refused_unknown": {
        "en": "there is no such recording; `segue recordings` lists them",
        "zh": "没有此录音；可用 `segue recordings` 列出",
    },
}
