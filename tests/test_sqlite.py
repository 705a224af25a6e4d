"""SQLite loses nothing: a sound build, one copy of it, one server for a file, and a closed file."""

from __future__ import annotations

import ast
import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from events.log import sqlite
from events.log.database import Database
from events.log.sqlite import HAVE_A_WHEEL, FaultySQLiteError, driver, is_sound, journal
from register.reading.ground import shortcomings
from register.setup.migrating import migrate
from tests.consoles import said_plainly
from tests.logs import by_hand, opened_log, said, texts
from tests.server import PROJECT, Installation, Server

FAULTY = (3, 40, 1)
CODE = ("events", "register", "web", "bench", "scripts", "tests")
CHOOSES_THE_DRIVER = PROJECT / "events" / "log" / "sqlite.py"


# a sound build


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 6, 23), True),
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_a_version_is_sound_if_the_fault_is_mended_in_it(
    version: tuple[int, ...], sound: bool
) -> None:
    assert is_sound(version) is sound


def test_the_build_in_use_is_sound_wherever_there_is_one() -> None:
    here = (sys.platform, platform.machine())
    assert is_sound(driver.sqlite_version_info) or here not in HAVE_A_WHEEL


def test_the_requirements_bring_a_sound_build_to_the_same_machines() -> None:
    (line,) = re.findall(
        r"^pysqlite3.*", (PROJECT / "requirements.in").read_text("utf-8"), re.MULTILINE
    )
    named = re.findall(r"sys_platform == '(\w+)' and platform_machine == '(\w+)'", line)
    assert set(named) == HAVE_A_WHEEL


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "sqlite_version_info", FAULTY)
    monkeypatch.setattr(driver, "sqlite_version", "3.40.1")


def on(monkeypatch: pytest.MonkeyPatch, system: str, machine: str) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)


def test_a_faulty_version_is_refused_in_words(
    installation: Installation, faulty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, "linux", "x86_64")
    for command in (("serve", "--port", "0"), ("migrate",), ("token", "create", "amina")):
        words = said_plainly(installation.command(*command))
        assert "SQLite 3.40.1 can lose what was stored" in words
        assert "requirements.txt" in words
    assert not (installation.data_dir / "register.sqlite").exists()


def test_without_a_sound_build_the_rollback_journal_is_used_and_said(
    tmp_path: Path, faulty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, "linux", "aarch64")
    assert journal() == sqlite.ROLLBACK
    url = f"sqlite:///{tmp_path / 'register.sqlite'}"
    with opened_log(url) as log:
        log.append([said(uuid4(), "stored")])
        with log.database.read() as connection:
            mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        assert mode == "delete"
        assert texts(log.after()) == ["stored"]
        (sentence,) = shortcomings(log.database)
    assert "3.40.1" in sentence
    assert "rollback journal" in sentence


def test_a_file_in_wal_mode_leaves_it_before_a_faulty_version_writes(
    tmp_path: Path, faulty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, "linux", "aarch64")
    monkeypatch.setattr("events.log.database.LONGEST_WAIT", 50)
    url = f"sqlite:///{tmp_path / 'register.sqlite'}"
    with by_hand(url) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE mine (id INTEGER)")
        with pytest.raises(FaultySQLiteError, match="another program"):
            migrate(url)
    migrate(url)
    with by_hand(url) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_on_a_sound_build_there_is_nothing_to_say(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'register.sqlite'}")
    if is_sound(driver.sqlite_version_info):
        assert shortcomings(database) == []
    database.close()


# one copy of it


def test_nothing_imports_another_driver() -> None:
    importing = [
        str(path.relative_to(PROJECT))
        for folder in CODE
        for path in (PROJECT / folder).rglob("*.py")
        if path != CHOOSES_THE_DRIVER and {"sqlite3", "pysqlite3"} & imported(path)
    ]
    assert importing == []


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.split(".")[0] for name in names}


ALL_OF_THE_PROGRAM = """
import importlib, pkgutil, sys
for name in ("events", "register", "web"):
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        if ".migrations." not in module.name:
            importlib.import_module(module.name)
print(*{"_sqlite3", "pysqlite3._sqlite3"} & set(sys.modules))
"""


def test_no_library_brings_a_second_copy_into_the_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALL_OF_THE_PROGRAM],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert len(done.stdout.split()) == 1


# one server for a file


def test_a_second_server_is_refused_and_told_who_has_the_file(loaded: Installation) -> None:
    with loaded.serving() as server:
        words = said_plainly(loaded.command("serve", "--port", "0"))
        assert f"process {server.pid} on" in words
        assert str(loaded.data_dir / "register.sqlite") in words
        loaded.run("token", "create", "amina")  # commands run beside it
        assert server.as_nobody().get("/healthz").status_code == 200


def test_a_server_that_was_killed_leaves_the_file_to_the_next(loaded: Installation) -> None:
    killed = Server(loaded)
    killed.start()
    killed.kill()
    with loaded.serving() as server:
        assert server.as_nobody().get("/healthz").status_code == 200


# a closed file


def test_the_database_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with opened_log(f"sqlite:///{tmp_path / 'register.sqlite'}") as log:
            log.append([said(uuid4())])
            modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(modes, 0o600)
    assert len(modes) == 3


def test_a_database_that_anybody_could_read_is_closed(tmp_path: Path) -> None:
    file = tmp_path / "register.sqlite"
    migrate(f"sqlite:///{file}")
    file.chmod(0o644)
    Database(f"sqlite:///{file}").close()
    assert file.stat().st_mode & 0o777 == 0o600
