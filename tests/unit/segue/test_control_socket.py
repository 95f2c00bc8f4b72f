import stat
from pathlib import Path

import pytest

from base.errors import SegueError, UnavailableError
from segue.control import ControlServer, ask


async def double(number: int) -> int:
    if number < 0:
        raise SegueError("only upwards")
    return 2 * number


async def test_commands_answer_or_tell_why_not(tmp_path: Path) -> None:
    path = tmp_path / "segue.sock"
    server = ControlServer(path, {"double": double})
    await server.start()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert await ask(path, "double", number=4) == 8
    for command, args in (("double", {"number": -1}), ("nope", {}), ("double", {"wrong": 1})):
        with pytest.raises(SegueError):
            await ask(path, command, **args)
    with pytest.raises(UnavailableError, match="another node"):
        await ControlServer(path, {}).start()
    await server.stop()
    with pytest.raises(UnavailableError, match="no node answers"):
        await ask(path, "double", number=4)


async def test_a_socket_left_by_a_crash_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "segue.sock"
    path.touch()
    server = ControlServer(path, {"double": double})
    await server.start()
    assert await ask(path, "double", number=1) == 2
    await server.stop()
