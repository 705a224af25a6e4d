"""`register verify` and the commands of the log's key, as their keeper runs them."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from unittest.mock import patch
from uuid import uuid4

from events.log.database import Database
from events.log.log import Log
from events.log.mapper import SealingMapper
from register.console.verifying import NOTHING_OUTSIDE, Verified, verify
from register.proving.following import follow
from register.proving.names import Unsigned
from register.setup.settings import Settings
from register.setup.signing import signer
from tests.consoles import installation, loaded, said_plainly
from tests.logs import by_hand, is_sqlite, said
from tests.server import Done, Installation

__all__ = ["installation", "loaded"]


def verified(log: Log) -> Verified:
    mapper = SealingMapper(log.keyring)
    return verify(log.database, mapper, [], [], [], lambda _done, _total: None)


def test_on_both_engines_it_finds_what_was_changed_and_nothing_else(
    log: Log, database_url: str
) -> None:
    log.append([said(uuid4()) for _ in range(20)])
    follow(log.database)
    log.append([said(uuid4())])  # nobody has taken it into the tree yet
    assert verified(log).faults == []
    change = "UPDATE entries SET topic = 'other' WHERE id = 7"
    if is_sqlite(database_url):
        dropped = "DROP TRIGGER entries_no_update"
    else:
        dropped = "ALTER TABLE entries DISABLE TRIGGER entries_append_only"
    with by_hand(database_url) as connection:
        connection.execute(dropped)
        connection.execute(change)
        connection.commit()
    faults = verified(log).faults
    assert "trigger" in faults[0].what
    assert [each.position for each in faults[1:]] == [7, 7, 16], "digest, seal, node"


def test_without_a_checkpoint_outside_it_warns_and_all_is_well(loaded: Installation) -> None:
    done = loaded.command("verify")
    assert done.code == 0, done.errors
    assert "are as they were stored" in done.output
    assert NOTHING_OUTSIDE.split(":")[0] in done.errors.replace("\n", " ")


def test_a_new_key_is_made_and_the_old_one_kept(loaded: Installation) -> None:
    loaded.settings["REGISTER_LOG_ORIGIN"] = "register.example.org/log"
    for number in (1, 2):
        done = loaded.command("log", "key")
        assert done.code == 0, done.errors
        assert "register.example.org/log+" in done.output
        keys = (loaded.data_dir / "keys" / "log").read_text().split()
        assert len(keys) == number
    assert loaded.command("log", "key", "--origin", "two words").code != 0


def test_what_a_back_up_lost_is_recorded_and_signed_under_another_name(
    loaded: Installation,
) -> None:
    outside = loaded.folder / "outside"
    outside.mkdir()
    loaded.settings["REGISTER_LOG_ORIGIN"] = "register.example.org/log"
    loaded.settings["REGISTER_CHECKPOINTS"] = str(outside)
    backup = shutil.copy(loaded.data_dir / "register.sqlite", loaded.folder / "backup")
    assert loaded.command("token", "create", "amina").code == 0
    assert signed_by(loaded) is None
    assert said_plainly(restored(loaded)).strip().endswith("nothing is lost.")
    for each in loaded.data_dir.glob("register.sqlite*"):
        each.unlink()
    shutil.copy(backup, loaded.data_dir / "register.sqlite")
    assert loaded.command("verify").code == 1
    done = restored(loaded)
    assert done.code == 0, done.errors
    assert "are lost, or may be" in done.output
    assert signed_by(loaded) is None
    assert len(list(outside.glob("*/succession"))) == 1
    assert len(list(outside.glob("other.example.org-log+*/latest"))) == 1


def test_where_the_log_s_key_is_lost_the_log_goes_on_under_another_name(
    loaded: Installation,
) -> None:
    outside = loaded.folder / "outside"
    outside.mkdir()
    loaded.settings["REGISTER_LOG_ORIGIN"] = "register.example.org/log"
    loaded.settings["REGISTER_CHECKPOINTS"] = str(outside)
    assert signed_by(loaded) is None
    (loaded.data_dir / "keys" / "log").unlink()
    assert signed_by(loaded) is Unsigned.NO_KEY
    assert "Nothing was signed with the log's keys" in said_plainly(restored(loaded))
    done = restored(loaded, "--key-lost")
    assert done.code == 0, done.errors
    assert signed_by(loaded) is None
    assert list(outside.glob("*/succession")) == [], "nobody who knew the old key follows"
    assert len(list(outside.glob("other.example.org-log+*/latest"))) == 1
    loaded.run("verify")


def signed_by(installation: Installation) -> Unsigned | None:
    with patch.dict(os.environ, installation.env, clear=True):
        settings = Settings.from_environment()
    with closing(Database(settings.url())) as database:
        return signer(database, settings).sign()


def restored(installation: Installation, *more: str) -> Done:
    return installation.command("log", "restored", "--origin", "other.example.org/log", *more)
