"""The log's spool gives back what was put in, in order, whatever a crash did to its end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.contract import Record
from records.spool import DiskSpool, SpoolFullError

TEXT = st.text(max_size=20)


def made(seq, text="x"):
    return Record(
        "n1", seq, 1.5, 0.5, "default", "k", 1, None, None, None, {"t": text}, {"p": text}
    )


def drained(spool, piece=7):
    found = []
    while not spool.empty:
        records, end = spool.head(piece)
        found += records
        spool.drop(end)
    return found


@given(st.lists(st.lists(TEXT, min_size=1, max_size=5), max_size=6), st.integers(1, 9))
def test_first_in_first_out(tmp_path_factory, batches, piece):
    spool = DiskSpool(tmp_path_factory.mktemp("spool"))
    spool.open()
    given_in = []
    for batch in batches:
        records = [made(len(given_in) + i + 1, text) for i, text in enumerate(batch)]
        spool.append(records)
        given_in += records
    assert drained(spool, piece) == given_in
    spool.close()


@given(cut=st.integers(1, 400))
def test_a_torn_end_loses_only_the_torn_lines(tmp_path_factory, cut):
    folder = tmp_path_factory.mktemp("spool")
    spool = DiskSpool(folder)
    spool.open()
    records = [made(seq) for seq in range(1, 6)]
    spool.append(records)
    (file,) = folder.glob("log-*")
    file.write_bytes(file.read_bytes()[:-cut])
    spool.close()
    again = DiskSpool(folder)
    last = again.open()
    again.append([made(100)])
    *old, new = drained(again)
    assert old == records[: len(old)]
    assert new.seq == 100
    assert last == (old[-1].seq if old else 0)
    again.close()


def test_a_flipped_byte_is_counted_and_the_lines_around_it_are_kept(tmp_path):
    spool = DiskSpool(tmp_path)
    spool.open()
    spool.append([made(seq) for seq in range(1, 4)])
    (file,) = tmp_path.glob("log-*")
    lines = file.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b'"t":"x"', b'"t":"y"')
    file.write_bytes(b"".join(lines))
    spool.close()
    again = DiskSpool(tmp_path)
    again.open()
    assert [record.seq for record in drained(again)] == [1, 3]
    assert again.damaged == 1
    again.close()


def test_a_full_disk_leaves_nothing_that_looks_like_an_event(tmp_path, monkeypatch):
    spool = DiskSpool(tmp_path)
    spool.open()

    def full(descriptor, data):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("records.spool.os.write", full)
        with pytest.raises(OSError, match="No space"):
            spool.append([made(1)])
    assert spool.empty
    spool.append([made(2)])
    assert [record.seq for record in drained(spool)] == [2]
    spool.close()


def test_the_bound_is_kept_and_room_comes_back(tmp_path):
    spool = DiskSpool(tmp_path, max_bytes=400)
    spool.open()
    spool.append([made(1), made(2)])
    with pytest.raises(SpoolFullError):
        spool.append([made(3), made(4)])
    assert [record.seq for record in drained(spool)] == [1, 2]
    spool.append([made(3)])
    assert [record.seq for record in drained(spool)] == [3]
    spool.close()
