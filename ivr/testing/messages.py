"""What a failed test of a flow tells, in English and Chinese."""

from __future__ import annotations

from typing import Final

from base.messages import Catalogue

TEST_MESSAGES: Final[Catalogue] = {
    "spins": {
        "en": "at {state} the call goes round and round",
        "zh": "通话在 {state} 处不停打转",
    },
    "no_answer": {
        "en": "state {state} asks {verb}, and neither the test nor mocks: says what it answers",
        "zh": "状态 {state} 请求 {verb}，但测试和 mocks: 都没有给出回答",
    },
    "bad_answer": {
        "en": "state {state} cannot be answered with {answer}",
        "zh": "不能用 {answer} 回答状态 {state}",
    },
    "no_field": {"en": "a journey has no field '{name}'", "zh": "旅程没有字段“{name}”"},
    "no_time": {
        "en": "'{given}' is not a time; write 2026-11-22 22:00",
        "zh": "“{given}”不是时间，请写 2026-11-22 22:00",
    },
    "not_heard": {
        "en": "expected to hear {wanted}; heard: {heard}",
        "zh": "应当听到 {wanted}；实际听到：{heard}",
    },
    "not_at": {
        "en": "expected to be at {wanted}; was at {state}",
        "zh": "应在 {wanted}；实际在 {state}",
    },
    "waits_for": {
        "en": "at {state} the call waits for {waits}; the test says {step}: {value}",
        "zh": "在 {state} 处通话等待 {waits}；测试写的是 {step}: {value}",
    },
    "over": {
        "en": "the call has ended ({how}) but the test still says {step}: {value}",
        "zh": "通话已结束（{how}），但测试还有 {step}: {value}",
    },
    "goes_on": {
        "en": "the test is over but the call still waits for {waits} at {state}",
        "zh": "测试已结束，但通话仍在 {state} 等待 {waits}",
    },
    "not_possible": {
        "en": "{step} cannot be '{value}'; one of: {known}",
        "zh": "{step} 不能是“{value}”；可选：{known}",
    },
    "ended_by": {"en": "ended by {how}, expected {wanted}", "zh": "以 {how} 结束，应为 {wanted}"},
    "path_was": {"en": "the path was {path}", "zh": "实际路径是 {path}"},
    "value_was": {
        "en": "{what} {name} is {value}, expected {wanted}",
        "zh": "{what} {name} 是 {value}，应为 {wanted}",
    },
    "not_queued": {
        "en": "never queued to {queue} for {agent}; queued: {queued}",
        "zh": "没有为 {agent} 进入 {queue} 队列；实际：{queued}",
    },
    "logged": {
        "en": "a value that must not be logged is in the trace",
        "zh": "不应记录的值出现在轨迹里",
    },
    "defect": {"en": "the test could not be run: {reason}", "zh": "无法运行测试：{reason}"},
}
