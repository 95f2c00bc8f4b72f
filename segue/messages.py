"""What the command line and the site loader tell people, in English and Chinese."""

from __future__ import annotations

from typing import Any, Final

from base.messages import Catalogue, Message, message

CATALOGUE: Final[Catalogue] = {
    "S001": {
        "en": "{name} cannot be '{value}': {why}",
        "zh": "{name} 不能是“{value}”：{why}",
    },
    "S002": {
        "en": "the file named by {name} cannot be read: {why}",
        "zh": "{name} 指定的文件无法读取：{why}",
    },
    "S003": {
        "en": "there is no setting called '{name}'",
        "zh": "没有名为“{name}”的设置",
    },
    "S010": {
        "en": "the site folder {folder} is not there",
        "zh": "站点文件夹 {folder} 不存在",
    },
    "S011": {
        "en": "name an existing folder with --site, or start from config/demo",
        "zh": "用 --site 指定已有的文件夹，或从 config/demo 开始",
    },
    "S012": {"en": "{why}", "zh": "{why}"},
    "S013": {
        "en": "there is no agent called '{name}' in extensions.yaml",
        "zh": "extensions.yaml 中没有名为“{name}”的坐席",
    },
    "S014": {
        "en": "there is no flow called '{name}' in flows/",
        "zh": "flows/ 中没有名为“{name}”的流程",
    },
    "S015": {"en": "did you mean '{name}'?", "zh": "是否想写“{name}”？"},
    "S016": {
        "en": "agent '{name}' already sits at extension {other}",
        "zh": "坐席“{name}”已在分机 {other}",
    },
    "S017": {"en": "'{name}' is not known here", "zh": "此处不认识“{name}”"},
    "S018": {"en": "'{name}' is missing here", "zh": "此处缺少“{name}”"},
    "S019": {
        "en": "this file needs 'name: …' lines at its top",
        "zh": "此文件顶层需要“名称: …”的行",
    },
    "S022": {
        "en": "flow '{flow}' cannot answer a number here: {why}",
        "zh": "流程“{flow}”不能在此接听号码：{why}",
    },
    "S023": {
        "en": "the sound cannot be used, what was heard before stays: {why}",
        "zh": "声音文件无法使用，仍播放原来的内容：{why}",
    },
    "S020": {
        "en": "write a time such as 5s, 2m or 1h",
        "zh": "请写时间，例如 5s、2m 或 1h",
    },
}


def said(code: str, **args: Any) -> Message:
    """A message of this room."""
    return message(CATALOGUE, code, **args)
