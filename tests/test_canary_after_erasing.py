"""What was erased is nowhere: in no file, table, page, answer, export or restored backup, and no
stolen copy opens it once the old master key is gone. Everything that proves it still does."""

from __future__ import annotations

import random
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from events.log.log import utc_now
from events.log.mapper import Entry
from events.proof.notes import read_note
from events.proof.promises import read_promise
from events.proof.proofs import read_proof
from events.proof.tree import leaf_hash
from register.console.erasing import complete, empty_write_ahead_log
from register.setup.opening import open_register
from register.setup.signing import held_keys
from tests.at_length import ONE_ENGINE, first_now
from tests.canaries import as_bytes, tables
from tests.erased_registers import REFERENCES, STAY, Erased, erased, settings_of, sign
from tests.everywhere import everything
from tests.exporting.bundles import Desk
from tests.gifts import taken
from tests.logs import opened_log, said
from tests.server import Installation, Server
from tests.thieves import Rows, files_with, masters_in, opened, tables_at, wrapped_keys

ALL = 100_000
ANOTHER = "register.example.org/log-2"

pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Erased]:
    with erased(request.param, tmp_path_factory.mktemp("erased")) as found:
        yield found


def test_its_keys_stand_in_no_file_and_what_it_was_found_by_in_no_table(place: Erased) -> None:
    gone = place.is_gone
    assert sum(files_with(place.stolen.resolve(), gone, "pg_wal").values()) >= len(gone) >= 60
    where = place.folder
    if place.postgres is not None:
        where = Path(place.postgres.address.directory)
        with place.register.connected() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("CHECKPOINT")
    assert files_with(where, gone, "backups", "stolen", "pg_wal") == {}
    with place.register.opened() as register:
        own = (f"{place.canary.stem}{each}" for each in ("Ref", "OtherRef", "SU"))
        index = register.log.keyring.blind_index
        indexes = {each: index(each) for each in (*REFERENCES, *own)}
    before = b"".join(values_of(place.before))
    assert [name for name, each in indexes.items() if each not in before] == [], "they were there"
    held = dict(tables(place.register))
    assert [
        name for name, text in held.items() if any(each in text for each in indexes.values())
    ] == []


def values_of(found: dict[str, Rows]) -> Iterator[bytes]:
    values = (value for rows in found.values() for row in rows for value in row.values())
    return map(as_bytes, values)


@pytest.mark.parametrize("place", ONE_ENGINE, indirect=True)
@pytest.mark.parametrize("people", first_now(("zora",), tuple(STAY)))
def test_no_page_and_no_call_shows_it(place: Erased, people: tuple[str, ...]) -> None:
    assert place.seen_before >= 40 or place.postgres is not None
    with place.register.serving() as server:
        assert_nobody_is_shown_it(place, server, *people)


def assert_nobody_is_shown_it(place: Erased, server: Server, *people: str) -> None:
    for person in people:
        seen = everything(server, person, place.declarations, place.position)
        assert len(seen) > 80
        assert [each for each, found in seen.items() if place.canary.found_in(found)] == []
        for reference in (f"{place.canary.stem}Ref", "SU-1042"):
            sought = {"service_user": reference}
            answer = server.as_(person).post("/api/declarations/search", json=sought)
            assert taken(answer, 200)["items"] == []


