import stat
from pathlib import Path

import pytest

from base.errors import UnavailableError
from base.virtual import SeededIds
from segue.keys import load_keys


def test_keys_and_passwords_come_back_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    ids = SeededIds()
    keys = load_keys(tmp_path / "keys.json")
    nonce, password = keys.key("nonce", ids), keys.password("sip:1001", ids)
    keys.save()
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    again = load_keys(tmp_path / "keys.json")
    assert again.key("nonce", ids) == nonce
    assert again.password("sip:1001", ids) == password
    assert (keys.fresh, again.fresh) == (["sip:1001"], [])


def test_a_damaged_file_is_never_overwritten_silently(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{")
    with pytest.raises(UnavailableError, match="restore it from a backup"):
        load_keys(tmp_path / "keys.json")
