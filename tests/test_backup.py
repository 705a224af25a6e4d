"""`register backup`: a whole copy beside a running server, never with the keys, never a half."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from events.log.photographs import SIZES, keep, seal
from events.log.tables import entries, photographs
from events.safekeeping import BackupMade
from register.console.backing_up import back_up
from register.reading.condition import BACKUPS, is_backed_up
from register.register import Register
from register.setup.settings import Settings
from tests.consoles import said_plainly
from tests.logs import by_hand, opened_log, rows
from tests.logs import said as another
from tests.postgres import PostgresAddress, find_programs
from tests.server import CASES, Installation

pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def only(folder: Path) -> Path:
    [made] = folder.iterdir()
    return made


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


def keep_a_photograph(register: Register) -> None:
    sizes = dict.fromkeys(SIZES, b"a picture")
    sealed = seal(register.log.keyring, uuid4(), uuid4(), sizes, b"a picture")
    with register.log.database.write() as connection:
        keep(connection, sealed, 1)


def manifest(made: Path) -> dict[str, Any]:
    said = json.loads((made / "manifest.json").read_bytes())
    for each in said["files"]:
        content = (made / each["name"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (
            each["size"],
            each["sha256"],
        )
    assert {each["name"] for each in said["files"]} | {"manifest.json"} == names(made)
    return said


def test_on_sqlite_it_is_one_file_with_everything_beside_whoever_writes(
    loaded: Installation, folder: Path
) -> None:
    loaded.run("keys", "rotate")
    with loaded.opened() as register:
        keep_a_photograph(register)
        loaded.run("backup", str(folder))
        register.log.append([another(uuid4())])
    made = only(folder)
    said = manifest(made)
    assert said["engine"] == "sqlite"
    assert said["master_keys"] == [2]
    assert [oct(each.stat().st_mode & 0o777) for each in (made, made / "register.sqlite")] == [
        "0o700",
        "0o600",
    ]
    copy = f"sqlite:///{made / 'register.sqlite'}"
    assert rows(copy, "SELECT max(id) FROM entries") == [(said["last"],)]
    assert rows(copy, "SELECT count(*) FROM photographs") == [(1,)]
    assert said["shape"] == rows(copy, "SELECT version_num FROM alembic_version")[0][0]
    with loaded.opened() as register:
        [told] = register.log.stream(BACKUPS)
    assert isinstance(told, BackupMade)
    assert told.last == said["last"]
    assert told.digest == hashlib.sha256((made / "manifest.json").read_bytes()).hexdigest()


def test_it_waits_for_nobody_who_writes(loaded: Installation, folder: Path) -> None:
    settings = Settings(data_dir=loaded.data_dir, database_url=SecretStr(loaded.database_url))
    with loaded.append_lock():
        made, said = back_up(settings, folder)
    assert manifest(made)["last"] == said.last > 0


def test_what_is_restored_from_it_can_be_read(loaded: Installation, folder: Path) -> None:
    loaded.run("backup", str(folder))
    file = loaded.data_dir / "register.sqlite"
    for each in loaded.data_dir.glob("register.sqlite*"):
        each.unlink()
    only(folder).joinpath("register.sqlite").rename(file)
    assert loaded.run("doctor") == ["Every entry can be read."]
    assert loaded.run("rebuild") == ["The read models are what the log says."]


def test_on_postgresql_pg_dump_makes_it_as_at_one_position(
    new_installation: Callable[..., Installation],
    postgres_server: PostgresAddress,
    folder: Path,
    tmp_path: Path,
) -> None:
    programs = find_programs(tmp_path)
    installation = new_installation("postgresql", REGISTER_PG_DUMP=str(programs / "pg_dump"))
    installation.run("migrate")
    installation.load(CASES)
    with installation.opened() as register:
        keep_a_photograph(register)
        installation.run("backup", str(folder))
        register.log.append([another(uuid4())])
    said = manifest(only(folder))
    assert said["engine"] == "postgresql"
    with postgres_server.temporary_database() as name:
        url = sa.make_url(postgres_server.url(name))
        subprocess.run(
            [
                *(programs / "pg_restore", "--no-owner", "--exit-on-error"),
                f"--dbname=host={url.query['host']} port={url.query['port']} user=postgres "
                f"dbname={name}",
                only(folder) / "register.dump",
            ],
            check=True,
        )
        restored = Installation(tmp_path, str(postgres_server.url(name)))
        with restored.connected() as connection:
            last = connection.execute(sa.select(sa.func.max(entries.c.id))).scalar_one()
            pictures = connection.execute(sa.select(sa.func.count()).select_from(photographs))
            assert (last, pictures.scalar_one()) == (said["last"], 1)
            with pytest.raises(sa.exc.DatabaseError, match="append-only"):
                connection.execute(sa.delete(entries))
    installation.settings["REGISTER_PG_DUMP"] = str(tmp_path / "no-such-program")
    says = said_plainly(installation.command("backup", str(folder)))
    assert "install PostgreSQL's client programs" in says
    installation.settings["REGISTER_PG_DUMP"] = "/bin/false"
    assert "false failed" in said_plainly(installation.command("backup", str(folder)))
    assert len(names(folder)) == 1


# Apart from the keys


def test_it_is_refused_where_the_keys_are(loaded: Installation, tmp_path: Path) -> None:
    for inside in (loaded.data_dir, loaded.data_dir / "keys", loaded.data_dir / "backups"):
        says = said_plainly(loaded.command("backup", str(inside)))
        assert "is in REGISTER_DATA_DIR, with the database and its keys" in says
    assert "There are keys in" in said_plainly(loaded.command("backup", str(tmp_path)))
    assert not (loaded.data_dir / "backups").exists()


@pytest.mark.parametrize("name", ["master", "index"])
@pytest.mark.parametrize("beneath", ["", "second copy"])
def test_it_is_refused_where_a_copy_of_a_key_is(
    loaded: Installation, folder: Path, name: str, beneath: str
) -> None:
    (folder / beneath).mkdir(parents=True)
    key = (loaded.data_dir / "keys" / name).read_text()
    (folder / beneath / "kept.txt").write_text(key)
    says = said_plainly(loaded.command("backup", str(folder)))
    assert "Keep them apart from backups" in says
    assert key.strip()[2:] not in says
    assert not list(folder.glob("register-*"))


def test_no_key_is_in_it(loaded: Installation, folder: Path) -> None:
    loaded.run("backup", str(folder))
    for name in ("master", "index"):
        text = (loaded.data_dir / "keys" / name).read_text().strip().removeprefix("1:")
        for file in only(folder).iterdir():
            content = file.read_bytes()
            assert text.encode() not in content
            assert bytes.fromhex(text) not in content


# Whole or not at all


def test_nothing_half_done_is_left_when_it_breaks_off(
    loaded: Installation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("register.console.backing_up.part_of", breaks)
        says = said_plainly(loaded.command("backup", str(folder)))
    assert "No space left on device; there is no backup" in says
    assert names(folder) == set()


def test_nothing_half_done_is_left_when_it_is_ended(
    loaded: Installation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(1)

    before = signal.getsignal(signal.SIGTERM)
    with monkeypatch.context() as broken:
        broken.setattr("register.console.backing_up.part_of", ended)
        assert loaded.command("backup", str(folder)).code == 128 + signal.SIGTERM
    assert names(folder) == set()
    assert signal.getsignal(signal.SIGTERM) == before


def test_what_a_killed_one_left_goes_with_the_next(loaded: Installation, folder: Path) -> None:
    (folder / ".unfinished-abc").mkdir(parents=True)
    (folder / ".unfinished-abc" / "register.sqlite").write_bytes(b"half")
    loaded.run("backup", str(folder))
    assert only(folder).name.startswith("register-20")


def test_one_never_takes_the_place_of_another(loaded: Installation, folder: Path) -> None:
    for _ in range(3):
        loaded.run("backup", str(folder))
    assert len({json.dumps(manifest(each)) for each in folder.iterdir()}) == 3


def test_a_damaged_copy_is_no_backup(loaded: Installation, folder: Path) -> None:
    file = loaded.data_dir / "register.sqlite"
    with file.open("r+b") as opened:
        opened.seek(8 * 4096)
        opened.write(bytes(4096 * 4))
    says = said_plainly(loaded.command("backup", str(folder)))
    assert "damaged" in says or "did not copy" in says
    assert names(folder) == set()


def test_before_an_update_the_database_is_copied_in_the_shape_it_has(
    loaded: Installation, folder: Path
) -> None:
    with by_hand(loaded.database_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    done = loaded.command("backup", str(folder))
    assert (done.code, manifest(only(folder))["shape"]) == (0, "0001")
    assert "The log does not say that it was made: The database is not in today's" in done.errors


def test_where_there_is_no_register_nothing_is_made(
    installation: Installation, folder: Path
) -> None:
    says = said_plainly(installation.command("backup", str(folder)))
    assert "There is no database" in says
    assert not installation.data_dir.exists()


# Its age


def test_the_age_of_the_last_one_is_looked_at(tmp_path: Path) -> None:
    now = [datetime(2026, 5, 4, 12, tzinfo=UTC)]
    with opened_log(f"sqlite:///{tmp_path / 'register.sqlite'}", clock=lambda: now[0]) as log:
        check = is_backed_up(log, timedelta(hours=24))
        assert check() == ["none"]
        log.append([BackupMade(originator_id=BACKUPS, last=1, size=1, digest="")])
        now[0] += timedelta(hours=24)
        assert check() == []
        now[0] += timedelta(minutes=1)
        assert check() == ["too_old"]


def test_it_is_looked_at_where_a_setting_says_so(loaded: Installation, folder: Path) -> None:
    def red() -> dict[str, list[str]]:
        with loaded.opened() as register:
            return {
                name: list(check())
                for name, check in register.condition.checks.items()
                if name == "backups"
            }

    assert red() == {}
    loaded.settings["REGISTER_BACKUP_EVERY"] = "24"
    assert red() == {"backups": ["none"]}
    loaded.run("backup", str(folder))
    assert red() == {"backups": []}
