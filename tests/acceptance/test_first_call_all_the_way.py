"""The whole promise, on real input: phones, page, recording, and the order proved by a capture."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
import wave
from datetime import UTC, datetime
from pathlib import Path

import pytest

from phone.listen import find_tone
from tests.acceptance.ports import LONGEST_S, free_ports

NAMES = [
    "handoff.created", "call.received", "call.answered", "context.matched", "queue.entered",
    "queue.offered", "pop.sent", "pop.acknowledged", "agent.invited", "agent.answered",
    "audio.customer_hears_agent", "audio.agent_hears_customer", "continue.used", "call.ended",
    "recording.sealed",
]  # fmt: skip


@contextlib.contextmanager
def capture(path: Path, sip_port: int, http_port: int):
    """What goes over loopback on these ports, by tshark."""
    words = [
        "tshark", "-q", "-i", "lo", "-w", str(path),
        "-f", f"udp port {sip_port} or tcp port {http_port}",
    ]  # fmt: skip
    child = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    assert child.stderr is not None
    for line in child.stderr:
        if "Capturing on" in line or "Capture started" in line:
            break
    time.sleep(1.0)  # tshark says so a moment before it sees packets
    try:
        yield
    finally:
        time.sleep(1.0)
        child.send_signal(signal.SIGINT)
        child.wait(20)
        child.stderr.close()


def frames(path: Path, sip_port: int, http_port: int, shown: str, *fields: str) -> list[list[str]]:
    words = ["tshark", "-r", str(path), "-Y", shown, "-T", "fields"]
    words += ["-d", f"tcp.port=={http_port},http", "-d", f"udp.port=={sip_port},sip"]
    for field in fields:
        words += ["-e", field]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


@pytest.mark.timeout(2 * LONGEST_S + 60)
@pytest.mark.skipif(os.geteuid() != 0, reason="capturing packets takes root")
def test_the_agent_sees_before_the_phone_rings(demonstrate, tmp_path: Path) -> None:
    sip_port, http_port = free_ports(2)
    seen = tmp_path / "seen.pcapng"
    for _ in range(2):
        with capture(seen, sip_port, http_port):
            outcome = demonstrate(sip_port=sip_port, http_port=http_port)
        # The order is promised to pages that paint within 150 ms: a machine that was busy with
        # something else just then gets a second try, a page that is slow does not get a third.
        if not any("pop.late" in problem for problem in outcome.document["problems"]):
            break
    document = outcome.document
    assert outcome.status == 0, json.dumps(document, indent=1) + outcome.stderr
    assert document["ok"]
    assert document["problems"] == []

    # Every moment of the story is there, from who can know it.
    events = {event["name"]: event for event in document["events"]}
    assert set(events) == set(NAMES)
    assert events["handoff.created"]["t"] == 0
    assert events["audio.customer_hears_agent"]["source"] != "segue"
    assert events["audio.agent_hears_customer"]["source"] != "segue"
    assert events["pop.acknowledged"]["t"] <= events["agent.invited"]["t"]
    assert document["match"] == {"by": "token", "confidence": 1.0}

    # The wire says the same: the page's acknowledgement, then the INVITE to the agent.
    painted = [
        float(when)
        for when, text in frames(
            seen, sip_port, http_port, "websocket.payload", "frame.time_epoch", "text"
        )
        if '"rendered"' in text
    ]
    invites = [
        (float(when), uri)
        for when, uri in frames(
            seen, sip_port, http_port, 'sip.Method == "INVITE"', "frame.time_epoch", "sip.r-uri"
        )
    ]
    to_agent = [when for when, uri in invites if "1001" in uri or "1002" in uri]
    assert painted, "no acknowledgement of the page is in the capture"
    assert to_agent, f"no INVITE to the agent's phone is in the capture: {invites}"
    assert painted[0] < to_agent[0]

    # The recording: stereo, the customer left, the agent right, kept for twelve months.
    recording = document["recording"]
    path = Path(recording["path"])
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (2, 2)
        assert file.getnframes() / file.getframerate() == pytest.approx(recording["seconds"], abs=1)
    left = find_tone(path, 440.0, channel=0)
    right = find_tone(path, 1000.0, channel=1)
    assert left is not None
    assert left.seconds > 1.0
    assert right is not None
    assert right.seconds > 1.0
    keep_until = datetime.fromisoformat(recording["keep_until"])
    assert (keep_until - datetime.fromtimestamp(time.time(), UTC)).days >= 364


SPOILED = {"page": "page:", "audio": "audio:", "match": "match:", "recording": "recording:"}


@pytest.mark.timeout(LONGEST_S + 10)
@pytest.mark.parametrize("part", SPOILED)
def test_it_can_fail_and_names_the_cause(demonstrate, part: str) -> None:
    outcome = demonstrate(f"--break={part}")
    assert outcome.status == 1
    assert not outcome.document["ok"]
    causes = {problem.split(":")[0] + ":" for problem in outcome.document["problems"]}
    assert SPOILED[part] in causes, outcome.document["problems"]
    assert outcome.document["problems"][0].startswith(SPOILED[part])
