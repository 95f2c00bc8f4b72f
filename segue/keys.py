"""Secrets that a node makes for itself: kept in one file that only its owner can read."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from base.errors import UnavailableError
from base.ids import IdSource, token

_PASSWORD_BYTES = 9


@dataclass(slots=True)
class Keys:
    """The node's keys and the accounts it generated; `save` writes them with mode 0600.

    `keys` are hex strings by purpose (`nonce`, `links`, `sessions`). `accounts` are passwords by
    account (`sip:1001`, `desk:li_na`, `api:app`), so that an operator can look them up later.
    """

    path: Path
    keys: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    fresh: list[str] = field(default_factory=list)
    """Accounts generated since the file was read: to be shown once."""

    def key(self, purpose: str, ids: IdSource) -> bytes:
        """32 bytes for one purpose, made when first asked for."""
        if purpose not in self.keys:
            self.keys[purpose] = token(ids, 32)
        return bytes.fromhex(self.keys[purpose])

    def password(self, account: str, ids: IdSource) -> str:
        """The account's password, made when first asked for."""
        if account not in self.accounts:
            self.accounts[account] = token(ids, _PASSWORD_BYTES)
            self.fresh.append(account)
        return self.accounts[account]

    def save(self) -> None:
        """Write the file whole or not at all."""
        text = json.dumps({"keys": self.keys, "accounts": self.accounts}, indent=1)
        draft = self.path.with_suffix(".new")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.path)
        except OSError as error:
            raise UnavailableError(f"{self.path} cannot be written: {error}") from error


def load_keys(path: Path) -> Keys:
    """The keys of a data folder; new ones where there are none yet."""
    if not path.exists():
        return Keys(path)
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Keys(path, dict(values["keys"]), dict(values["accounts"]))
    except (OSError, ValueError, KeyError) as error:
        raise UnavailableError(
            f"{path} cannot be read: {error}; restore it from a backup, or move it away to have "
            "new keys and accounts made"
        ) from error
