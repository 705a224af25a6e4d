"""Whoever signs does so soon after anything was stored; the register says whether anybody does."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from events.log.clocks import utc_now
from events.log.database import Database
from register.console.signing import NOT_SIGNED, watch_signing
from register.proving.at_work import Signing
from register.proving.cosigned.policy import Policy
from register.proving.kept import last_kept, said, say
from register.proving.names import Unsigned
from register.proving.places import Folder
from register.proving.signing import Signer
from tests.browser import office
from tests.proof.signers import Bench, bench

__all__ = ["bench"]

SECONDS = 20
"""Long enough on any machine."""


def test_what_is_stored_is_signed_soon_and_all_of_it_before_it_stops(bench: Bench) -> None:
    with closing(Database(bench.url)) as database:
        own, outside = Folder(bench.own), Folder(bench.outside)
        work = Signing(Signer(database, own, outside, lambda: bench.keys))
        work.start()
        bench.append(3)
        work.wake()
        end = time.monotonic() + SECONDS
        while size_signed(database) < 3:
            assert time.monotonic() < end
            time.sleep(0.02)
        bench.append(2)
        work.stop()
        assert size_signed(database) == 5
        with database.read() as connection:
            assert said(connection, utc_now()) is None


def size_signed(database: Database) -> int:
    with database.read() as connection:
        kept = last_kept(connection)
    return 0 if kept is None else kept.size


def test_the_register_says_in_code_words_why_nothing_is_signed(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        nobody, database, now = here.browser(None), here.log.database, here.clock.shows
        watch_signing(here.register, Policy(), lambda: here.clock.shows)
        told = nobody.get("/statusz")
        assert (told.status_code, told.json()["shortcomings"]) == (200, [NOT_SIGNED])
        say(database, Unsigned.DIFFERS, now)
        told = nobody.get("/statusz")
        assert (told.status_code, told.json()["red"]) == (
            503,
            {"checkpoints": ["differs_from_signed"]},
        )
        assert here.declare("amina"), "declaring goes on"
        say(database, None, now)
        assert nobody.get("/statusz").json()["red"] == {}
        here.clock.goes_on(timedelta(minutes=6))
        assert nobody.get("/statusz").json()["red"] == {"checkpoints": ["nobody_signs"]}
