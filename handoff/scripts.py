"""Scripts and standard answers by topic: what the agent reads beside the customer.

`scripts.yaml` by example::

    transfer:                       # a topic: a tag `topic`, a business, or a queue
      en:
        title: Transfer abroad failed
        steps: [Greet by name, Say why you know]
        answers: [{q: What is the daily limit?, a: 50,000 CNY}]
      zh: {title: 境外汇款失败, steps: [称呼姓名]}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from base.messages import LANGUAGES, Message
from handoff.messages import tell

Path = tuple[str | int, ...]
_KEYS: Final = frozenset({"title", "steps", "answers"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A common question and the standard answer."""

    q: str
    a: str


@dataclass(frozen=True, slots=True)
class Script:
    """How to speak about a topic."""

    title: str
    steps: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake in the file: where in the document, what, and how to mend it."""

    path: Path
    message: Message
    remedy: Message


@dataclass(frozen=True, slots=True)
class ScriptBook:
    """All scripts: topic -> language -> script."""

    topics: Mapping[str, Mapping[str, Script]] = field(default_factory=dict)

    def find(self, topics: Iterable[str], language: str) -> Script | None:
        """The script of the first topic that has one, in the language or the next best."""
        for topic in topics:
            scripts = self.topics.get(topic)
            if scripts:
                return scripts.get(language) or next(iter(scripts.values()))
        return None


def read(plain: Mapping[str, Any]) -> tuple[ScriptBook, list[Finding]]:
    """The scripts of a plain mapping; what is wrong is left out and told."""
    findings: list[Finding] = []
    topics = {
        str(topic): _topic(scripts, (str(topic),), findings) for topic, scripts in plain.items()
    }
    return ScriptBook({topic: scripts for topic, scripts in topics.items() if scripts}), findings


def _topic(plain: Any, path: Path, findings: list[Finding]) -> dict[str, Script]:
    if not isinstance(plain, Mapping):
        _shape(findings, path, "en and zh", plain)
        return {}
    found: dict[str, Script] = {}
    for language, script in plain.items():
        if language not in LANGUAGES:
            findings.append(_finding((*path, language), "scripts.unknown_key", key=language))
        elif (made := _script(script, (*path, language), findings)) is not None:
            found[language] = made
    return found


def _script(plain: Any, path: Path, findings: list[Finding]) -> Script | None:
    if not isinstance(plain, Mapping):
        _shape(findings, path, "title, steps, answers", plain)
        return None
    findings.extend(
        _finding((*path, key), "scripts.unknown_key", key=key) for key in plain.keys() - _KEYS
    )
    title = plain.get("title")
    if not isinstance(title, str):
        findings.append(_finding(path, "scripts.missing", key="title"))
        return None
    steps = _list(plain.get("steps", ()), (*path, "steps"), findings)
    answers = _list(plain.get("answers", ()), (*path, "answers"), findings)
    return Script(
        title,
        tuple(str(step) for step in steps),
        tuple(_answers(answers, (*path, "answers"), findings)),
    )


def _answers(plain: Sequence[Any], path: Path, findings: list[Finding]) -> Iterable[Answer]:
    for place, one in enumerate(plain):
        if isinstance(one, Mapping) and one.keys() == {"q", "a"}:
            yield Answer(str(one["q"]), str(one["a"]))
        else:
            _shape(findings, (*path, place), "{q: …, a: …}", one)


def _list(plain: Any, path: Path, findings: list[Finding]) -> Sequence[Any]:
    if isinstance(plain, Sequence) and not isinstance(plain, str):
        return plain
    _shape(findings, path, "a list", plain)
    return ()


def _shape(findings: list[Finding], path: Path, wanted: str, found: Any) -> None:
    findings.append(_finding(path, "scripts.shape", wanted=wanted, found=type(found).__name__))


def _finding(path: Path, code: str, **args: Any) -> Finding:
    return Finding(path, tell(code, **args), tell("scripts.remedy"))
