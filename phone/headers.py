"""Header fields as a test peer reads them: plainly, and apart from the server's own parser."""

from __future__ import annotations


def header_fields(message: str) -> dict[str, str]:
    """The header fields of a SIP message by lower-case name; the first of each name wins.

    For a test peer's own eyes: folded lines are joined, compact names are left as they are.
    """
    head = message.partition("\r\n\r\n")[0].replace("\r\n ", " ").replace("\r\n\t", " ")
    fields: dict[str, str] = {}
    for line in head.split("\r\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields
