"""Once backups have lived long enough the old master key goes, and the erasure is complete."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from events.log.log import Log
from events.log.sealing import Keyring
from events.proof.tombstones import Tombstone
from register.console import keys as keys_console
from register.console.erasing import Erasing, complete, empty_write_ahead_log
from register.erasing import erasures
from register.erasing.destroying import destroy
from register.register import Register
from register.setup.keys import keyring
from register.setup.settings import Settings
from register.turns.turn import Turn
from tests.browser import Clock, Office
from tests.browser import here as here
from tests.cast import POLICIES, cast_files
from tests.erasing import Eraser
from tests.logs import by_hand
from tests.shaped import bring_into_shape


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(keys_console, "ON_THEIR_WAY", 0.0)
    return Settings(data_dir=tmp_path / "data", backup_days=30)


@pytest.fixture
def eraser(here: Office, tmp_path: Path) -> Eraser:
    return Eraser(here, tmp_path)


def test_after_its_days_the_old_master_key_goes_and_no_copy_opens_it(
    settings: Settings, tmp_path: Path
) -> None:
    settings.data_dir.mkdir()
    bring_into_shape(settings.url())
    keys, clock = keyring(settings, may_make=True), Clock()
    log = Log(settings.url(), keys, clock=clock)
    with closing(Register(log, POLICIES)) as register:
        register.load(cast_files())
        eraser = Eraser(Office(register, clock), tmp_path)
        gift = eraser.here.declare("amina")
        before = log.recorder.select_events(gift)[0]
        done = eraser.erase(of="declaration", declaration=gift)
        assert complete(log, settings, register.erasures) == []
        found = register.erasures.one("otto", str(done.id))
        assert not found.is_complete
        assert found.complete_on == (clock.shows + timedelta(days=30)).date()

        clock.goes_on(timedelta(days=30, minutes=1))
        assert log.mapper.to_domain_event(before).words is not None  # type: ignore[attr-defined]
        assert complete(log, settings, register.erasures) == [1]
        found = register.erasures.one("otto", str(done.id))
        assert (found.is_complete, found.complete_on) == (True, clock.shows.date())
        assert complete(log, settings, register.erasures) == []
        # an old copy has the key, wrapped by what is gone
        assert log.mapper.to_domain_event(before).TOPIC == "entry-spoiled"
        assert register.read.declaration("amina", str(gift)).erased_at is not None
        assert register.read.name("amina") == "Amina Yusuf"
        assert empty_write_ahead_log(log)
    assert isinstance(keys, Keyring)


# The write-ahead log


def beside(eraser: Eraser) -> int:
    """How much stands in the write-ahead log."""
    file = Path(str(eraser.here.log.database.engine.url.database))
    return file.with_name(f"{file.name}-wal").stat().st_size


def to_erase(eraser: Eraser) -> UUID:
    """A declaration that has to be destroyed."""
    gift = eraser.here.declare("amina")
    eraser.confirm(eraser.ask(of="declaration", declaration=gift))
    eraser.publish()
    return gift


def is_erased(eraser: Eraser, gift: UUID) -> bool:
    return eraser.here.register.read.declaration("amina", str(gift)).erased_at is not None


def test_the_write_ahead_log_is_emptied_once_nobody_reads_what_was_there(
    settings: Settings, eraser: Eraser
) -> None:
    gift, work = to_erase(eraser), Erasing(eraser.here.register, settings)
    with by_hand(str(eraser.here.log.database.engine.url)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM entries").fetchone()
        work.once(looks_at_all=False)
        assert is_erased(eraser, gift)
        assert beside(eraser) > 0
    work.once(looks_at_all=False)
    assert beside(eraser) == 0


def test_whoever_starts_empties_it_also_of_what_somebody_erased_who_then_was_killed(
    settings: Settings, eraser: Eraser
) -> None:
    to_erase(eraser)
    eraser.here.register.erasures.erase_due()
    assert beside(eraser) > 0
    Erasing(eraser.here.register, settings).once(looks_at_all=False)
    assert beside(eraser) == 0


def test_it_is_emptied_of_what_went_before_one_that_cannot_be_erased(
    settings: Settings, eraser: Eraser, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Erasing(eraser.here.register, settings)
    work.once(looks_at_all=False)
    gifts = [to_erase(eraser), to_erase(eraser)]

    def destroy_one(turn: Turn, tombstone: Tombstone) -> object:
        if tombstone.declarations == (gifts[1],):
            raise OSError
        return destroy(turn, tombstone)

    monkeypatch.setattr(erasures, "destroy", destroy_one)
    with pytest.raises(OSError):
        work.once(looks_at_all=False)
    assert [is_erased(eraser, each) for each in gifts] == [True, False]
    assert beside(eraser) == 0


def test_it_is_emptied_of_looks_too_that_go_an_hour_after_what_was_looked_at(
    settings: Settings, eraser: Eraser
) -> None:
    here, work = eraser.here, Erasing(eraser.here.register, settings)
    gift = to_erase(eraser)
    assert here.browser("ben").get(f"/declarations/{gift}").status_code == 200
    work.once(looks_at_all=True)
    here.clock.goes_on(timedelta(minutes=62))
    assert here.browser("amina").get("/mine").status_code == 200
    assert beside(eraser) > 0
    work.once(looks_at_all=False)
    assert beside(eraser) > 0, "nothing was erased"
    work.once(looks_at_all=True)
    assert beside(eraser) == 0
