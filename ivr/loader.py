"""From a file's text to a flow, or to all that is wrong with it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from base.document import Document, did_you_mean, load
from base.messages import message
from base.problem import Problem, errors
from ivr.checks import SiteNames, check
from ivr.flow import Flow, FlowFile, compiled
from ivr.form import told
from ivr.messages import MESSAGES
from ivr.verbs import VERBS, verbs_of


def load_flow(
    source: Path | str, site: SiteNames | None = None, file: str | None = None
) -> tuple[Flow | None, list[Problem]]:
    """Read, check and compile a flow from a path, or from text when it is not a `Path`.

    All problems are returned at once, by line. With an error there is no flow. With `site` the
    names of queues, calendars and the like are checked too.
    """
    name = file or (str(source) if isinstance(source, Path) else "flow.yaml")
    try:
        text = source.read_text("utf-8") if isinstance(source, Path) else source
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return None, [Problem(name, 1, 1, "F000", message(MESSAGES, "unreadable", reason=reason))]
    document = load(text, name, spoken=("prompts",))
    problems = list(document.problems)
    flow = None if errors(problems) else _flow(document, problems)
    if flow is not None:
        problems += check(flow, document, site)
    if errors(problems):
        flow = None
    return flow, sorted(problems, key=lambda problem: (problem.line, problem.column))


def _flow(document: Document, problems: list[Problem]) -> Flow | None:
    value = document.value
    if not isinstance(value, dict) or not isinstance(value.get("states"), dict):
        problems.append(document.problem("F004", (), message(MESSAGES, "not_a_flow")))
        return None
    for name, state in value["states"].items():
        problems += _one_verb(document, name, state)
    if errors(problems):
        return None
    try:
        parsed = FlowFile.model_validate(value)
    except ValidationError as error:
        problems += told(document, error)
        return None
    version = hashlib.sha256(document.text.encode()).hexdigest()[:16]
    return compiled(parsed, version, document.file)


def _one_verb(document: Document, name: str, state: Any) -> list[Problem]:
    path = ("states", name)
    if not isinstance(state, dict) or not state:
        told_empty = message(MESSAGES, "state_empty", state=name)
        return [document.problem("F004", path, told_empty)]
    verbs = verbs_of(state)
    if len(verbs) > 1:
        found = message(MESSAGES, "two_verbs", state=name, verbs=", ".join(verbs))
        remedy = message(MESSAGES, "split_state")
        return [document.problem("F005", (*path, verbs[1]), found, remedy)]
    if verbs:
        return []
    near = [(key, hint) for key in state if (hint := did_you_mean(key, VERBS))]
    here = (*path, near[0][0]) if near else path
    remedy = near[0][1] if near else message(MESSAGES, "add_verb", verbs=", ".join(VERBS))
    return [document.problem("F006", here, message(MESSAGES, "no_verb", state=name), remedy)]
