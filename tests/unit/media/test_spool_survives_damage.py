"""Spool files that were torn, damaged or made of anything."""

import struct
import zlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from media.contract import Track
from media.spool import Spool, parse_spool, render_stereo

LOUD, QUIET = 0x80, 0xFF  # the largest mu-law value, and zero


def block(track: int, source: int, position: int, audio: bytes) -> bytes:
    head = struct.pack("<4sBBHQI", b"SGSP", 1, track, source, position, len(audio))
    return head + struct.pack("<I", zlib.crc32(head + audio)) + audio


BLOCKS = [block(0, 0, 160 * n, bytes([n]) * 160) for n in range(5)]


@given(st.integers(0, sum(map(len, BLOCKS))))
def test_a_torn_tail_costs_the_last_block_alone(size: int) -> None:
    spool = parse_spool(b"".join(BLOCKS)[:size])
    assert len(spool.blocks) == size // len(BLOCKS[0])
    assert spool.damaged == (size % len(BLOCKS[0]) > 0)
    assert not spool.complete


@given(st.integers(0, len(BLOCKS[0]) - 1), st.integers(1, 255), st.integers(0, 4))
def test_a_damaged_block_leaves_the_others_in_their_place(at: int, flip: int, which: int) -> None:
    damaged = bytearray(BLOCKS[which])
    damaged[at] ^= flip
    spool = parse_spool(b"".join([*BLOCKS[:which], bytes(damaged), *BLOCKS[which + 1 :]]))
    assert [b.position for b in spool.blocks] == [160 * n for n in range(5) if n != which]
    assert spool.damaged >= 1


@given(st.lists(st.binary(max_size=60) | st.just(b"SGSP\x01") | st.sampled_from(BLOCKS)))
def test_any_bytes_give_a_spool(parts: list[bytes]) -> None:
    spool = parse_spool(b"".join(parts))
    assert render_stereo(spool).shape == (spool.length, 2)


def sides(*blocks: bytes) -> tuple[Spool, np.ndarray]:
    spool = parse_spool(b"".join(blocks))
    return spool, render_stereo(spool)


def test_a_later_block_of_a_source_replaces_and_another_source_is_added() -> None:
    half = bytes([0x90] * 4)
    _, stereo = sides(block(1, 0, 0, bytes([LOUD] * 4)), block(1, 0, 2, half), block(2, 1, 0, half))
    value = stereo[2, 1] // 2
    assert stereo[:, 1].tolist() == [32767, 32767, 2 * value, 2 * value, value, value]
    assert not stereo[:, 0].any()


def test_the_end_mark_gives_the_silence_at_the_end() -> None:
    spool, stereo = sides(block(0, 0, 8, bytes([LOUD] * 8)), block(255, 0, 8000, b""))
    assert (spool.seconds, spool.complete, spool.tracks) == (1.0, True, {Track.CUSTOMER})
    assert stereo[8:16, 0].all()
    assert not stereo[16:].any()


def test_an_empty_file_is_an_empty_recording() -> None:
    assert parse_spool(b"") == Spool((), 0, 0, False)


def test_a_position_beyond_a_day_is_damage_and_takes_no_memory() -> None:
    assert parse_spool(block(0, 0, 2**60, b"x")).damaged == 1


def test_audio_across_the_minutes_is_rendered_without_a_seam() -> None:
    minute = 60 * 8000
    spool, stereo = sides(
        block(0, 0, minute - 300, bytes([LOUD] * 600)), block(255, 0, 3 * minute, b"")
    )
    assert stereo.shape == (3 * minute, 2)
    assert np.flatnonzero(stereo[:, 0]).tolist() == list(range(minute - 300, minute + 300))
    assert spool.seconds == 180
