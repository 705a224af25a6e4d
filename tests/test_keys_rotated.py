"""A new master key: every key is wrapped anew while people read and write, and no word is lost."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event as Signal
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from events.event import SpoiledEntry
from events.log.log import Log
from events.log.sealing import Keyring
from events.names import Shown
from events.safekeeping import MasterKeyDestroyed, MasterKeysRotated
from register.console import keys, rotating
from register.console.rotating import Rotation, counted, sealed_tables
from register.reading.looks.erasing import erase
from register.reading.looks.look import Look, opened, row_of
from register.reading.looks.tables import looks
from register.setup.keys import MastersOnceChanged, read_masters, write_anew
from tests.consoles import said_plainly
from tests.gifts import declare, path
from tests.logs import NOON, by_hand, destroy_keys, is_sqlite, opened_log, said, texts
from tests.photographing import added, kept
from tests.pictures import picture
from tests.server import Installation, Server

INDEX = b"i" * 32
LINES = [f"{version}:{'0' * 63}{version}" for version in range(1, 4)]


pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "master"
    write_anew(file, LINES[:1])
    return file


def keys_of(file: Path) -> Keyring:
    """The keys as a process has them that has just started."""
    once_changed = MastersOnceChanged(file)
    return Keyring(read_masters(file.read_text()), INDEX, once_changed)


def versions(log: Log) -> dict[int, int]:
    """How many entries' keys are wrapped under each version."""
    with log.database.read() as connection:
        return counted(connection)["entry_keys"]


def test_every_table_with_sealed_rows_is_known() -> None:
    assert {table.name for table in sealed_tables()} >= {
        *("entry_keys", "looks", "passkeys", "passwords", "provisioned", "sought", "ways")
    }


def test_what_was_said_before_and_what_was_erased_stays_so(database_url: str, file: Path) -> None:
    kept, gone = uuid4(), uuid4()
    with opened_log(database_url, keys_of(file)) as log:
        log.append([said(kept, "kept"), said(gone, "gone")])
        destroy_keys(log, gone)
        states = [entry.state for entry in log.recorder.select_notifications(None, 10)]
        write_anew(file, LINES[:2])
        log.keyring.ask_again()
        rotated = keys.rotate(log)
        assert rotated is not None
        assert rotated.keys == {"entry_keys": 2}
        assert versions(log) == {2: 3}
    write_anew(file, LINES[1:2])
    with opened_log(database_url, keys_of(file)) as log:
        assert texts(log.stream(kept)) == ["kept"]
        [event] = log.stream(gone)
        assert not isinstance(event, SpoiledEntry)
        assert event.words is None  # type: ignore[attr-defined]
        entries = log.recorder.select_notifications(None, 2)
        assert [entry.state for entry in entries] == states
        assert log.last_of(keys.STREAM) == rotated_as_stored(log, rotated)


def rotated_as_stored(log: Log, rotated: MasterKeysRotated) -> Any:
    [stored] = [each for each in log.after() if isinstance(each, MasterKeysRotated)]
    assert (stored.version, stored.before, stored.damaged) == (2, (1,), 0)
    return stored


def test_a_process_that_runs_takes_up_the_new_version_and_lets_go_of_the_old(file: Path) -> None:
    running = keys_of(file)
    sealed, old = running.seal(b"words", b"")
    write_anew(file, LINES[:2])
    started = keys_of(file)
    anew = started.wrapped_anew(old)
    assert (old.master, anew.master, anew.id) == (1, 2, old.id)
    assert running.current == 1
    assert running.open(sealed, anew, b"") == b"words"
    assert running.current == 2
    write_anew(file, LINES[1:2])
    running.ask_again()
    assert running.versions == {2}


