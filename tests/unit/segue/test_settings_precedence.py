from pathlib import Path

import pytest

from base.errors import ConfigError
from segue.settings import gather


def test_flags_beat_environment_beats_file_beats_default(tmp_path: Path) -> None:
    (tmp_path / "segue.yaml").write_text("sip_port: 5070\nhttp_port: 8070\nnode: n7\n")
    environ = {"SEGUE_SITE": str(tmp_path), "SEGUE_HTTP_PORT": "8071", "SEGUE_SIP_PORT": "5071"}
    settings = gather({"sip_port": 5072, "log": None}, environ)
    assert (settings.sip_port, settings.http_port, settings.node) == (5072, 8071, "n7")
    assert settings.listen == "127.0.0.1"


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("sqlite+aiosqlite:////tmp/x.db\n")
    settings = gather({}, {"SEGUE_DATABASE_FILE": str(tmp_path / "url")})
    assert settings.database_url == "sqlite+aiosqlite:////tmp/x.db"


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "segue.yaml").write_text("sipport: 5070\n")
    environ = {"SEGUE_SITE": str(tmp_path), "SEGUE_LISTEN": "localhost:1"}
    with pytest.raises(ConfigError) as caught:
        gather({"rtp_ports": "3-2", "sip_port": "70000"}, environ)
    text = str(caught.value)
    assert "segue.yaml:1:1: error S003" in text
    assert "listen" in text
    assert "rtp_ports" in text
    assert "sip_port" in text
