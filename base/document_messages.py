"""What is told about the form of a YAML file, in English and Chinese."""

from __future__ import annotations

from typing import Final

from base.messages import Catalogue

DOCUMENT_MESSAGES: Final[Catalogue] = {
    "not_yaml": {"en": "this is not valid YAML: {reason}", "zh": "不是有效的 YAML：{reason}"},
    "key_not_text": {"en": "a key must be plain text", "zh": "键必须是普通文本"},
    "twice": {
        "en": "'{key}' is written twice here; the first one is at line {line}",
        "zh": "“{key}”重复了，第一处在第 {line} 行",
    },
    "hash_key": {
        "en": "a line that starts with '#' is a comment, so this key is ignored",
        "zh": "以 # 开头的行是注释，这个键被忽略",
    },
    "comma_cut": {
        "en": "the text was cut at a comma here ('{key}')",
        "zh": "文本在逗号处被截断（“{key}”）",
    },
    "hash_cut": {
        "en": "the spoken text stops before this '#'",
        "zh": "播报的文本在这个 # 之前就结束了",
    },
    "tag": {"en": "YAML tags such as {tag} are not used here", "zh": "这里不使用 YAML 标签 {tag}"},
    "anchor": {"en": "YAML anchors (&) are not used here", "zh": "这里不使用 YAML 锚点（&）"},
    "alias": {"en": "YAML aliases (*) are not used here", "zh": "这里不使用 YAML 别名（*）"},
    "too_big": {
        "en": "the file has more than {limit} characters",
        "zh": "文件超过 {limit} 个字符",
    },
    "too_many": {"en": "the file has more than {limit} values", "zh": "文件超过 {limit} 个值"},
    "too_deep": {"en": "nested deeper than {limit} levels", "zh": "嵌套超过 {limit} 层"},
    "two_documents": {
        "en": "a second document starts here; a file holds one",
        "zh": "这里开始了第二个文档；一个文件只能有一个",
    },
    "write_hash": {
        "en": "write  hash: …  for the # key",
        "zh": "# 键请写成  hash: …",
    },
    "write_star": {
        "en": "write  star: …  for the * key",
        "zh": "* 键请写成  star: …",
    },
    "quote_it": {
        "en": "text that starts with {{ [ * & ! | > % @ ` or contains ': ' needs \"quotes\"",
        "zh": '以 {{ [ * & ! | > % @ ` 开头或含有“: ”的文本要加"引号"',
    },
    "quote_braces": {
        "en": "write '${{…}}' in quotes inside {{ }}, or put each item on its own line",
        "zh": "在 {{ }} 里请给 '${{…}}' 加引号，或每项单独一行",
    },
    "quote_comma": {
        "en": 'inside {{ }} put text with a comma in "quotes", or write it on its own line',
        "zh": '在 {{ }} 里含逗号的文本要加"引号"，或单独一行',
    },
    "quote_hash": {
        "en": 'put the whole text in "quotes" if # is to be spoken',
        "zh": '如果要播报 #，请给整段文本加"引号"',
    },
    "use_spaces": {
        "en": "indent with spaces, not with tabs",
        "zh": "请用空格缩进，不要用制表符",
    },
    "did_you_mean": {"en": "did you mean '{word}'?", "zh": "是否想写“{word}”？"},
}