def test_no_export_shows_it_and_it_verifies_without_the_register(
    place: Erased, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.zip"
    place.register.run("export", "zora", "--output", str(bundle))
    with zipfile.ZipFile(bundle) as content:
        assert not place.canary.found_in(b"".join(map(content.read, content.namelist())))
    said = Desk(tmp_path / "desk").verified(bundle.read_bytes())
    assert said.code == 0, said.output


def test_every_proof_still_verifies(place: Erased) -> None:
    assert len(place.receipts) >= 10
    kept = [word for each in place.receipts for word in ("--checkpoint", str(each))]
    said = place.register.run("verify", *kept)
    assert any("erased" in line for line in said), said
    keys = [each.public for each in held_keys(settings_of(place.register))]
    for each in place.receipts:
        proof = read_proof(each.read_bytes())
        assert not place.canary.found_in(each.read_bytes())
        promise = read_promise(read_note(proof.extra or b"").text)
        proof.check(leaf_hash(promise.digest), keys)


def test_a_backup_that_is_put_back_shows_none_of_it(place: Erased, tmp_path: Path) -> None:
    again = put_back(place, tmp_path)
    found = opened(tables_at(again.database_url), place.masters)
    assert place.of_canary(found) == 0
    kept = [word for each in place.receipts for word in ("--checkpoint", str(each))]
    sign(again)
    assert "were lost, or may have been" in again.run("verify", *kept)[0]
    if again.is_sqlite:
        with again.serving() as server:
            assert_nobody_is_shown_it(place, server, "zora")


def put_back(place: Erased, folder: Path) -> Installation:
    """The backup from before, as somebody who lost the machine puts it back."""
    url = f"sqlite:///{folder / 'data' / 'register.sqlite'}"
    if place.postgres is not None:
        name = place.undo.enter_context(place.postgres.address.temporary_database())
        url = place.postgres.url(name)
    again = Installation(folder, url, dict(place.register.settings), place.register.tokens)
    again.server_user = place.register.server_user
    shutil.copytree(place.register.data_dir / "keys", again.data_dir / "keys")
    shutil.copytree(place.folder / "outside", folder / "outside")
    again.settings["REGISTER_CHECKPOINTS"] = str(folder / "outside")
    again.run("restore", str(place.backup), "--origin", ANOTHER)
    return again


def test_a_stolen_copy_opens_nothing_once_the_old_master_key_is_gone(
    place: Erased, tmp_path: Path
) -> None:
    copies = [tables_at(url) for url in stolen(place, tmp_path)]
    for each in copies:
        assert place.of_canary(opened(each, place.masters)) >= 60, "with it, all of it opens"
    if place.postgres is not None:
        place.register.run("keys", "make")
    for days, gone in ((29, []), (31, [1])):
        settings, now = settings_of(place.register), utc_now() + timedelta(days=days)
        with closing(open_register(settings, lambda now=now: now, as_owner=True)) as register:
            assert complete(register.log, settings, register.erasures) == gone
    left = masters_in((place.register.data_dir / "keys" / "master").read_text())
    assert len(left) == 1
    for each in (*copies, tables_at(place.register.database_url)):
        assert place.of_canary(opened(each, left)) == 0
    assert b"Otto" in opened(tables_at(place.register.database_url), left)
    place.register.run("verify")


def stolen(place: Erased, folder: Path) -> Iterator[str]:
    """The databases of a base backup, or of the files as they were, and of a backup, none of them
    put back by the register."""
    if place.postgres is None:
        yield f"sqlite:///{place.stolen / 'register.sqlite'}"
        yield f"sqlite:///{shutil.copy(place.backup / 'register.sqlite', folder)}"
        return
    yield place.postgres.on_a_copy("stolen").url("register")
    name = place.undo.enter_context(place.postgres.address.temporary_database())
    program = Path(place.register.settings["REGISTER_PG_DUMP"]).with_name("pg_restore")
    address = place.postgres.address
    where = ("--host", address.directory, "--port", str(address.port), "--username", "postgres")
    dump = place.backup / "register.dump"
    subprocess.run([program, *where, "--dbname", name, dump], check=True)
    yield place.postgres.url(name)


@pytest.mark.parametrize("rounds", first_now(3, 20))
def test_a_key_that_was_destroyed_is_nowhere_in_the_file_however_full_its_pages_were(
    tmp_path: Path, rounds: int
) -> None:
    """On SQLite: what is on a page that is full is copied to others."""
    url, chance = f"sqlite:///{tmp_path / 'register.sqlite'}", random.Random(rounds)
    streams, gone = [uuid4() for _ in range(100)], set[bytes]()
    with opened_log(url) as log:
        for _ in range(rounds):
            for _ in range(40):
                log.append([said(each) for each in chance.sample(streams, 3)])
            before = wrapped_keys(tables_at(url))
            left = [each for each in log.recorder.select_notifications(None, ALL) if is_left(each)]
            for each in chance.sample(left, 60):
                log.recorder.replace_key(each, log.mapper.destroyed(each))
            gone |= before - wrapped_keys(tables_at(url))
        assert len(gone) == 60 * rounds
        empty_write_ahead_log(log)
        assert files_with(tmp_path, gone) == {}


def is_left(entry: Entry) -> bool:
    return entry.key is not None and not entry.key.is_destroyed
