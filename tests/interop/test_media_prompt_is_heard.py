"""A prompt leaves at once, at an even pace, as one continuous stream."""

import asyncio
import itertools
from pathlib import Path

import numpy as np
import pytest

from base.errors import UsageError
from media.contract import Codec, NotAudioError, PlaybackFinished
from media.wav import write_pcm16
from tests.interop.media_peer import Peer, decode, purity, sine, studio, until


def heard(peer: Peer) -> np.ndarray:
    return np.concatenate([decode(p.payload, p.payload_type) for p in peer.audio()])


@pytest.mark.parametrize("codec", list(Codec))
async def test_a_stereo_file_of_any_rate_is_heard_as_its_tone(tmp_path: Path, codec: Codec) -> None:
    time_s = np.arange(44100 // 2) / 44100
    tone = (9000 * np.sin(2 * np.pi * 700 * time_s)).astype(np.int16)
    write_pcm16(tmp_path / "a.wav", np.stack([tone, tone], axis=1), 44100)
    async with studio() as at:
        peer, session = at.peer(), at.engine.open_session()
        session.set_remote(peer.remote(codec))
        play = session.play([at.engine.load_prompt(tmp_path / "a.wav")])
        await until(lambda: PlaybackFinished(session.id, play, False) in at.events)
        packets = peer.audio()
        assert len(packets) == 25
        assert purity(heard(peer), 700) > 0.99
        assert [p.marker for p in packets] == [True] + [False] * 24
        steps = {
            (b.sequence - a.sequence & 0xFFFF, b.timestamp - a.timestamp & 0xFFFFFFFF)
            for a, b in itertools.pairwise(packets)
        }
        assert steps == {(1, 160)}
        assert packets[-1].at - packets[0].at > 0.4


async def test_an_unloaded_prompt_is_heard_to_its_end_and_not_again(tmp_path: Path) -> None:
    write_pcm16(tmp_path / "a.wav", np.full(4000, 5000, np.int16), 8000)
    async with studio() as at:
        peer, session = at.peer(), at.engine.open_session()
        session.set_remote(peer.remote())
        prompt = at.engine.load_prompt(tmp_path / "a.wav")
        assert at.engine.load_prompt(tmp_path / "a.wav") == prompt
        at.engine.unload_prompt(prompt)
        play = session.play([prompt])  # it was loaded twice
        at.engine.unload_prompt(prompt)
        await until(lambda: PlaybackFinished(session.id, play, False) in at.events)
        assert len(peer.audio()) == 25
        with pytest.raises(UsageError):
            session.play([prompt])
        at.engine.unload_prompt(prompt)
        assert at.engine.load_prompt(tmp_path / "a.wav") != prompt


async def test_the_first_packet_does_not_wait_for_the_tick() -> None:
    async with studio() as at:
        peer, session = at.peer(), at.engine.open_session()
        session.set_remote(peer.remote())
        prompt = at.engine.tone([440], 20)
        waits = []
        for count in range(1, 12):
            began = asyncio.get_running_loop().time()
            session.play([prompt])
            await until(lambda count=count: len(peer.audio()) >= count)
            waits.append(peer.audio()[-1].at - began)
            await until(lambda count=count: len(at.told(PlaybackFinished)) >= count)
        print(f"first packet after {1000 * sorted(waits)[5]:.2f} ms (median)")
        assert sorted(waits)[5] < 0.05


async def test_a_new_prompt_cuts_the_running_one_and_a_stop_cuts_a_loop(tmp_path: Path) -> None:
    async with studio() as at:
        peer, session = at.peer(), at.engine.open_session()
        session.set_remote(peer.remote())
        tone = at.engine.tone([440], 1000)
        first = session.play([tone])
        second = session.play([tone], loop=True)
        await until(lambda: len(peer.audio()) > 3)
        session.stop()
        await until(lambda: len(at.told(PlaybackFinished)) == 2)
        assert at.told(PlaybackFinished) == [
            PlaybackFinished(session.id, first, True),
            PlaybackFinished(session.id, second, True),
        ]


async def test_what_is_no_audio_is_refused_with_the_reason(tmp_path: Path) -> None:
    async with studio() as at:
        (tmp_path / "song.wav").write_bytes(b"ID3\x03 an mp3 in disguise")
        for path, reason in [
            (tmp_path / "song.wav", "not a WAV file"),
            (tmp_path / "none.wav", "No such file"),
        ]:
            with pytest.raises(NotAudioError, match=reason):
                at.engine.load_prompt(path)


async def test_the_same_content_is_loaded_once(tmp_path: Path) -> None:
    async with studio() as at:
        samples = (sine(500, 0.1) * 32767).astype(np.int16)
        for name in "ab":
            write_pcm16(tmp_path / f"{name}.wav", samples, 8000)
        a, b = (at.engine.load_prompt(tmp_path / f"{name}.wav") for name in "ab")
        assert a == b
