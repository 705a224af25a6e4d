"""`register restore`: a backup is put back, and opened only once it is as it has to be."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from events.keeping import LogRestored
from events.log.tables import entry_keys
from events.proof.tombstones import NOTHING_BEFORE, ErasedEntry, Tombstone
from register.access.tables import sessions
from register.console import restoring
from register.proving.memory import folder_of
from register.proving.places import Folder
from register.proving.tombstones import name_of
from register.setup.one_server import only_server
from register.setup.signing import held_keys
from tests.consoles import said_plainly
from tests.logs import texts
from tests.postgres import PostgresAddress, find_programs
from tests.proof.following_phones import Phone
from tests.restoring import ORIGIN, Place
from tests.server import CASES, SERVER_USER, Installation
from tests.sessions import verified
from tests.tampering.attacks import by_its_owner

ANOTHER = "register.example.org/log-2"

pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with ExitStack() as undo:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path / 'data' / 'register.sqlite'}"
            found = Place(Installation(tmp_path, url), lambda: url)
        else:
            server: PostgresAddress = request.getfixturevalue("postgres_server")

            def new_database() -> str:
                return server.url(undo.enter_context(server.temporary_database()))

            register = Installation(tmp_path, new_database(), server_user=SERVER_USER)
            register.settings["REGISTER_PG_DUMP"] = str(find_programs(tmp_path) / "pg_dump")
            register.run("migrate")
            found = Place(register, new_database)
        found.outside.mkdir()
        found.register.settings |= {
            "REGISTER_CHECKPOINTS": str(found.outside),
            "REGISTER_LOG_ORIGIN": ORIGIN,
        }
        yield found


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Place:
    url = f"sqlite:///{tmp_path / 'data' / 'register.sqlite'}"
    found = Place(Installation(tmp_path, url), lambda: url)
    found.outside.mkdir()
    found.register.settings |= {
        "REGISTER_CHECKPOINTS": str(found.outside),
        "REGISTER_LOG_ORIGIN": ORIGIN,
    }
    return found


def test_the_drill(place: Place) -> None:
    """A backup, more declarations, a disaster; then it is put back, verified, and signed on under
    another name, which the phone follows, and is told that something is lost."""
    kept = place.append_and_sign()
    phone = Phone(held_keys(place.settings)[0].public)
    backup = place.back_up()
    lost = place.append_and_sign()
    receipts = [place.receipt_of(each) for each in (kept[0], lost[0])]
    with closing(place.database()) as database:
        phone.look(database, Folder(place.outside))
    before = place.size()
    place.lose()

    words = [word for each in receipts for word in ("--receipt", str(each))]
    says = said_plainly(place.restore(backup, *words))
    assert f"Of {before} entries that were signed, those after the first" in says
    assert f"Declaration {lost[0]}, received" in says
    assert str(kept[0]) not in says
    assert "run it again with --origin and a new name" in says
    assert place.is_empty()

    done = place.restore(backup, "--origin", ANOTHER, *words)
    assert done.code == 0, done.errors
    assert f"Declaration {lost[0]}, received" in done.output
    assert f"The new key of the log is {ANOTHER}+" in done.output
    assert place.sign() is None
    assert "were lost, or may have been" in place.register.run("verify")[0]
    with place.register.opened() as register:
        assert texts(register.log.stream(kept[0])) == ["Some words"]
        assert register.log.stream(lost[0]) == []
        [told] = register.log.after(topics=[LogRestored.TOPIC])
    assert isinstance(told, LogRestored)
    assert (told.origin, told.last_size, told.new_origin) == (ORIGIN, before, ANOTHER)
    assert 3 <= told.kept_size < before
    with closing(place.database()) as database:
        phone.look(database, Folder(place.outside))
    assert phone.key.name == ANOTHER
    assert len(phone.chains) == 2, "it was told that the log broke"


def test_with_nothing_lost_the_log_goes_on_under_its_name(on_sqlite: Place) -> None:
    place = on_sqlite
    place.register.load(CASES)
    kept = place.append_and_sign()
    with place.register.opened() as register:
        verified(register, "amina")
    backup = place.back_up()
    place.lose()
    done = place.restore(backup)
    assert done.code == 0, done.errors
    assert "are as they were stored" in done.output
    place.append_and_sign()
    assert [each.name.rpartition("+")[0] for each in place.outside.iterdir()] == [
        ORIGIN.replace("/", "-")
    ]
    place.register.run("verify")
    with place.register.opened() as register, register.log.database.read() as connection:
        assert texts(register.log.stream(kept[0])) == ["Some words"]
        assert connection.execute(sa.select(sessions)).all() == [], "everybody signs in anew"


# Refused: then there is no database, as before


def refused(place: Place, backup: Path, *more: str) -> str:
    says = said_plainly(place.restore(backup, *more))
    assert place.is_empty()
    return says


def test_it_is_refused_while_nobody_can_say_what_was_erased_since(on_sqlite: Place) -> None:
    place = on_sqlite
    place.append_and_sign()
    backup = place.back_up()
    place.lose()
    place.outside.rename(place.outside.with_name("away"))
    assert "The place outside cannot be read" in refused(place, backup)
    place.outside.mkdir()
    assert "has nothing that a key of this log signed" in refused(place, backup)
    del place.register.settings["REGISTER_CHECKPOINTS"]
    assert "Name the place where checkpoints and tombstones" in refused(place, backup)
    place.register.run("restore", str(backup), "--nothing-published")


def test_it_is_refused_where_there_is_a_database(on_sqlite: Place) -> None:
    place = on_sqlite
    place.append_and_sign()
    backup = place.back_up()
    file = place.register.data_dir / "register.sqlite"
    before = file.read_bytes()
    assert "There is a database already" in said_plainly(place.restore(backup))
    assert file.read_bytes() == before


def test_it_is_refused_beside_a_running_server(on_sqlite: Place) -> None:
    place = on_sqlite
    place.append_and_sign()
    backup = place.back_up()
    with patch.dict(os.environ, place.register.env, clear=True), only_server(place.settings):
        assert "Another server has" in said_plainly(place.restore(backup))


def test_a_backup_that_is_not_whole_is_refused(on_sqlite: Place) -> None:
    place = on_sqlite
    place.append_and_sign()
    backup = place.back_up()
    place.lose()
    file, manifest = backup / "register.sqlite", backup / "manifest.json"
    content, said = file.read_bytes(), manifest.read_text()
    file.write_bytes(content[:-1] + b"!")
    assert "a file of it was changed" in refused(place, backup)
    file.unlink()
    assert "is not a whole backup" in refused(place, backup)
    file.write_bytes(content)
    manifest.write_text(said.replace('"sqlite"', '"postgresql"'))
    assert "It is a backup of postgresql" in refused(place, backup)
    manifest.unlink()
    assert "is not a whole backup" in refused(place, backup)


def changed(backup: Path, *statements: str) -> None:
    """By somebody who has the backup, and makes the manifest fit."""
    file, manifest = backup / "register.sqlite", backup / "manifest.json"
    with by_its_owner(file) as connection:
        for each in statements:
            connection.execute(each)
    said = json.loads(manifest.read_text())
    content = file.read_bytes()
    said["files"][0] |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    manifest.write_text(json.dumps(said))


def test_a_backup_in_which_something_was_changed_is_refused(on_sqlite: Place) -> None:
    place = on_sqlite
    place.append_and_sign()
    backup = place.back_up()
    place.lose()
    changed(backup, "UPDATE entries SET topic = 'other' WHERE id = 2")
    says = refused(place, backup)
    assert "Entry 2 is not what it was when it was taken into the tree" in says
    assert "--although-damaged" in says
    place.register.run("restore", str(backup), "--although-damaged")


def test_a_backup_whose_end_was_taken_away_loses_it_openly(on_sqlite: Place) -> None:
    place = on_sqlite
    place.append_and_sign(8)
    backup = place.back_up()
    place.lose()
    tables = ("tree_leaves", "tree_nodes", "checkpoints")
    changed(backup, "DELETE FROM entries WHERE id > 5", *(f"DELETE FROM {each}" for each in tables))
    assert "Of 8 entries that were signed, those after the first 0 are lost" in refused(
        place, backup
    )


def test_without_its_master_key_it_is_refused(on_sqlite: Place) -> None:
    place = on_sqlite
    place.append_and_sign()
    backup = place.back_up()
    place.register.run("keys", "rotate")
    place.register.run("keys", "destroy", "1")
    place.lose()
    says = refused(place, backup)
    assert "Master key 1 is missing" in says
    assert "take one that was made after that" in says


def test_what_is_no_receipt_of_this_log_is_named(on_sqlite: Place) -> None:
    place = on_sqlite
    [declaration] = place.append_and_sign(1)
    receipt = place.receipt_of(declaration)
    backup = place.back_up()
    place.lose()
    receipt.write_text(receipt.read_text().replace("index 0", "index 1"))
    says = refused(place, backup, "--receipt", str(receipt))
    assert f"{receipt.name} is no receipt of this log" in says


def test_the_name_of_the_log_that_lost_something_is_another_one(on_sqlite: Place) -> None:
    place = on_sqlite
    place.append_and_sign()
    backup = place.back_up()
    place.append_and_sign()
    place.lose()
    assert "It needs another name" in refused(place, backup, "--origin", ORIGIN)


def test_what_was_broken_off_is_not_opened_by_anybody_and_done_anew(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object) -> None:
        raise KeyboardInterrupt

    place.append_and_sign()
    backup = place.back_up()
    place.lose()
    with monkeypatch.context() as killed:
        killed.setattr(restoring, "check", ended)
        for each in ("clear", "remove_file"):
            killed.setattr(restoring, each, lambda _: None)
        assert place.restore(backup).code != 0
    if place.register.is_sqlite:
        assert not (place.register.data_dir / "register.sqlite").exists()
    else:
        says = said_plainly(place.register.command("migrate"))
        assert "A backup is being put back into this database" in says
        assert "did not do it" in said_plainly(place.register.command("doctor"))
    assert place.restore(backup).code == 0
    place.append_and_sign()


# What was erased since


def erased_outside(place: Place, stream: UUID) -> Path:
    """As whoever signs publishes it, before the keys are destroyed; a checkpoint tells of it."""
    [key] = held_keys(place.settings)
    with place.register.connected() as connection:
        is_it = entry_keys.c.originator_id == stream
        found = connection.execute(sa.select(entry_keys.c.id).where(is_it)).scalar_one()
    tombstone = Tombstone(1, NOTHING_BEFORE, uuid4(), entries=(ErasedEntry(stream, 1, found),))
    file = place.outside / folder_of(key.public) / name_of(1)
    file.write_text(str(tombstone.signed(key)))
    for _ in range(2):
        place.append_and_sign(1)
    assert "tombstones 1 " in file.with_name("latest").read_text()
    return file


def test_what_was_erased_since_is_erased_again_before_it_opens(place: Place) -> None:
    erased, kept = place.append_and_sign(2)
    backup = place.back_up()
    file = erased_outside(place, erased)
    place.lose()
    away = file.rename(place.outside / "away")
    says = refused(place, backup, "--origin", ANOTHER)
    assert "Of 1 tombstones that were signed, 0 are here." in says
    assert "could not be erased again" in says

    away.rename(file)
    if place.register.is_sqlite:  # put back by other means: it is the same
        shutil.copy(backup / "register.sqlite", place.register.data_dir)
        done = place.register.command("restore", "--origin", ANOTHER)
    else:
        done = place.restore(backup, "--origin", ANOTHER)
    assert done.code == 0, (done.code, done.output, done.errors)
    with place.register.opened() as register:
        [event] = register.log.stream(erased)
        assert event.words is None  # type: ignore[attr-defined]
        assert texts(register.log.stream(kept)) == ["Some words"]
    assert place.sign() is None
    place.register.run("verify")
    assert place.register.run("rebuild") == ["The read models are what the log says."]
