"""Pages that are open move by themselves: each is told that it has changed, and nobody else is."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from queue import Empty, Queue
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn

from events.directory import PersonLeft
from events.ids import own_id
from events.log.log import Log
from register.register import Register
from register.standing.seeing import readers
from tests.browser import Office, office
from tests.cast import CAST, KEYRING, POLICIES, told
from tests.sessions import verified
from web.edge.connections import Door, GuardedConnection, MostConnections
from web.edge.streams import MostStreams, Streams
from web.requests.session import COOKIE
from web.serving import GuardedServer

SOON, LATER = 5.0, 1.2
"""Seconds in which something comes, and after which nothing has."""


class Served:
    """An office that answers on a port of this machine."""

    def __init__(self, here: Office) -> None:
        self.here = here
        self.register = here.register
        door = Door(MostConnections(1000, 1000))
        http: Any = partial(GuardedConnection, door)
        streams = here.app.state.streams
        config = uvicorn.Config(
            here.app, port=0, http=http, ws="none", lifespan="off", log_config=None
        )
        self.server = GuardedServer(config, door, streams.close)
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        host, port = self.server.servers[0].sockets[0].getsockname()[:2]
        self.url = f"http://{host}:{port}"

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()
        self.here.app.state.streams.stop()

    def opened(self, person: str, secret: str | None = None, since: int | None = None) -> Listener:
        secret = secret or verified(self.register, person)
        since = self.register.log.last_position() if since is None else since
        return Listener(f"{self.url}/changed?since={since}", secret)

    def get(self, path: str, person: str | None, method: str = "GET") -> httpx.Response:
        cookies = {} if person is None else {COOKIE: verified(self.register, person)}
        headers = {"accept": "text/event-stream"}
        return httpx.request(method, self.url + path, cookies=cookies, headers=headers)


class Listener:
    """A browser's open stream: what it is sent, line by line."""

    def __init__(self, url: str, secret: str) -> None:
        self.lines: Queue[str | None] = Queue()
        self.headers: dict[str, str] = {}
        self._begun = threading.Event()
        self._client = httpx.Client(cookies={COOKIE: secret}, timeout=30)
        self._thread = threading.Thread(target=self._read, args=(url,), daemon=True)
        self._thread.start()
        assert self.next() == "retry: 3000"

    def _read(self, url: str) -> None:
        headers = {"accept": "text/event-stream", "accept-encoding": "br, gzip"}
        try:
            with self._client, self._client.stream("GET", url, headers=headers) as answer:
                self.headers = dict(answer.headers)
                for line in answer.iter_lines():
                    if line:
                        self.lines.put(line)
        except httpx.HTTPError:
            pass
        self.lines.put(None)

    def next(self, seconds: float = SOON) -> str | None:
        """The next line; None at the end. Raises `Empty` if none comes."""
        return self.lines.get(timeout=seconds)

    def has_changed(self) -> bool:
        return (self.next(), self.next()) == ("event: changed", "data: changed")

    def is_silent(self) -> bool:
        try:
            return not self.next(LATER)
        except Empty:
            return True


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with office(tmp_path) as here, serving(here) as found:
        yield found


@contextmanager
def serving(here: Office) -> Iterator[Served]:
    found = Served(here)
    try:
        yield found
    finally:
        found.stop()


def test_it_moves_for_those_who_see_it_and_for_nobody_else(served: Served) -> None:
    readers = [served.opened(each) for each in ("amina", "ben")]
    others = [served.opened(each) for each in ("gus", "ada")]
    served.here.declare("amina")
    began = time.monotonic()
    assert all(each.has_changed() for each in readers)
    assert time.monotonic() - began < 1
    assert all(each.is_silent() for each in others)


def test_it_says_nothing_but_that(served: Served) -> None:
    stream = served.opened("ben")
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.headers["cache-control"] == "no-store"
    assert "content-encoding" not in stream.headers
    served.here.declare("amina")
    assert stream.has_changed()
    assert stream.lines.empty()


def test_what_came_between_the_page_and_its_stream_is_told(served: Served) -> None:
    before = served.register.log.last_position()
    served.here.declare("amina")
    assert served.opened("ben", since=before).has_changed()
    assert served.opened("gus", since=before).is_silent()
    assert served.opened("ben").is_silent()


def test_ones_own_look_moves_the_pages_of_others_and_not_ones_own(served: Served) -> None:
    gift = served.here.declare("amina")
    before = served.register.log.last_position()
    page = served.here.browser("carol").get(f"/declarations/{gift}").text
    assert f'data-position="{before}"' in page  # it was made before the look was noted
    looked = served.register.log.last_position()
    assert looked > before
    concerned, everybody = served.register.changes.concerned, set(CAST.people)
    assert "amina" in concerned(everybody, before, looked)
    assert "carol" not in concerned(everybody, before, looked)
    assert served.opened("carol", since=before).is_silent()
    assert served.opened("amina", since=before).has_changed()


def test_a_look_of_ones_own_hides_no_other_change(served: Served) -> None:
    gift = served.here.declare("amina")
    before = served.register.log.last_position()
    served.here.browser("carol").get(f"/declarations/{gift}")
    served.here.register.decide("carol", str(gift), {"outcome": "keep", "reason": "It is small"})
    after = served.register.log.last_position()
    assert "carol" in served.register.changes.concerned({"carol"}, before, after)


