"""A register that is marked as a demo, and its page to sign in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from register.demo.marking import mark
from register.setup.opening import open_register
from register.setup.settings import Settings
from tests.server import CASES, Installation, Server
from tests.sight import Sight
from tests.sights import TODAY


@contextmanager
def demo_in(installation: Installation) -> Iterator[Server]:
    """A register with the cast that is marked as a demo, where anybody may be anybody."""
    register = open_register(Settings(data_dir=installation.data_dir))
    mark(register.log, TODAY)
    register.close()
    installation.load(CASES)
    with installation.serving() as server:
        yield server


def of_a_demo(server: Server) -> list[Sight]:
    return [Sight("sign-in-demo", None, f"{server.url}/sign-in")]
