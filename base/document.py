"""YAML as telephone people need it: `9:00` and `NO` stay text, every value has a place.

Neither YAML 1.1 default is safe here: PyYAML reads `9:00` as 540 and `NO` as false, others lose the
leading zero of a number. So the events of libyaml are read with one scalar rule: only `true`,
`false`, `null`, integers without a leading zero (up to 12 digits) and decimals are not text.
Tags, anchors and aliases are refused; depth and size are bounded before anything is built.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from base.document_messages import DOCUMENT_MESSAGES
from base.messages import Message, message
from base.problem import Level, Problem

Path = Sequence[str | int]

MAX_CHARACTERS: Final = 1_000_000
MAX_DEPTH: Final = 30
MAX_NODES: Final = 100_000

_INTEGER = re.compile(r"-?(0|[1-9]\d{0,11})", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,12}\.\d{1,12}", re.ASCII)
_HASH_KEY = re.compile(r"[ \t]+(?P<hash>#)[ \t]*:[ \t]*\S")
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Document:
    """A file's value, where each part of it stands, and what is wrong with its form.

    `value` is made of dict, list, str, int, float, bool and None; it is None where the text is
    not YAML at all. A path is a sequence of keys and list positions: `("states", "menu", 0)`.
    """

    file: str
    text: str
    value: Any = None
    problems: list[Problem] = field(default_factory=list)
    _keys: dict[tuple[str | int, ...], tuple[int, int]] = field(default_factory=dict)
    _values: dict[tuple[str | int, ...], tuple[int, int]] = field(default_factory=dict)

    def place(self, path: Path, value: bool = False) -> tuple[int, int]:
        """Line and column, from 1, of a key (or of its value); of the nearest parent if it is not
        there."""
        at = tuple(path)
        while at:
            if value and at in self._values:
                return self._values[at]
            if at in self._keys:
                return self._keys[at]
            at = at[:-1]
        return self._keys.get((), (1, 1))

    def problem(
        self,
        code: str,
        path: Path,
        message: Message,
        remedy: Message | None = None,
        level: Level = "error",
        value: bool = False,
    ) -> Problem:
        """A finding at that place of this document."""
        line, column = self.place(path, value)
        shown = ".".join(str(step) for step in path)
        return Problem(self.file, line, column, code, message, remedy, level, shown)


def load(text: str, file: str, spoken: Collection[str] = ()) -> Document:
    """Read one YAML document; never raises for any text.

    Below the top-level keys in `spoken`, plain text that stops at a `#` is suspected (F009).
    """
    document = Document(file, text.removeprefix("\ufeff"))
    reader = _Reader(document, frozenset(spoken))
    reader.suspect_hash_keys()
    try:
        document.value = reader.read()
    except _Refused as refused:
        document.problems.append(refused.problem)
        document.value = None
    return document


def did_you_mean(word: object, known: Collection[str]) -> Message | None:
    """A remedy that names the known word nearest to `word`, if one is near."""
    found = difflib.get_close_matches(str(word), sorted(known), 1, 0.5)
    return message(DOCUMENT_MESSAGES, "did_you_mean", word=found[0]) if found else None


class _Refused(Exception):
    """This text cannot be read on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def scalar(text: str, plain: bool) -> str | int | float | bool | None:
    """The scalar rule: `text` as written, and whether it stood without quotes."""
    if not plain:
        return text
    if text in ("", "null", "~"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


class _Reader:
    def __init__(self, document: Document, spoken: frozenset[str]) -> None:
        self._document = document
        self._spoken = spoken
        self._text = document.text
        self._nodes = 0

    def suspect_hash_keys(self) -> None:
        for number, line in enumerate(self._text[:MAX_CHARACTERS].splitlines(), 1):
            if found := _HASH_KEY.match(line):
                place = (number, found.start("hash") + 1)
                self._report("F007", place, "hash_key", "write_hash", level="warning")

    def read(self) -> Any:
        if len(self._text) > MAX_CHARACTERS:
            raise self._refusal("F013", (1, 1), "too_big", limit=MAX_CHARACTERS)
        try:
            self._text.encode()
            self._events = iter(yaml.parse(self._text, Loader=_LOADER))
            return self._stream()
        except yaml.MarkedYAMLError as error:
            raise self._not_yaml(error) from None
        except (yaml.YAMLError, UnicodeError) as error:
            reason = str(error).splitlines()[0][:120]
            raise self._refusal("F001", (1, 1), "not_yaml", reason=reason) from None

    def _stream(self) -> Any:
        value: Any = {}
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._refusal("F014", _at(event), "two_documents")
            elif isinstance(event, yaml.NodeEvent):
                self._document._keys[()] = _at(event)
                value = self._node(event, ())
        return value

    def _node(self, event: Any, path: tuple[str | int, ...]) -> Any:
        self._count(event, len(path))
        if isinstance(event, yaml.AliasEvent):
            raise self._refusal("F012", _at(event), "alias", *self._star(event))
        if event.anchor is not None:
            raise self._refusal("F012", _at(event), "anchor", "quote_it")
        if event.tag is not None and event.tag != "!":
            raise self._refusal("F011", _at(event), "tag", "quote_it", tag=event.tag[:40])
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._mapping(event, path)

    def _count(self, event: Any, depth: int) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._refusal("F013", _at(event), "too_many", limit=MAX_NODES)
        if depth > MAX_DEPTH:
            raise self._refusal("F013", _at(event), "too_deep", limit=MAX_DEPTH)

    def _scalar(self, event: Any, path: tuple[str | int, ...]) -> Any:
        plain = not event.style
        rest = self._text[event.end_mark.index : event.end_mark.index + 80].partition("\n")[0]
        cut = re.match(r"[ \t]+#", rest)
        if plain and cut and path and path[0] in self._spoken:
            place = (event.end_mark.line + 1, event.end_mark.column + cut.end())
            self._report("F009", place, "hash_cut", "quote_hash", level="warning")
        return scalar(event.value, plain)

    def _sequence(self, path: tuple[str | int, ...]) -> list[Any]:
        values: list[Any] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            here = (*path, len(values))
            self._document._keys[here] = _at(event)
            values.append(self._node(event, here))
        return values

    def _mapping(self, start: Any, path: tuple[str | int, ...]) -> Any:
        values: dict[str, Any] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event, path)
            place = _at(event)
            after = next(self._events)
            if key is None:
                self._node(after, (*path, "?"))
                continue
            here = (*path, key)
            if start.flow_style and self._cut_at_comma(event, after):
                self._report("F008", place, "comma_cut", "quote_comma", key=key)
            elif key in values:
                first = self._document._keys[here][0]
                self._report("F003", place, "twice", key=key, line=first)
                self._node(after, (*path, "?"))
                continue
            self._document._keys[here] = place
            self._document._values[here] = _at(after)
            values[key] = self._node(after, here)
        return values

    def _key(self, event: Any, path: tuple[str | int, ...]) -> str | None:
        if isinstance(event, yaml.ScalarEvent) and event.anchor is None and event.tag is None:
            return str(event.value)
        if isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            self._node(event, (*path, "?"))
        else:
            self._report("F002", _at(event), "key_not_text", "quote_braces")
            self._node(event, (*path, "?"))
        return None

    def _cut_at_comma(self, key: Any, value: Any) -> bool:
        if not isinstance(value, yaml.ScalarEvent) or value.value or value.style or key.style:
            return False
        rest = self._text[key.end_mark.index : key.end_mark.index + 200].lstrip()
        return rest[:1] in (",", "}")

    def _star(self, event: Any) -> tuple[str]:
        line = self._line(event.start_mark.line)
        return ("write_star",) if line.lstrip().startswith("*") else ("quote_it",)

    def _line(self, row: int) -> str:
        lines = self._text.splitlines()
        return lines[row] if row < len(lines) else ""

    def _not_yaml(self, error: yaml.MarkedYAMLError) -> _Refused:
        mark = error.problem_mark or error.context_mark
        row, column = (mark.line, mark.column) if mark else (0, 0)
        line = self._line(row)
        remedy = "quote_it"
        if line.lstrip().startswith("*"):
            remedy = "write_star"
        elif "{" in line and "${" in line:
            remedy = "quote_braces"
        elif "\t" in line[: len(line) - len(line.lstrip())]:
            remedy = "use_spaces"
        reason = error.problem or error.context or "?"
        return self._refusal("F001", (row + 1, column + 1), "not_yaml", remedy, reason=reason)

    def _report(
        self,
        code: str,
        place: tuple[int, int],
        text: str,
        remedy: str | None = None,
        level: Level = "error",
        **args: object,
    ) -> None:
        self._document.problems.append(self._found(code, place, text, remedy, level, **args))

    def _refusal(
        self,
        code: str,
        place: tuple[int, int],
        text: str,
        remedy: str | None = None,
        **args: object,
    ) -> _Refused:
        return _Refused(self._found(code, place, text, remedy, "error", **args))

    def _found(
        self,
        code: str,
        place: tuple[int, int],
        text: str,
        remedy: str | None,
        level: Level,
        **args: object,
    ) -> Problem:
        hint = message(DOCUMENT_MESSAGES, remedy) if remedy else None
        told = message(DOCUMENT_MESSAGES, text, **args)
        return Problem(self._document.file, place[0], place[1], code, told, hint, level)


def _at(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1
