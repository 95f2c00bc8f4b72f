"""What the checks and tests of flows tell, in English and Chinese."""

from __future__ import annotations

from typing import Final

from base.messages import Catalogue

CHECK_MESSAGES: Final[Catalogue] = {
    "no_state": {"en": "there is no state called '{name}'", "zh": "没有名为“{name}”的状态"},
    "unreachable": {"en": "no call can reach state '{name}'", "zh": "没有通话能到达状态“{name}”"},
    "never_ends": {
        "en": "a call that enters '{name}' can never end",
        "zh": "进入“{name}”的通话永远无法结束",
    },
    "add_end": {
        "en": "add a way to hangup, transfer or goto",
        "zh": "请加上通往 hangup、transfer 或 goto 的路",
    },
    "never_waits": {
        "en": "this loop never waits for anybody: {loop}",
        "zh": "这个循环不等待任何人：{loop}",
    },
    "round_for_ever": {
        "en": "a caller can go round this loop for ever: {loop}",
        "zh": "来电者可能在这个循环里一直打转：{loop}",
    },
    "add_limit": {
        "en": "put  limit: 3  and  on_limit:  on one of these states",
        "zh": "请在其中一个状态加上 limit: 3 和 on_limit:",
    },
    "limit_alone": {"en": "'limit' needs 'on_limit'", "zh": "limit 需要 on_limit"},
    "no_input_open": {
        "en": "nothing is said about what happens when the caller stays silent",
        "zh": "没有写明来电者不出声时怎么办",
    },
    "invalid_open": {
        "en": "nothing is said about what happens when the caller presses a wrong key",
        "zh": "没有写明来电者按错键时怎么办",
    },
    "add_exit": {
        "en": "add  {exit}:  here or under defaults",
        "zh": "请在这里或 defaults 下加 {exit}:",
    },
    "keys_clash": {
        "en": "key {short} and key {long} clash: after {short} the menu must wait for more",
        "zh": "按键 {short} 和 {long} 冲突：按 {short} 后菜单还要等待下一位",
    },
    "one_length": {"en": "use keys of one length", "zh": "请使用同样长度的按键"},
    "dial_clash": {
        "en": "direct dial and key {key} may clash: who dials {key}… waits {wait} s",
        "zh": "直拨和按键 {key} 可能冲突：拨 {key}… 要等 {wait} 秒",
    },
    "phrase_without_key": {
        "en": "phrases for key {key}, which is not one of the choices",
        "zh": "按键 {key} 有语音短语，但不在选项里",
    },
    "no_such": {"en": "there is no {kind} called '{name}'", "zh": "没有名为“{name}”的 {kind}"},
    "waits_for_ever": {
        "en": "callers may wait in '{queue}' for ever",
        "zh": "来电者可能在“{queue}”里一直等待",
    },
    "add_max_wait": {"en": "add max_wait and on_timeout", "zh": "请加上 max_wait 和 on_timeout"},
    "request_open": {
        "en": "nothing is said about what happens when this request fails",
        "zh": "没有写明请求失败时怎么办",
    },
    "add_on_error": {
        "en": "add on_error here or for the whole flow",
        "zh": "请在这里或为整个流程加 on_error",
    },
    "talks_to_nobody": {
        "en": "the caller is gone after on_hangup, so '{name}' cannot talk to anybody",
        "zh": "on_hangup 之后来电者已离开，“{name}”无法与任何人通话",
    },
    "no_digits": {"en": "say how many digits are expected", "zh": "请写明需要几位数字"},
    "add_digits": {"en": "add  digits: 6  or  digits: 4-8", "zh": "请加 digits: 6 或 digits: 4-8"},
    "no_prompt": {"en": "there is no prompt called '{name}'", "zh": "没有名为“{name}”的提示音"},
    "prompt_language": {
        "en": "this prompt is missing in: {languages}",
        "zh": "这段提示音缺少语言：{languages}",
    },
    "no_audio": {"en": "sound file {name} is missing", "zh": "缺少声音文件 {name}"},
    "voice_instead": {
        "en": "the voice will speak its text instead",
        "zh": "将由语音合成播报文本",
    },
    "never_spoken": {"en": "prompt '{name}' is never spoken", "zh": "提示音“{name}”从未使用"},
    "never_tagged": {
        "en": "'{key}' is never tagged, so the agent will not see it",
        "zh": "“{key}”从未标记，坐席看不到它",
    },
    "sometimes_tagged": {
        "en": "'{key}' is set on only some ways to this state",
        "zh": "只有部分路径在到达此状态前设置了“{key}”",
    },
    "bad_expression": {"en": "in '{source}': {reason}", "zh": "“{source}”有误：{reason}"},
    "no_name": {"en": "nothing is called '{name}' in this flow", "zh": "流程里没有“{name}”"},
    "pci_bare": {"en": "pci: true needs mask", "zh": "pci: true 需要 mask"},
    "add_mask": {"en": "add  mask: all", "zh": "请加 mask: all"},
    "secret_recorded": {
        "en": "'{name}' looks like a PIN or card and the call may be recorded here",
        "zh": "“{name}”像是密码或卡号，而此处可能正在录音",
    },
    "add_pci": {
        "en": "add  pci: true  (hides the digits from recording and logs)",
        "zh": "请加 pci: true（录音和日志都看不到这些数字）",
    },
    "secret_shown": {
        "en": "'{name}' is secret (mask/pci) and may only be sent in an http body or to match",
        "zh": "“{name}”是保密的（mask/pci），只能放在 http body 或 match 里",
    },
    "room_by_caller": {
        "en": "a room's name must not come from what a caller keys ('{name}')",
        "zh": "会议室名不能来自来电者的输入（“{name}”）",
    },
    "not_here": {
        "en": "'{verb}' is not available here, because {reason}",
        "zh": "“{verb}”在这里不可用，因为{reason}",
    },
    "no_effect": {
        "en": "'{option}' has no effect here yet",
        "zh": "“{option}”在这里还不起作用",
    },
    "no_speech": {"en": "no speech recogniser is configured", "zh": "没有配置语音识别"},
    "no_connections": {
        "en": "requests to other systems cannot be made yet",
        "zh": "还不能向其他系统发请求",
    },
    "no_tables": {"en": "there are no tables yet", "zh": "还没有数据表"},
    "no_knowledge": {"en": "there is no knowledge base yet", "zh": "还没有知识库"},
    "no_transfer": {"en": "calls cannot be transferred by a flow yet", "zh": "流程还不能转接通话"},
    "no_rooms": {"en": "there are no conference rooms yet", "zh": "还没有会议室"},
    "no_callbacks": {"en": "nobody dials call backs yet", "zh": "还没有回拨服务"},
    "no_notify": {"en": "messages cannot be sent yet", "zh": "还不能发送消息"},
    "no_bots": {"en": "there are no bots yet", "zh": "还没有机器人"},
    "no_subflows": {"en": "flows cannot call flows yet", "zh": "流程还不能调用流程"},
    "flow_twice": {
        "en": "the flow '{name}' is already in {file}",
        "zh": "流程“{name}”已在 {file} 中",
    },
    "defect": {"en": "the test could not be run: {reason}", "zh": "无法运行测试：{reason}"},
    "failed": {"en": "test '{name}' failed: {reason}", "zh": "测试“{name}”失败：{reason}"},
}
