"""What is told about a flow file, in English and Chinese."""

from __future__ import annotations

from typing import Final

from base.messages import Catalogue
from ivr.check_messages import CHECK_MESSAGES

_FORM: Final[Catalogue] = {
    "not_a_flow": {
        "en": "this is not a flow: a mapping with flow, start and states is needed",
        "zh": "这不是流程：需要包含 flow、start、states 的映射",
    },
    "unreadable": {"en": "the file cannot be read: {reason}", "zh": "无法读取文件：{reason}"},
    "state_empty": {"en": "state '{state}' is empty", "zh": "状态“{state}”是空的"},
    "two_verbs": {
        "en": "state '{state}' does two things: {verbs}",
        "zh": "状态“{state}”做了两件事：{verbs}",
    },
    "no_verb": {"en": "state '{state}' has no action", "zh": "状态“{state}”没有动作"},
    "split_state": {"en": "split it into two states", "zh": "请拆成两个状态"},
    "add_verb": {"en": "add one of: {verbs}", "zh": "请加上其中之一：{verbs}"},
    "unknown_option": {
        "en": "'{option}' is not an option of '{verb}'",
        "zh": "“{option}”不是“{verb}”的选项",
    },
    "unknown_key": {"en": "'{option}' is not known here", "zh": "这里没有“{option}”"},
    "ends_flow": {
        "en": "'{verb}' ends this flow, so it has no next",
        "zh": "“{verb}”结束本流程，所以没有 next",
    },
    "missing": {"en": "'{verb}' needs '{option}'", "zh": "“{verb}”需要“{option}”"},
    "say_next": {
        "en": "every state says where the call goes next",
        "zh": "每个状态都要写明下一步去哪里",
    },
    "text_needed": {
        "en": "text is needed here, not {given}",
        "zh": "这里需要文本，而不是 {given}",
    },
    "quote": {"en": 'put it in "quotes"', "zh": '请加"引号"'},
    "bad_time": {"en": "'{given}' is not a time", "zh": "“{given}”不是时间"},
    "write_seconds": {"en": "write {given}s for seconds", "zh": "秒请写成 {given}s"},
    "write_time": {"en": "write a time such as 5s, 2m or 1h", "zh": "请写时间，如 5s、2m、1h"},
    "bad_key": {"en": "'{given}' is not a key", "zh": "“{given}”不是按键"},
    "write_key": {
        "en": "keys are 0-9 (up to 4 digits), star or hash",
        "zh": "按键是 0-9（最多 4 位）、star 或 hash",
    },
    "bad_name": {"en": "'{given}' is not a name", "zh": "“{given}”不是名称"},
    "write_name": {
        "en": "letters, digits and _, not starting with a digit",
        "zh": "只用字母、数字和 _，不以数字开头",
    },
    "bad_language": {"en": "'{given}' is not a language", "zh": "“{given}”不是语言代码"},
    "write_language": {"en": "write en, zh or zh-CN", "zh": "请写 en、zh 或 zh-CN"},
    "bad_digits": {"en": "'{given}' is not a number of digits", "zh": "“{given}”不是位数"},
    "write_digits": {"en": "write digits: 6 or digits: 4-8", "zh": "请写 digits: 6 或 digits: 4-8"},
    "bad_request": {"en": "'{given}' is not a request", "zh": "“{given}”不是请求"},
    "write_request": {
        "en": "GET, POST, PUT, PATCH or DELETE, then connection/path",
        "zh": "GET、POST、PUT、PATCH 或 DELETE，然后是 连接名/路径",
    },
    "bad_range": {"en": "'{given}' is not a range of keys", "zh": "“{given}”不是按键范围"},
    "write_range": {"en": "write keys: 1-5", "zh": "请写 keys: 1-5"},
    "empty": {"en": "there is nothing here", "zh": "这里是空的"},
    "not_possible": {"en": "'{given}' is not possible here", "zh": "这里不能是“{given}”"},
    "one_of": {"en": "one of: {known}", "zh": "可选：{known}"},
    "does_not_fit": {"en": "this does not fit here: {reason}", "zh": "这里不合适：{reason}"},
    "true_or_false": {"en": "write true or false", "zh": "请写 true 或 false"},
    "one_step": {
        "en": "a step is one thing: it has exactly one key",
        "zh": "一个步骤只做一件事：只有一个键",
    },
}

MESSAGES: Final[Catalogue] = {**_FORM, **CHECK_MESSAGES}
