"""Once backups have lived long enough the old master key goes, and the erasure is complete."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from events.log.log import Log
from events.log.sealing import Keyring
from register.console import keys as keys_console
from register.console.erasing import Erasing, complete, empty_write_ahead_log
from register.register import Register
from register.setup.keys import keyring
from register.setup.settings import Settings
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


def test_the_write_ahead_log_is_emptied_once_nobody_reads_what_was_there(
    settings: Settings, eraser: Eraser
) -> None:
    here, log = eraser.here, eraser.here.log
    file = Path(str(log.database.engine.url.database))
    beside = file.with_name(f"{file.name}-wal")
    gift = here.declare("amina")
    asked = eraser.ask(of="declaration", declaration=gift)
    eraser.confirm(asked)
    eraser.publish()
    work = Erasing(here.register, settings)
    with by_hand(str(log.database.engine.url)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM entries").fetchone()
        work.once(looks_at_all=False)
        assert here.register.read.declaration("amina", str(gift)).erased_at is not None
        assert beside.stat().st_size > 0
    work.once(looks_at_all=False)
    assert beside.stat().st_size == 0
