"""Plays the demo's year, from its first day until now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from random import Random

from register.deadlines import london_day
from register.demo.cast import Cast, read_cast
from register.demo.casting import parts
from register.demo.marking import mark
from register.demo.moments import at
from register.demo.plots import plot
from register.demo.stage import Clock, Plot, play
from register.demo.stories import read_stories
from register.demo.telling import Telling, Words
from register.directory.loading import compare
from register.reading import seen_up_to
from register.register import Register

SEED = 1042
DAYS = 366
LOOKED_AGO = timedelta(days=14)
LOADED_AT = time(6, 20)
"""When the administrator loads the files: before anybody declares anything."""


def play_year(register: Register, clock: Clock, now: datetime) -> None:
    """Mark the register as a demo, and play everything that happens in the year."""
    cast = read_cast(london_day(now))
    first = cast.today - timedelta(days=DAYS)
    clock.moment = at(first, LOADED_AT)
    try:
        mark(register.log, cast.today)
        play([directory_plot(register, cast), *_stories(register, cast, now)], clock, now)
        _look_lately(register, now)
    finally:
        clock.moment = None


def _look_lately(register: Register, now: datetime) -> None:
    """Note that everybody has seen their news, except that of the last days."""
    looked = register.log.position_at(now - LOOKED_AGO)
    for person in register.read.directory().people:
        register.note_seen(person, looked)
        with register.log.database.write() as connection:
            seen_up_to.mark_all(connection, person, looked)


def _stories(register: Register, cast: Cast, now: datetime) -> Iterator[Plot]:
    stories, replies = read_stories()
    words = Words(replies, Random(SEED))
    for part in parts(stories, cast, now, SEED):
        yield plot(Telling(register, words, part))


def directory_plot(register: Register, cast: Cast) -> Plot:
    """The administrator loads the files whenever something has changed in them."""
    for day in cast.days(cast.today - timedelta(days=DAYS)):
        yield at(day, LOADED_AT)
        directory = register.read.directory()
        load = compare(cast.on(day), register.log, directory, register.policies)
        register.change_directory(load.events)
