"""The picture of a flow, drawn from the flow itself."""

from __future__ import annotations

from typing import Final

from ivr.flow import Flow, edges

_SHAPES: Final = {
    "menu": ("{{", "}}"),
    "language": ("{{", "}}"),
    "collect": ("{{", "}}"),
    "if": ("{", "}"),
    "switch": ("{", "}"),
    "hours": ("{", "}"),
    "queue": ("[[", "]]"),
    "http": ("[/", "/]"),
    "hangup": ("([", "])"),
}


def mermaid(flow: Flow) -> str:
    """Mermaid text (https://mermaid.js.org): a node a state, shaped by its verb."""
    lines = ["flowchart TD", f"  call((call)) --> s_{flow.start}"]
    for name, state in flow.states.items():
        left, right = _SHAPES.get(state.verb, ("[", "]"))
        lines.append(f'  s_{name}{left}"{state.verb}: {name}"{right}')
        for label, target in edges(flow, name):
            told = "" if label == "next" else f'|"{_plain(label)}"|'
            lines.append(f"  s_{name} -->{told} s_{target}")
    for label, root in (("error", flow.on_error), ("hang-up", flow.on_hangup)):
        if root is not None:
            lines.append(f'  call -.->|"{label}"| s_{root}')
    return "\n".join(lines) + "\n"


def _plain(label: str) -> str:
    return label.replace('"', "'").replace("|", "/")
