"""`segue phone`: one call from the terminal, told as it happens, with an exit status."""

import argparse
from pathlib import Path

import pytest

from phone.contract import PhoneError
from phone.listen import find_tone
from phone.pjsua import PjsuaPhone
from phone.terminal import describe, run_phone

pytest.importorskip("pjsua2")


def arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    describe(parser)
    return parser.parse_args(words)


async def test_a_call_with_a_header_keys_and_a_tone_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with await PjsuaPhone.start(user="agent", answer_after_s=0.0) as agent:
        words = ["--header", "X-Segue-Handoff: t0ken", "--keys", "12", "--tone", "440"]
        words += ["--seconds", "1", "--record", str(tmp_path / "heard.wav")]
        assert await run_phone(arguments("call", agent.uri, *words)) == 0
        call = await agent.wait_incoming()
        assert call.headers["x-segue-handoff"] == "t0ken"
        assert call.digits == "12"
    told = capsys.readouterr().err
    assert "CallStateChanged confirmed" in told
    assert "CallStateChanged terminated" in told
    assert find_tone(tmp_path / "heard.wav", 440) is None


async def test_a_refused_call_fails_with_the_status(capsys: pytest.CaptureFixture[str]) -> None:
    # The two have no codec in common.
    async with await PjsuaPhone.start(user="agent", answer_after_s=0.0, codecs=["iLBC"]) as agent:
        assert await run_phone(arguments("call", agent.uri)) == 1
    assert "ended with 488" in capsys.readouterr().err


async def test_a_missing_password_file_is_named(tmp_path: Path) -> None:
    words = ["--user", "1001", "--password-file", str(tmp_path / "none")]
    with pytest.raises(PhoneError, match="none: No such file"):
        await run_phone(arguments("call", "6000", *words))