def test_whoever_only_seals_asks_now_and_then(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running = keys_of(file)
    write_anew(file, LINES[:2])
    monkeypatch.setattr("events.log.sealing.ASKED_AGAIN", 0.0)
    assert running.seal(b"words", b"")[1].master == 2


def test_a_version_that_waits_opens_and_seals_nothing_until_it_is_seen_in_use(file: Path) -> None:
    write_anew(file, [LINES[0], f"next:{LINES[1]}"])
    waits, uses = keys_of(file), Keyring(read_masters(",".join(LINES[:2])), INDEX)
    assert waits.seal(b"words", b"")[1].master == 1
    sealed, key = uses.seal(b"words", b"")
    assert waits.open(sealed, key, b"") == b"words"
    assert waits.seal(b"words", b"")[1].master == 2
    file.touch()
    waits.ask_again()
    assert waits.current == 2


@pytest.mark.parametrize("text", [None, "", "nonsense"], ids=["gone", "empty", "nonsense"])
def test_a_process_that_runs_goes_on_without_the_file(file: Path, text: str | None) -> None:
    running = keys_of(file)
    if text is None:
        file.unlink()
    else:
        file.write_text(text)
    running.ask_again()
    assert running.seal(b"words", b"")[1].master == 1


def test_a_damaged_key_stays_and_holds_up_no_other(database_url: str, file: Path) -> None:
    stream = uuid4()
    with opened_log(database_url, keys_of(file)) as log:
        log.append([said(stream, text) for text in ("one", "two", "three")])
        with by_hand(database_url) as connection:
            connection.execute(
                "UPDATE entry_keys SET wrapped = "
                + ("x'00'" if log.database.dialect == "sqlite" else "'\\x00'")
                + " WHERE originator_version = 2"
            )
        write_anew(file, LINES[:2])
        log.keyring.ask_again()
        rotated = keys.rotate(log)
        assert rotated is not None
        assert (rotated.keys, rotated.damaged) == ({"entry_keys": 2}, 1)
        assert versions(log) == {1: 1, 2: 3}
        assert keys.rotate(log) is None
        with pytest.raises(keys.MasterKeyError, match="still \\(entries 1\\)"):
            keys.destroy(log, file, 1, lose_damaged=False)
        keys.destroy(log, file, 1, lose_damaged=True)
        assert log.keyring.versions == {2}


def test_what_is_stopped_halfway_is_finished_by_running_it_again(
    database_url: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotating, "BATCH", 2)
    streams = [uuid4() for _ in range(7)]
    with opened_log(database_url, keys_of(file)) as log:
        log.append([said(each) for each in streams])
        write_anew(file, LINES[:2])
        log.keyring.ask_again()

        def stop(done: int, total: int) -> None:
            assert total == 7
            if done == 4:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            Rotation(log, stop).run()
        assert versions(log) == {1: 3, 2: 4}
    with opened_log(database_url, keys_of(file)) as log:
        rotated = keys.rotate(log)
        assert rotated is not None
        assert rotated.keys == {"entry_keys": 3}
        assert not any(isinstance(each, SpoiledEntry) for each in log.after())


def test_a_key_that_is_destroyed_meanwhile_stays_destroyed(database_url: str, file: Path) -> None:
    """Whoever erases waits for the batch, or the batch for whoever erases."""
    stream = uuid4()
    with opened_log(database_url, keys_of(file)) as log:
        log.append([said(stream)])
        write_anew(file, LINES[:2])
        log.keyring.ask_again()
        destroy_keys(log, stream)
        keys.rotate(log)
        [event] = log.stream(stream)
        assert event.words is None  # type: ignore[attr-defined]


def test_an_erased_look_stays_erased_and_a_kept_one_is_kept(database_url: str, file: Path) -> None:
    with opened_log(database_url, keys_of(file)) as log:
        look = Look(by="ben", shown=Shown.LIST)
        with log.database.write() as connection:
            for _ in range(2):
                connection.execute(sa.insert(looks), row_of(log.keyring, look, 1, NOON))
            erase(connection, log.keyring, [1], NOON + timedelta(hours=2))
        write_anew(file, LINES[:2])
        log.keyring.ask_again()
        rotated = keys.rotate(log)
        assert rotated is not None
        assert rotated.keys == {"looks": 2}
    write_anew(file, LINES[1:2])
    with opened_log(database_url, keys_of(file)) as log, log.database.read() as connection:
        rows = connection.execute(sa.select(looks).order_by(looks.c.number)).mappings().all()
        assert [opened(log.keyring, row) for row in rows] == [None, look]


# Under load


@pytest.mark.parametrize(
    ("before", "turns"), [(300, 2), pytest.param(5_000, 5, marks=pytest.mark.long)]
)
def test_under_load_no_read_is_lost(
    database_url: str, file: Path, before: int, turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the readers and writers each has its keys from the file, as a process has."""
    monkeypatch.setattr("events.log.sealing.ASKED_AGAIN", 0.05)
    monkeypatch.setattr(rotating, "MEANWHILE", 0.1)
    monkeypatch.setattr(rotating, "BATCH", 50)
    streams = [uuid4() for _ in range(10)]
    with opened_log(database_url, keys_of(file)) as log:
        for start in range(0, before, 1000):
            log.append(
                said(streams[each % 10], "before")
                for each in range(start, min(start + 1000, before))
            )
    over = Signal()
    with ExitStack() as processes, ThreadPoolExecutor(4) as pool:
        servers = [
            processes.enter_context(opened_log(database_url, keys_of(file)))
            for _ in range(1 if is_sqlite(database_url) else 2)
        ]
        readers = [pool.submit(read_on, each, streams, over) for each in servers]
        writers = [pool.submit(write_on, each, uuid4(), over) for each in servers]
        try:
            for version in range(1, turns + 1):
                rotated_and_destroyed(database_url, file, version)
        finally:
            over.set()
        read, wrote = ([each.result() for each in those] for those in (readers, writers))
    assert all(read)
    with opened_log(database_url, keys_of(file)) as log:
        assert set(versions(log)) == {turns + 1}
        assert texts(log.after(topics=["information-added"])).count("meanwhile") == sum(wrote) > 0


def rotated_and_destroyed(url: str, file: Path, version: int) -> None:
    new = f"{version + 1}:{version:064x}"
    write_anew(file, [*file.read_text().split(), new])
    with opened_log(url, keys_of(file)) as log:
        assert log.keyring.current == version + 1
        assert keys.rotate(log) is not None
        keys.destroy(log, file, version, lose_damaged=False)


def read_on(log: Log, streams: list[UUID], over: Signal) -> int:
    reads = 0
    while not over.is_set():
        for stream in streams:
            assert set(texts(log.stream(stream))) == {"before"}
            reads += 1
    return reads


def write_on(log: Log, stream: UUID, over: Signal) -> int:
    written = 0
    while not over.is_set():
        log.append([said(stream, "meanwhile")])
        written += 1
        time.sleep(0.001)
    return written


# The commands


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_beside_a_running_server_the_master_key_is_replaced_and_the_old_one_destroyed(
    servers: Callable[[str], Server], engine: str
) -> None:
    server = servers(engine)
    installation = server.installation
    file = installation.data_dir / "keys" / "master"
    declaration = declare(server)
    photograph = added(server, declaration, picture())
    before = file.read_text()
    shown = kept(server, declaration, photograph)
    old = keys_of(file).current
    if engine == "postgresql":
        assert "`register keys make`" in said_plainly(installation.command("keys", "rotate"))
        assert file.read_text() == before
        assert "is made, and waits" in installation.run("keys", "make")[0]
    first, *_ = installation.run("keys", "rotate")
    assert first.endswith(f"keys are wrapped under master key {old + 1}.")
    assert file.read_text().startswith(before)
    status = installation.run("keys", "status")
    assert status[0] == f"Master key {old} (here): nothing is wrapped under it."
    assert status[1].startswith(f"Master key {old + 1} (here, in use): entries ")
    assert "photographs " in status[1]
    assert status[2:] == ["The index key is here."]
    [done] = installation.run("keys", "destroy", str(old))
    assert done == f"Master key {old} is destroyed here. Destroy it in both copies as well."
    assert before not in file.read_text()
    assert kept(server, declaration, photograph) == shown
    assert server.as_("amina").get(path(declaration["id"])).status_code == 200
    assert declare(server)
    assert server.as_nobody().get("/statusz").json()["spoiled"] == []
    with installation.opened() as register:
        events = register.log.stream(keys.STREAM)
        assert not any(isinstance(each, SpoiledEntry) for each in register.log.after())
    assert [type(each) for each in events[-2:]] == [MasterKeysRotated, MasterKeyDestroyed]
    assert not any(line.partition(":")[2] in "".join(status) for line in file.read_text().split())


def test_the_server_s_user_may_not_do_it(servers: Callable[[str], Server]) -> None:
    installation = servers("postgresql").installation
    as_server = replace(installation, settings={"REGISTER_OWNER_URL": installation.server_url})
    for words in (("rotate",), ("destroy", "1")):
        says = said_plainly(as_server.command("keys", *words))
        assert "Only the owner of the database may do this" in says


@pytest.mark.parametrize("where", ["use_newest", "MasterKeysRotated"])
def test_wherever_it_is_ended_the_next_run_goes_on_with_the_same_version(
    loaded: Installation, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(keys, where, ended)
        assert loaded.command("keys", "rotate").code != 0
    loaded.run("keys", "rotate")
    assert "Master key 2 (here, in use)" in loaded.run("keys", "status")[1]
    with loaded.opened() as register:
        [recorded] = register.log.stream(keys.STREAM)
    assert isinstance(recorded, MasterKeysRotated)
    assert recorded.version == 2


def test_it_is_refused_to_destroy_what_is_in_use_or_was_never_there(loaded: Installation) -> None:
    for version in ("1", "7", "0"):
        done = loaded.command("keys", "destroy", version)
        assert "is not one that another has replaced" in said_plainly(done)
    loaded.run("keys", "rotate")
    loaded.run("keys", "destroy", "1")
    assert "was destroyed before" in said_plainly(loaded.command("keys", "destroy", "1"))


def test_keys_in_the_environment_are_changed_there(loaded: Installation) -> None:
    file = loaded.data_dir / "keys" / "master"
    line = file.read_text().strip()
    file.unlink()
    loaded.settings["REGISTER_MASTER_KEY"] = line
    for command in ("make", "rotate"):
        says = said_plainly(loaded.command("keys", command))
        assert "Add `,next:2:` and 64 hex digits" in says
        assert line[2:] not in says
    loaded.settings["REGISTER_MASTER_KEY"] = f"{line},next:{LINES[1]}"
    assert "Master key 2 (here, waits to be used)" in "".join(loaded.run("keys", "status"))
    assert loaded.run("keys", "rotate")[0].endswith("under master key 2.")
    assert "take that out" in said_plainly(loaded.command("keys", "destroy", "1"))
    loaded.settings["REGISTER_MASTER_KEY"] = LINES[1]
    loaded.run("keys", "destroy", "1")
    assert loaded.run("doctor") == ["Every entry can be read."]


def test_two_commands_never_make_two_keys_of_one_version(loaded: Installation) -> None:
    folder = os.open(loaded.data_dir / "keys", os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    assert "Another command" in said_plainly(loaded.command("keys", "rotate"))
    os.close(folder)
    loaded.run("keys", "rotate")
