"""What every test may ask for."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from register.setup.migrating import migrate
from tests.at_length import ENGINES, ONE_ENGINE
from tests.postgres import PostgresAddress
from tests.postgres_keeper import Keeper, ask_for_server
from tests.server import SERVER_USER, Installation, Server, servers_with_the_cast
from tests.shaped import shaped_sqlite

# `make test` gives the same answer twice; `make test-long` goes looking.
settings.register_profile("short", deadline=None, derandomize=True, max_examples=25)
settings.register_profile("long", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))

# What tests write is forgotten: where there is room in memory, it waits for no disk.
MEMORY, ROOM = Path("/dev/shm"), 2 * 2**30
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

pytest_plugins = [
    "tests.logs",
    "tests.browser",
    "tests.covering",
    "tests.chromium",
    "tests.writers",
    "tests.worlds",
    "tests.auditing",
    "tests.phones",
    "tests.people_on_phones",
    "tests.sights",
    "tests.consoles",
    "tests.visits",
    "tests.figures",
    "tests.providers",
    "tests.told",
]
"""Where the fixtures are that several files ask for; what another imports comes before it."""

keeper = pytest.StashKey[Keeper]()


def pytest_configure(config: pytest.Config) -> None:
    if not is_worker(config):
        config.stash[keeper] = Keeper()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """Tells one of pytest-xdist's workers where the run's PostgreSQL is to be had."""
    node.workerinput["postgres_door"] = node.config.stash[keeper].door


OTHER_PROCESSES = {"chromium", "new_installation", "postgres_server"}
"""What a test has that waits for other processes."""
AT_ONCE = {"multiprocessing", "subprocess", "threading"}
"""What a file of tests has where things go on beside a test."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a browser take longest and come first, then those with a server: the last ones to
    run are then short. A test that fails and waits for what goes on beside it is run once more, and
    counted: a busy machine can be late."""
    uses = {item: set(getattr(item, "fixturenames", ())) for item in items}
    browsing = {item.path for item in items if "chromium" in uses[item]}
    serving = {item.path for item in items if "new_installation" in uses[item]}
    items.sort(key=lambda item: (item.path not in browsing, item.path not in serving))
    for item in items:
        if OTHER_PROCESSES & uses[item] or AT_ONCE & vars(item.module).keys():
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Nothing that is there once the tests are collected is ever garbage: it is not looked through,
    neither meanwhile nor later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not is_worker(config):
        config.stash[keeper].end()


def is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> PostgresAddress:
    """The run's PostgreSQL server, started by the first test that asks."""
    if is_worker(pytestconfig):
        return ask_for_server(pytestconfig.workerinput["postgres_door"])
    return ask_for_server(pytestconfig.stash[keeper].door)


@pytest.fixture(scope="session")
def shaped_postgres(postgres_server: PostgresAddress) -> Iterator[str]:
    """The same on PostgreSQL: the name of a template."""
    with postgres_server.temporary_database() as name:
        migrate(postgres_server.url(name))
        yield name


@pytest.fixture
def postgres_url(postgres_server: PostgresAddress, shaped_postgres: str) -> Iterator[str]:
    """A PostgreSQL database of this test's own, in today's shape."""
    with postgres_server.temporary_database(shaped_postgres) as name:
        yield postgres_server.url(name)


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of this test's own, in today's shape, on each engine in turn."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_url")
    copied = shutil.copy(shaped_sqlite(), tmp_path / "register.sqlite")
    return f"sqlite:///{copied}"


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresAddress) -> Iterator[str]:
    """A PostgreSQL database of this test's own, with nothing in it."""
    with postgres_server.temporary_database() as name:
        yield postgres_server.url(name)


@pytest.fixture(params=ENGINES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of this test's own, with nothing in it, on each engine in turn."""
    if request.param == "postgresql":
        return request.getfixturevalue("empty_postgres_url")
    return f"sqlite:///{tmp_path / 'register.sqlite'}"


@pytest.fixture(scope="session")
def new_installation(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Installation]]:
    """Makes empty installations of the register, on either engine, each with its own database."""
    with ExitStack() as undo:

        def new(engine: str, **settings: str) -> Installation:
            folder = tmp_path_factory.mktemp("installation")
            if engine == "postgresql":
                postgres = request.getfixturevalue("postgres_server")
                url = postgres.url(undo.enter_context(postgres.temporary_database()))
                return Installation(folder, url, settings, server_user=SERVER_USER)
            url = f"sqlite:///{folder / 'data' / 'register.sqlite'}"
            return Installation(folder, url, settings)

        yield new


@pytest.fixture(scope="session")
def servers(new_installation: Callable[..., Installation]) -> Iterator[Callable[[str], Server]]:
    with servers_with_the_cast(new_installation) as on_engine:
        yield on_engine


@pytest.fixture(scope="session", params=ONE_ENGINE)
def server(request: pytest.FixtureRequest, servers: Callable[[str], Server]) -> Server:
    """A running server with the cast of the cases; `on_both_engines` asks for each in turn.

    Many tests use it, one after the other: none may stop it, or change the directory.
    """
    return servers(request.param)
