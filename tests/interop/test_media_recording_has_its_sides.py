"""The customer is left, agent and prompts are right, on one timeline, whatever happens."""

import json
import signal
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from media.contract import PlaybackFinished, SpoolError, Track
from media.spool import read_spool, render_stereo
from tests.interop.media_peer import encode, purity, sine, studio, until


def side(stereo: np.ndarray, which: int, begin_s: float, end_s: float) -> np.ndarray:
    return stereo[int(begin_s * 8000) : int(end_s * 8000), which] / 32768


async def test_each_voice_is_on_its_side(tmp_path: Path) -> None:
    async with studio() as at:
        customer, agent = at.peer(ssrc=1), at.peer(ssrc=2)
        left, right = at.engine.open_session(), at.engine.open_session()
        left.set_remote(customer.remote())
        right.set_remote(agent.remote())
        recording = at.engine.open_recording(tmp_path / "call.spool")
        left.record(recording, Track.CUSTOMER)
        right.record(recording, Track.AGENT)
        play = left.play([at.engine.tone([440], 500)])
        await until(lambda: PlaybackFinished(left.id, play, False) in at.events)
        at.engine.bridge(left, right)
        await customer.say(left, encode(sine(1000, 0.5), 0))
        customer.key(left, 5, [160, 320, 800, 800, 800], [False, False, True, True, True])
        await agent.say(right, encode(sine(1800, 0.5), 0))
        left.stop_recording()
        await customer.say(left, encode(sine(3000, 0.1), 0))
        recording.close()
        spool = read_spool(recording.path)
        assert (spool.complete, spool.damaged) == (True, 0)
        assert spool.tracks == set(Track)
        assert spool.seconds == pytest.approx(1.6, abs=0.15)
        stereo = render_stereo(spool)
        assert purity(side(stereo, 1, 0.02, 0.45), 440) > 0.99
        assert not side(stereo, 0, 0.0, 0.4).any()
        assert purity(side(stereo, 0, 0.6, 0.95), 1000) > 0.99
        assert not side(stereo, 1, 0.6, 0.9).any()
        assert purity(side(stereo, 1, 1.1, 1.4), 1800) > 0.99
        assert not side(stereo, 0, 1.1, 1.6).any(), "neither the key nor what came after the end"


async def test_masked_and_paused_parts_hold_nothing_of_the_voice(tmp_path: Path) -> None:
    async with studio() as at:
        peer, session = at.peer(), at.engine.open_session()
        session.set_remote(peer.remote())
        recording = at.engine.open_recording(tmp_path / "call.spool")
        session.record(recording, Track.CUSTOMER)
        voice = encode(sine(1000, 0.4), 0)
        recording.mask(True)
        await peer.say(session, voice)
        recording.mask(False)
        recording.pause()
        await peer.say(session, voice)
        recording.resume()
        await peer.say(session, voice)
        recording.close()
        stereo = render_stereo(read_spool(recording.path))
        masked = side(stereo, 0, 0.0, 0.38)
        assert masked.std() > 0.01
        assert purity(masked, 1000) < 0.2
        assert not side(stereo, 0, 0.42, 0.78).any()
        assert purity(side(stereo, 0, 0.82, 1.18), 1000) > 0.99


CHILD = """
import asyncio, sys
from pathlib import Path
from media.contract import Track
from tests.interop.media_peer import encode, sine, studio

async def main():
    async with studio((22000, 22999)) as at:
        peer, session = at.peer(), at.engine.open_session()
        session.set_remote(peer.remote())
        session.record(at.engine.open_recording(Path(sys.argv[1])), Track.CUSTOMER)
        saying = asyncio.create_task(peer.say(session, encode(sine(1000, 30), 0)))
        await asyncio.sleep(2.5)
        print("speaking", flush=True)
        await saying

asyncio.run(main())
"""


def test_a_killed_process_loses_a_second_at_most_and_the_rest_renders(tmp_path: Path) -> None:
    path = tmp_path / "call.spool"
    child = subprocess.Popen([sys.executable, "-c", CHILD, path], stdout=subprocess.PIPE)
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"speaking\n"
        child.send_signal(signal.SIGKILL)
    render = [sys.executable, "-m", "media.render", path, tmp_path / "call.wav"]
    told = json.loads(subprocess.run(render, check=True, capture_output=True).stdout)
    assert told == {"seconds": told["seconds"], "channels": 2, "sample_rate": 8000, "damaged": 0}
    assert told["seconds"] > 1.5
    assert not read_spool(path).complete
    with wave.open(str(tmp_path / "call.wav")) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 8000, 2)
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    assert purity(frames[400:, 0] / 32768, 1000) > 0.99


async def test_a_spool_that_cannot_be_made_is_refused_and_none_is_overwritten(
    tmp_path: Path,
) -> None:
    async with studio() as at:
        with pytest.raises(SpoolError, match="No such file"):
            at.engine.open_recording(tmp_path / "none" / "call.spool")
        at.engine.open_recording(tmp_path / "call.spool").close()
        with pytest.raises(SpoolError, match="exists"):
            at.engine.open_recording(tmp_path / "call.spool")


async def test_closing_the_engine_keeps_what_is_being_recorded(tmp_path: Path) -> None:
    async with studio() as at:
        peer, session = at.peer(), at.engine.open_session()
        session.set_remote(peer.remote())
        session.record(at.engine.open_recording(tmp_path / "call.spool"), Track.AGENT)
        await peer.say(session, encode(sine(1000, 0.3), 0))
        at.engine.close()
        spool = read_spool(tmp_path / "call.spool")
        assert spool.complete
        assert spool.seconds == pytest.approx(0.3, abs=0.05)
