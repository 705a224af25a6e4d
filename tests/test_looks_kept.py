"""Looks are written beside the log on both engines: all of them, and none is removed unnoticed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from events.log.log import Log
from register.errors import ConflictError
from register.reading.looks.erasing import erase
from register.reading.looks.finding import Wanted, found
from register.reading.looks.look import Kept
from register.reading.looks.roots import differing
from register.reading.looks.tables import looked_at, looks
from register.reading.looks.writing import LookWriter, ToKeep
from tests.at_length import on_both_engines
from tests.browser import Office, office
from tests.gifts import gift, new_id, path
from tests.logs import by_hand
from tests.server import Installation, Server

PEOPLE = ("ben", "carol", "dev")
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Iterator[Office]:
    with office(tmp_path, url=database_url) as found_here:
        yield found_here


@pytest.fixture
def gifts(here: Office) -> list[UUID]:
    return [here.declare("amina", "gift") for _ in range(3)]


def every_look(log: Log) -> list[Kept]:
    with log.database.read() as connection:
        return found(connection, log.keyring, Wanted(limit=1000))


def all_look(here: Office, gifts: list[UUID]) -> None:
    """Everybody looks at everything at the same time, three times."""
    asked = [(person, each) for person in PEOPLE for each in gifts for _ in range(3)]
    browsers = {person: here.browser(person) for person in PEOPLE}
    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(lambda one: browsers[one[0]].get(f"/declarations/{one[1]}"), asked)
        assert {each.status_code for each in answers} == {200}


def test_many_who_look_at_once_are_all_kept_and_each_hour_is_one(
    here: Office, gifts: list[UUID]
) -> None:
    all_look(here, gifts)
    kept = every_look(here.log)
    pages = [each for each in kept if each.look and each.look.shown == "declaration"]
    assert sorted((each.look.by, each.count) for each in pages if each.look) == sorted(
        (person, 3) for person in PEOPLE for _ in gifts
    )


def test_that_another_process_kept_the_same_is_asked_once_and_then_one_statement_is_enough(
    here: Office, gifts: list[UUID]
) -> None:
    here.browser("ben").get(f"/declarations/{gifts[0]}")
    [kept] = every_look(here.log)
    assert kept.look
    began: list[object] = []
    sa.event.listen(here.log.database.engine, "begin", began.append)
    with closing(LookWriter(here.log.database, here.log.keyring, here.log.clock, 10)) as another:
        for _ in range(3):
            another.keep(ToKeep(kept.look))()
    assert len(began) == 1
    assert [each.count for each in every_look(here.log)] == [4]


CHANGES: dict[str, str] = {
    "a look is removed": "DELETE FROM looks WHERE number = 2",
    "the last look is removed": "DELETE FROM looks WHERE number = (SELECT max(number) FROM looks)",
    "it was another moment": "UPDATE looks SET at = '2026-11-15 10:00:00' WHERE number = 2",
    "it was more often": "UPDATE looks SET count = count + 1 WHERE number = 2",
    "it was somebody else": "UPDATE looks SET box = (SELECT box FROM looks WHERE number = 1),"
    " key = (SELECT key FROM looks WHERE number = 1),"
    " wrapped = (SELECT wrapped FROM looks WHERE number = 1) WHERE number = 2",
    "nobody finds it": "DELETE FROM looked_at WHERE look = 2",
    "its person does not find it": "UPDATE looks SET by = NULL WHERE number = 2",
    "its key is gone": "UPDATE looks SET wrapped = NULL WHERE number = 2",
    "its key is marked as if it were destroyed": "UPDATE looks SET by = NULL, same = NULL,"
    " wrapped = substr(box, 1, 32) WHERE number = 2",
}


def test_the_register_tells_when_a_look_is_removed_or_changed(
    here: Office, gifts: list[UUID], database_url: str
) -> None:
    for person in PEOPLE:
        here.browser(person).get(f"/declarations/{gifts[0]}")
    here.register.clock.tick()
    assert list(differing(here.log)) == []
    assert len(every_look(here.log)) == len(PEOPLE)
    for what, statement in CHANGES.items():
        with by_hand(database_url) as connection:
            connection.execute("BEGIN")
            kept = [connection.execute(f"SELECT * FROM {each}").fetchall() for each in TABLES]
            connection.execute(statement)
            connection.execute("COMMIT")
            assert list(differing(here.log)) != [], what
            put_back(connection, kept)
        assert list(differing(here.log)) == [], what


TABLES = ("looks", "looked_at")


def put_back(connection: object, kept: list[list[tuple[object, ...]]]) -> None:
    execute: Callable[..., object] = connection.execute  # type: ignore[attr-defined]
    for table, rows in zip(TABLES, kept, strict=True):
        execute(f"DELETE FROM {table}")
        mark = "?" if "sqlite" in type(connection).__module__ else "%s"
        for row in rows:
            execute(f"INSERT INTO {table} VALUES ({', '.join([mark] * len(row))})", row)


def test_erasing_a_look_leaves_the_others_and_their_roots(here: Office, gifts: list[UUID]) -> None:
    for person in PEOPLE:
        here.browser(person).get(f"/declarations/{gifts[0]}")
    here.register.clock.tick()
    with here.log.database.write() as connection, pytest.raises(ConflictError):
        erase(connection, here.log.keyring, [2], here.clock.shows)
    here.clock.goes_on(AN_HOUR)
    with here.log.database.write() as connection:
        erase(connection, here.log.keyring, [2], here.clock.shows)
    first, second, third = reversed(every_look(here.log))
    assert second.look is None
    assert [each.look.by for each in (first, third) if each.look] == ["ben", "dev"]
    assert list(differing(here.log)) == []
    assert [each.look.by for each in here.register.looks.at_own("amina").items if each.look] == [
        "dev",
        "ben",
    ]
    with here.log.database.read() as connection:
        row = connection.execute(sa.select(looks).where(looks.c.number == 2)).one()
        assert (row.same, row.by) == (None, None)
        assert connection.execute(sa.select(looked_at).where(looked_at.c.look == 2)).all() == []


def test_nobody_who_declares_waits_long_for_whoever_looks(here: Office, gifts: list[UUID]) -> None:
    stop = threading.Event()

    def keep_looking() -> None:
        carol = here.browser("carol")
        while not stop.is_set():
            carol.get(f"/declarations/{gifts[0]}")

    looking = threading.Thread(target=keep_looking)
    looking.start()
    try:
        assert [here.declare("amina", "gift") for _ in range(10)]
    finally:
        stop.set()
        looking.join()


@on_both_engines
def test_what_was_shown_before_the_server_was_killed_is_kept(server: Server) -> None:
    declaration = new_id()
    with server.another("amina") as amina, server.another("carol") as carol:
        assert amina.put(path(declaration), json=gift()).status_code == 201
        assert carol.get(path(declaration)).status_code == 200
        server.kill()
    server.start()
    with server.another("amina") as amina:
        items = amina.get("/api/looks").json()["items"]
    (look,) = (each for each in items if each["at"][0]["declaration"] == declaration)
    assert (look["by"], look["by_program"]) == ("carol", True)


def test_the_commands_of_the_console_tell_of_looks(loaded: Installation) -> None:
    assert loaded.run("looks", "export", "--from", "2026-01-01") == []
    assert "Every entry can be read." in "\n".join(loaded.run("doctor"))
