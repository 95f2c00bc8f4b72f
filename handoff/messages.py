"""What the handoff room tells people, in English and Chinese."""

from __future__ import annotations

from typing import Any, Final

from base.messages import Catalogue, Message, message

CATALOGUE: Final[Catalogue] = {
    "match.token": {
        "en": "the app's token came with the call",
        "zh": "来电携带了应用的令牌",
    },
    "match.code": {
        "en": "the customer keyed the code that the app shows",
        "zh": "客户输入了应用显示的验证码",
    },
    "match.customer": {
        "en": "the customer number was keyed and checked",
        "zh": "客户号已输入并核对",
    },
    "match.number": {
        "en": "the calling number is this customer's",
        "zh": "来电号码属于该客户",
    },
    "match.number_untrusted": {
        "en": "the calling number is this customer's, but it was not verified",
        "zh": "来电号码属于该客户，但号码未经核实",
    },
    "match.number_shared": {
        "en": "{customers} customers use this calling number",
        "zh": "有 {customers} 位客户使用该来电号码",
    },
    "match.agent": {
        "en": "{agent} asked who is calling",
        "zh": "坐席 {agent} 已询问来电者身份",
    },
    "question.confirm": {
        "en": "Ask for the name and the last step in the app before you speak about it.",
        "zh": "谈及业务前，请先核对客户姓名和在应用中的最后一步。",
    },
    "question.which": {
        "en": "Ask for the name: several customers use this number.",
        "zh": "请询问姓名：多位客户使用该号码。",
    },
    "summary.step": {
        "en": "step {number} of {of}, {step}, in {title}",
        "zh": "“{title}”第 {number}/{of} 步：{step}",
    },
    "summary.unnumbered": {
        "en": "{step}, in {title}",
        "zh": "“{title}”：{step}",
    },
    "scripts.shape": {
        "en": "expected {wanted}, found {found}",
        "zh": "应为 {wanted}，实际为 {found}",
    },
    "scripts.unknown_key": {
        "en": "unknown key '{key}'",
        "zh": "未知的键“{key}”",
    },
    "scripts.missing": {
        "en": "'{key}' is missing",
        "zh": "缺少“{key}”",
    },
    "scripts.remedy": {
        "en": "a topic has languages en and zh, each with title, steps and answers (q, a)",
        "zh": "每个主题包含 en 和 zh，其下为 title、steps 和 answers（q、a）",
    },
}


def tell(code: str, **args: Any) -> Message:
    """A message of this room."""
    return message(CATALOGUE, code, **args)
