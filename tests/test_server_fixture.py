"""The tests' own server: a process that is gone when it is stopped, or when the tests are."""

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.server import PROJECT, Installation

START = """if True:
    import sys
    from pathlib import Path
    from tests.server import Installation, Server
    folder = Path(sys.argv[1])
    server = Server(Installation(folder, f"sqlite:///{folder}/data/register.sqlite"))
    server.start()
    print(server.pid, server.url, flush=True)
    input()
"""


def test_a_server_goes_with_the_tests_however_they_went(tmp_path: Path) -> None:
    tests = subprocess.Popen(
        [sys.executable, "-c", START, str(tmp_path)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert tests.stdout is not None
    pid, url = tests.stdout.readline().split()
    assert httpx.get(f"{url}/healthz").status_code == 200

    tests.kill()
    tests.communicate()

    wait_until_gone(int(pid))
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/healthz")


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/data/register.sqlite"
    installation = Installation(tmp_path, url, {"REGISTER_MASTER_KEY": "none"})
    with pytest.raises(AssertionError, match="master key"), installation.serving():
        pass


def wait_until_gone(pid: int) -> None:
    give_up_at = time.monotonic() + 20
    while is_running(pid):
        assert time.monotonic() < give_up_at, "it is still there"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
