"""A site folder as one immutable snapshot: read whole, checked whole, swapped whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from base.document import Document, load
from base.messages import Message
from base.problem import Problem
from handoff.scripts import ScriptBook
from handoff.scripts import read as read_scripts
from ivr.calendar import Calendars, calendars_of
from ivr.checks import SiteNames
from records.retention import RetentionPolicy
from segue.messages import said
from segue.site_files import (
    ConnectionEntry,
    DispositionEntry,
    ExtensionEntry,
    MailboxEntry,
    Name,
    Number,
    NumberEntry,
    QueueEntryFile,
)
from switch.site import Extension, NumberBinding, QueueAgent, QueueSpec, SwitchSite

Model = TypeVar("Model")

GENERATED_MUSIC = ("hold/soft",)
"""Music that needs no file (`media.music`)."""


@dataclass(frozen=True, slots=True)
class Site:
    """All that administrators say about a site, already checked."""

    folder: Path
    switch: SwitchSite
    handoff_number: str = ""
    """What a customer who needs help is told to call."""
    calendars: Calendars = field(default_factory=lambda: Calendars({}, UTC))
    retention: RetentionPolicy = field(default_factory=RetentionPolicy)
    connections: Mapping[str, ConnectionEntry] = field(default_factory=dict)
    mailboxes: Mapping[str, MailboxEntry] = field(default_factory=dict)
    dispositions: Mapping[str, DispositionEntry] = field(default_factory=dict)
    scripts: ScriptBook = field(default_factory=ScriptBook)
    documents: Mapping[str, Document] = field(default_factory=dict)
    """The files as they were read, for places in later messages."""

    def problem(self, file: str, path: tuple[str | int, ...], told: Message) -> Problem:
        """A mistake that is found only when the site's parts meet."""
        return self.documents[file].problem("S022", path, told, value=True)

    @property
    def flow_folder(self) -> Path:
        """Where the flows are."""
        return self.folder / "flows"

    @property
    def prompt_folder(self) -> Path:
        """Where recorded prompts are."""
        return self.folder / "prompts"

    def names(self) -> SiteNames:
        """What flows may name."""
        prompts = self.prompt_folder
        sounds = [str(path.relative_to(prompts)) for path in sorted(prompts.rglob("*.wav"))]
        queue_music = {queue.music for queue in self.switch.queues.values() if queue.music}
        recorded = {sound.split(".")[0] for sound in sounds}
        return SiteNames(
            queues=frozenset(self.switch.queues),
            calendars=frozenset(self.calendars.calendars),
            mailboxes=frozenset(self.mailboxes),
            extensions=frozenset(self.switch.extensions),
            music=frozenset({*GENERATED_MUSIC, *queue_music, *recorded}),
            audio=frozenset(sounds),
        )


