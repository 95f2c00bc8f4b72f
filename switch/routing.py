"""Where a call goes: one pure function over the site's tables.

An account reaches numbers and extensions. A stranger (a call without an account) reaches only
numbers that the site opens to strangers; that an extension exists is not told to them.
"""

from __future__ import annotations

from dataclasses import dataclass

from switch.site import SwitchSite


@dataclass(frozen=True, slots=True)
class ToFlow:
    """A flow answers."""

    flow: str
    tenant: str

    def __str__(self) -> str:
        return f"flow:{self.flow}"


@dataclass(frozen=True, slots=True)
class ToExtension:
    """A call between two extensions."""

    extension: str
    tenant: str = "default"

    def __str__(self) -> str:
        return f"ext:{self.extension}"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A final answer (RFC 3261 section 21.4)."""

    status: int
    reason: str


Route = ToFlow | ToExtension | Rejected

_NOT_FOUND = Rejected(404, "Not Found")


def route(called: str, account: str | None, tables: SwitchSite) -> Route:
    """Where a call to `called` goes; `account` is None for a stranger."""
    binding = tables.numbers.get(called)
    if binding is not None:
        if account is None and not binding.open:
            return Rejected(403, "Forbidden")
        return ToFlow(binding.flow, binding.tenant)
    if account is not None and called in tables.extensions:
        return ToExtension(called)
    return _NOT_FOUND