def test_it_ends_within_a_second_of_the_session(served: Served) -> None:
    secret = verified(served.register, "ben")
    stream, other = served.opened("ben", secret), served.opened("ben")
    served.register.signing_in.end(secret)
    assert stream.next(1.5) is None
    served.here.declare("amina")
    assert other.has_changed()


def test_it_ends_within_a_second_of_the_standing(served: Served) -> None:
    stream = served.opened("ben")
    left = PersonLeft(
        originator_id=own_id("person", "ben"),
        person="ben",
        left_on=served.here.clock.shows.date(),
    )
    served.register.change_directory([left])
    lines = [stream.next(1.5)]
    assert lines == [None], "and they are not told that anything changed"


def test_it_is_no_use_of_the_session(served: Served) -> None:
    stream = served.opened("ben")
    served.here.clock.goes_on(timedelta(minutes=31))
    assert stream.next(1.5) is None


def test_a_workers_stream_ends_when_their_session_is_only_enough_to_declare(served: Served) -> None:
    stream = served.opened("amina")
    served.here.clock.goes_on(timedelta(minutes=31))
    assert stream.next(1.5) is None


def test_an_idle_stream_holds_no_connection_to_the_database(served: Served) -> None:
    streams = [served.opened(each) for each in ("amina", "ben", "gus")]
    assert streams[0].is_silent()
    pool = served.register.log.database.engine.pool
    assert min(_held(pool) for _ in range(20)) == 0


def _held(pool: Any) -> int:
    time.sleep(0.01)
    return int(pool.checkedout())


def test_a_server_that_is_stopped_ends_its_streams_at_once(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        served = Served(here)
        streams = [served.opened(each) for each in ("amina", "ben")]
        began = time.monotonic()
        served.stop()
        assert time.monotonic() - began < 2
        assert [each.next() for each in streams] == [None, None]


def test_there_are_only_so_many(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        here.app.state.streams = Streams(here.register, MostStreams(in_all=3, by_person=2))
        with serving(here) as served:
            _open = [served.opened("ben") for _ in range(2)]
            assert served.get("/changed?since=1", "ben").status_code == 429
            _more = served.opened("amina")
            assert served.get("/changed?since=1", "gus").status_code == 429


def test_it_is_refused_in_a_way_that_a_browser_understands(served: Served) -> None:
    assert served.get("/changed?since=1", None).status_code == 401
    assert served.get("/changed", "ben").status_code == 400
    assert served.get("/changed?since=x", "ben").status_code == 400
    assert served.get("/changed?since=1", "ben", method="HEAD").status_code == 200


@pytest.mark.parametrize(
    ("kind", "subject"),
    [("colleague-concern", {"subject": "carol"}), ("own-conduct", {})],
)
def test_whoever_is_barred_from_it_does_not_learn_that_there_was_anything(
    tmp_path: Path, kind: str, subject: dict[str, str]
) -> None:
    """What it is about is under seal: without its words nobody could say who is barred."""
    with office(tmp_path) as here:
        register, people = here.register, set(CAST.people)
        began = register.log.last_position()
        new = here.declare("amina", kind, **subject)
        declared = register.log.last_position()
        declaration = register.unguarded.declaration(new)
        assert declaration is not None
        sees = set(readers(declaration, register.read.directory()))
        assert "carol" not in sees
        assert register.changes.concerned(people, began, declared) == sees
        here.clock.goes_on(timedelta(days=40))
        register.clock.tick()
        stepped = register.log.last_position()
        assert stepped > declared
        assert register.changes.concerned(people, declared, stepped) <= {
            *readers(register.unguarded.declaration(new), register.read.directory())
        }
        assert "carol" not in register.changes.concerned(people, declared, stepped)


def test_pages_say_what_they_know_and_have_parts_that_move(served: Served) -> None:
    new = served.here.declare("amina")
    here, position = served.here, served.register.log.last_position()
    for person, path, part in (
        ("amina", "/", 'id="own" data-moves'),
        ("ben", "/", 'hx-trigger="moved, every 30s'),
        ("ben", "/inbox", 'hx-trigger="moved, every 30s'),
        ("amina", f"/declarations/{new}", 'id="declaration" data-moves'),
    ):
        page = here.browser(person).get(path).text
        assert part in page
        assert f'data-position="{position}"' in page or person == "ben"
        assert "/static/live." in page
    assert (
        "/static/live."
        not in here.browser("amina").get(f"/declarations/{new}", as_at=str(position)).text
    )


def test_a_page_moves_with_what_another_process_stores(postgres_url: str, tmp_path: Path) -> None:
    with office(tmp_path, url=postgres_url) as here, serving(here) as served:
        stream = served.opened("ben")
        with closing(Register(Log(postgres_url, KEYRING, clock=here.clock), POLICIES)) as other:
            body = told("gift", "amina", at=here.clock.shows)
            began = time.monotonic()
            other.declare("amina", str(uuid4()), body)
            assert stream.has_changed()
            assert time.monotonic() - began < 1