class _Folder:
    """Reads the files of one folder and collects what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.documents: dict[str, Document] = {}

    def plain(self, file: str) -> Mapping[str, Any]:
        """The values of a file; empty if it is not there or not a mapping."""
        path = self.folder / file
        if not path.is_file():
            return {}
        document = load(path.read_text(encoding="utf-8"), str(path))
        self.documents[file] = document
        self.problems.extend(document.problems)
        if document.value is None:
            return {}
        if not isinstance(document.value, Mapping):
            self.problems.append(document.problem("S019", (), said("S019")))
            return {}
        return document.value

    def table(self, file: str, kind: type[dict[Any, Model]]) -> dict[str, Model]:
        """The entries of a file, each by its grammar; an entry with a mistake is left out."""
        values = dict(self.plain(file))
        try:
            return TypeAdapter(kind).validate_python(values)
        except ValidationError as error:
            for detail in error.errors():
                self.problems.append(_explain(self.documents[file], detail))
                values.pop(str(detail["loc"][0]), None)
        return TypeAdapter(kind).validate_python(values)

    def problem(
        self, file: str, path: tuple[str | int, ...], code: str, near: Iterable[str], **args: Any
    ) -> None:
        """A mistake between files: `args['name']` is not among `near`."""
        guess = get_close_matches(str(args.get("name", "")), list(near), 1, 0.5)
        remedy = said("S015", name=guess[0]) if guess else None
        self.problems.append(
            self.documents[file].problem(code, path, said(code, **args), remedy, value=True)
        )


def load_site(folder: Path) -> tuple[Site | None, list[Problem]]:
    """Read a site; None and the problems where it cannot be used at all.

    With errors among the problems the site must not be put into force; all of them are told at
    once.
    """
    if not folder.is_dir():
        missing = Problem(str(folder), 1, 1, "S010", said("S010", folder=str(folder)), said("S011"))
        return None, [missing]
    files = _Folder(folder)
    numbers = files.table("numbers.yaml", dict[Number, NumberEntry])
    extensions = files.table("extensions.yaml", dict[Number, ExtensionEntry])
    queues = files.table("queues.yaml", dict[Name, QueueEntryFile])
    mailboxes = files.table("mailboxes.yaml", dict[Name, MailboxEntry])
    _check_names(files, numbers, extensions, queues)
    site = Site(
        folder=folder,
        switch=_switch_site(numbers, extensions, queues, mailboxes),
        handoff_number=next((n for n, entry in numbers.items() if entry.handoff), ""),
        calendars=_calendars(files),
        retention=_retention(files),
        connections=files.table("connections.yaml", dict[Name, ConnectionEntry]),
        mailboxes=mailboxes,
        dispositions=files.table("dispositions.yaml", dict[Name, DispositionEntry]),
        scripts=_scripts(files),
        documents=files.documents,
    )
    return site, files.problems


def _calendars(files: _Folder) -> Calendars:
    if not files.plain("calendars.yaml"):
        return Calendars({}, UTC)
    calendars, problems = calendars_of(files.documents["calendars.yaml"])
    files.problems.extend(problems)
    return calendars


def _retention(files: _Folder) -> RetentionPolicy:
    plain = files.plain("retention.yaml")
    policy, problems = RetentionPolicy.parse(plain, str(files.folder / "retention.yaml"))
    for problem in problems:
        path = tuple(problem.path.split("."))
        line, column = files.documents["retention.yaml"].place(path, value=True)
        files.problems.append(replace(problem, line=line, column=column))
    return policy


def _scripts(files: _Folder) -> ScriptBook:
    book, findings = read_scripts(files.plain("scripts.yaml"))
    for finding in findings:
        document = files.documents["scripts.yaml"]
        files.problems.append(
            document.problem("S021", finding.path, finding.message, finding.remedy, value=True)
        )
    return book


def _check_names(
    files: _Folder,
    numbers: Mapping[str, NumberEntry],
    extensions: Mapping[str, ExtensionEntry],
    queues: Mapping[str, QueueEntryFile],
) -> None:
    seats: dict[str, str] = {}
    for number, extension in extensions.items():
        if extension.agent is None:
            continue
        other = seats.setdefault(extension.agent, number)
        if other != number:
            place = (number, "agent")
            files.problem("extensions.yaml", place, "S016", (), name=extension.agent, other=other)
    for name, queue in queues.items():
        for index, agent in enumerate(queue.agents):
            if agent.name not in seats:
                at = (name, "agents", index, "name")
                files.problem("queues.yaml", at, "S013", seats, name=agent.name)
    flows = [path.stem for path in sorted((files.folder / "flows").glob("*.yaml"))]
    for number, binding in numbers.items():
        if binding.flow not in flows:
            files.problem("numbers.yaml", (number, "flow"), "S014", flows, name=binding.flow)


def _switch_site(
    numbers: Mapping[str, NumberEntry],
    extensions: Mapping[str, ExtensionEntry],
    queues: Mapping[str, QueueEntryFile],
    mailboxes: Mapping[str, MailboxEntry],
) -> SwitchSite:
    return SwitchSite(
        numbers={
            number: NumberBinding(number, entry.flow, entry.tenant, entry.trunks, entry.open)
            for number, entry in numbers.items()
        },
        extensions={
            number: Extension(number, entry.name, entry.agent, entry.devices, entry.caller_number)
            for number, entry in extensions.items()
        },
        queues={name: _queue(name, entry) for name, entry in queues.items()},
        mailboxes=frozenset(mailboxes),
    )


def _queue(name: str, entry: QueueEntryFile) -> QueueSpec:
    return QueueSpec(
        name=name,
        agents=tuple(QueueAgent(agent.name, dict(agent.skills)) for agent in entry.agents),
        strategy=entry.strategy,
        ring_s=entry.ring,
        wrap_up_s=entry.wrap_up,
        when_unwritable=entry.when_unwritable,
        music=entry.music,
        max_wait_s=entry.max_wait,
        max_length=entry.max_length,
        page_required=entry.page_required,
        record=entry.record,
        tenant=entry.tenant,
    )


def _explain(document: Document, detail: Any) -> Problem:
    """A pydantic error at its place in the file, in people's words."""
    path = tuple(part for part in detail["loc"] if part != "[key]")
    name = str(path[-1]) if path else ""
    match detail["type"]:
        case "extra_forbidden":
            return document.problem("S017", path, said("S017", name=name))
        case "missing":
            return document.problem("S018", path[:-1], said("S018", name=name))
        case "value_error" if "S020" in detail["msg"]:
            return document.problem(
                "S012", path, said("S012", why=repr(detail["input"])), said("S020"), value=True
            )
        case _:
            why = said("S012", why=detail["msg"])
            return document.problem("S012", path, why, value=True)
