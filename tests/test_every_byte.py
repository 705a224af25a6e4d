"""Whatever byte of an entry or of its key is changed: the entry is spoiled, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

import pytest

from events.event import SpoiledEntry
from events.log.log import Log
from events.log.mapper import SealingMapper
from events.log.sealing import WrappedKey
from register.register import Register
from tests.at_length import ENGINES
from tests.browser import Browser, Office
from tests.cast import KEYRING, POLICIES
from tests.logs import destroy_keys
from tests.sessions import verified
from tests.spoiling import ENTRY, KEY, flipped, hand, length
from tests.worlds import World, world_in

WORDS_OF = ("declaration-made", "person-joined")
"""Of whose entries the keys are destroyed in one of the tests."""
PAGES = {
    "amina": ("/", "/mine", "/news", "/declare"),
    "ben": ("/", "/inbox", "/team", "/exclusions", "/news"),
    "dev": ("/register", "/register.csv", "/register/people", "/register/compare"),
    "ada": ("/people",),
}
STATUS = "/statusz"
"""It is a 503 while something has to be put right."""
CALLS = (
    "/api/alerts",
    "/api/declarations",
    "/api/entries?limit=200",
    STATUS,
    "/healthz",
    "/readyz",
)


def every_change(row: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """A row of the log with each byte changed in turn: of what is stored, and of its key."""
    _, stream, version, topic, state, _, key = row
    for index, value in ((1, stream), (2, version), (3, topic), (4, state)):
        for place in range(length(value)):
            yield (*row[:index], flipped(value, place), *row[index + 1 :])
    for name, value in (("id", key.id), ("master", key.master), ("wrapped", key.wrapped)):
        for place in range(length(value)):
            other = {"id": key.id, "master": key.master, "wrapped": key.wrapped}
            yield (*row[:6], WrappedKey(**{**other, name: flipped(value, place)}))
    yield (*row[:6], None)


def rows_of(log: Log) -> list[tuple[Any, ...]]:
    return list(log.recorder.select_by_stream(log.last_position()))


def not_noticed(mapper: SealingMapper, row: tuple[Any, ...]) -> int:
    return sum(not isinstance(mapper.event(*each), SpoiledEntry) for each in every_change(row))


def first_of_each_sort(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return list({row[3]: row for row in rows}.values())


def test_an_entry_with_any_byte_changed_is_spoiled(world: World) -> None:
    log = world.here.log
    rows = first_of_each_sort(rows_of(log))
    assert len(rows) > 10
    assert {row[3]: not_noticed(log.mapper, row) for row in rows} == {row[3]: 0 for row in rows}


def test_so_is_one_whose_key_was_destroyed(tmp_path: Path) -> None:
    with world_in(tmp_path) as world:
        log = world.here.log
        destroy_keys(log)
        rows = [row for row in first_of_each_sort(rows_of(log)) if row[3] in WORDS_OF]
        assert [log.mapper.event(*row).TOPIC for row in rows] == [row[3] for row in rows]
        assert [not_noticed(log.mapper, row) for row in rows] == [0, 0]


class Lookers:
    """Everybody who looks at whatever might show an entry, each with a session from before."""

    def __init__(self, world: World) -> None:
        self.sessions = {each: verified(world.here.register, each) for each in PAGES}
        self.own = [f"/declarations/{world.ids[each]}" for each in ("gift", "returned", "known")]

    def failed(self, here: Office, position: int) -> list[str]:
        """What answers with the server's fault."""
        found = []
        for person, pages in PAGES.items():
            browser = Browser(here.app, self.sessions[person])
            calls = (*CALLS, *(f"/api{each}" for each in self.own)) if person == "dev" else ()
            for path in (*pages, *calls, *self.own, f"/entries/{position}"):
                if browser.get(path).status_code >= 500 and path != STATUS:
                    found.append(f"{person} {path}")
        return found


def check_nothing_else_changes(
    world: World, url: str, lookers: Lookers, position: int, table: str, column: str
) -> None:
    """With one byte changed in the database: in a register that runs, and in one started anew."""
    here, place = world.here, 1 if column == "originator_version" else 0
    before = {event.position: event for event in here.log.after()}
    with hand(url) as of, of.instead(position, table, column, place):
        for event in here.log.after(up_to=max(before)):
            if event.position == position:
                assert isinstance(event, SpoiledEntry), (table, column)
            else:
                assert event == before[event.position]
        with closing(Register(Log(url, KEYRING, clock=here.clock), POLICIES)) as again:
            for each in (here, Office(again, here.clock)):
                assert lookers.failed(each, position) == [], (position, table, column)


@pytest.mark.parametrize(
    ("topic", "table", "column"),
    [("person-joined", "entries", "topic"), ("declaration-made", "entry_keys", "wrapped")],
)
def test_nothing_else_changes_and_no_page_fails(
    tmp_path: Path, topic: str, table: str, column: str
) -> None:
    with world_in(tmp_path) as world:
        url = f"sqlite:///{tmp_path / 'register.sqlite'}"
        position = next(e.position for e in world.here.log.after() if topic == e.TOPIC)
        check_nothing_else_changes(world, url, Lookers(world), position, table, column)


def test_text_that_is_none_spoils_its_own_entry_alone(tmp_path: Path) -> None:
    """SQLite stores whatever it is given, also where it should be text or an id."""
    with world_in(tmp_path) as world:
        log = world.here.log
        before = list(log.after())
        with hand(f"sqlite:///{tmp_path / 'register.sqlite'}") as of:
            of.ask("UPDATE entries SET topic = CAST(x'ff' AS TEXT) WHERE id = ?", 3)
            of.ask("UPDATE entries SET originator_id = 'not an id' WHERE id = ?", 4)
            of.ask("UPDATE entries SET recorded_at = 'yesterday' WHERE id = ?", 5)
        after = list(log.after(up_to=before[-1].position))
        spoiled = [event.position for event in after if isinstance(event, SpoiledEntry)]
        assert spoiled == [3, 4, 5]
        kept = [each for each in before if each.position not in spoiled]
        assert [each for each in after if each.position not in spoiled] == kept


# At length


def world_of_two_hundred(
    request: pytest.FixtureRequest, tmp_path: Path, engine: str
) -> tuple[AbstractContextManager[World], str]:
    where = f"sqlite:///{tmp_path / 'register.sqlite'}"
    if engine == "postgresql":
        where = request.getfixturevalue("postgres_url")
    return world_in(tmp_path, where), where


def until_two_hundred(world: World) -> list[tuple[Any, ...]]:
    while world.here.log.last_position() < 200:
        world.here.declare("gus")
    return rows_of(world.here.log)


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
def test_every_byte_of_two_hundred_entries(
    request: pytest.FixtureRequest, tmp_path: Path, engine: str
) -> None:
    made, _ = world_of_two_hundred(request, tmp_path, engine)
    with made as world:
        rows, mapper = until_two_hundred(world), world.here.log.mapper
        assert [row[0] for row in rows if not_noticed(mapper, row)] == []


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("column", [*ENTRY, "a part of its key"])
def test_no_page_fails_whichever_of_two_hundred_entries_is_spoiled(
    request: pytest.FixtureRequest, tmp_path: Path, engine: str, column: str
) -> None:
    """A key of which any part is changed opens nothing: the parts take turns."""
    made, where = world_of_two_hundred(request, tmp_path, engine)
    with made as world:
        for row in until_two_hundred(world):
            table, changed = "entries", column
            if column not in ENTRY:
                table, changed = "entry_keys", KEY[row[0] % len(KEY)]
            check_nothing_else_changes(world, where, Lookers(world), row[0], table, changed)
