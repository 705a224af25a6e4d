"""Two copies of one register that differ in one thing alone: something of which few may know was
declared in one of them, and acted on. In the other, as many entries are made that mean nothing.

Whoever may not know of it opens everything there is in both, and gets the same bytes.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from events.alerts import AlertDone
from events.event import Event
from events.names import Role
from register.errors import NotFoundError
from register.kinds import all_kinds
from register.standing.holding import who_holds
from tests.browser import HOME, Browser, Office, office
from tests.cast import CAST, joined, told
from web.api.calls import WITH_BODY
from web.urls import OPERATIONS, PAGES

CONCERN, CONDUCT = "colleague-concern", "own-conduct"
IT = UUID("9b1fd5a1-66fc-4f0c-9d47-2f2d5c1f7a01")
"""What few may know of."""
GIFT = UUID("9b1fd5a1-66fc-4f0c-9d47-2f2d5c1f7a02")
"""Something that many may know of, by the same worker."""
EVERYBODY = (*sorted(CAST.people), "rhea")
"""The cast, and an auditor of what few may know."""


class Twins:
    """Two registers that are the same but for what few may know."""

    def __init__(self, with_it: Office, without: Office) -> None:
        self.with_it, self.without = with_it, without

    @property
    def both(self) -> tuple[Office, Office]:
        return self.with_it, self.without

    def happens(self, *events: Event) -> None:
        """Something that happens in both."""
        for each in self.both:
            each.register.change_directory(events)
        self.even()

    def declared(self, worker: str, kind: str, **answers: Any) -> None:
        body = told(kind, worker, at=self.with_it.clock.shows, **answers)
        self.with_it.register.declare(worker, str(IT), body)
        self.even()

    def acted(self, by: str, act: str, body: dict[str, Any]) -> None:
        getattr(self.with_it.register, act)(by, str(IT), body)
        self.even()

    def goes_on(self, by: Any) -> None:
        """Time passes in both, and all that waits for its moment is done."""
        for each in self.both:
            each.clock.goes_on(by)
            each.register.clock.tick()
        self.even()

    def knows(self, person: str) -> bool:
        """Whether somebody may know of it."""
        try:
            self.with_it.register.read.declaration(person, str(IT))
        except NotFoundError:
            return False
        return True

    def even(self) -> None:
        """Make entries that mean nothing, until both registers have equally many."""
        wanted = self.with_it.log.last_position() - self.without.log.last_position()
        now = self.without.register.now()
        nothing = [AlertDone(originator_id=uuid4(), done_at=now) for _ in range(wanted)]
        if nothing:
            self.without.register.turns.run(lambda turn: turn.append(nothing))


@contextmanager
def twins_in(folder: Path, worker: str = "amina") -> Iterator[Twins]:
    """In both, this worker declared a gift, which was settled."""
    here, there = folder / "with", folder / "without"
    here.mkdir()
    with office(here) as before:
        before.register.change_directory([joined("rhea", roles=("auditor-restricted",))])
        body = told("gift", worker, at=before.clock.shows)
        gift = before.register.declare(worker, str(GIFT), body).state
        if gift.acts == Role.SERVICE_DIRECTOR:
            decides = who_holds(before.register.read.directory(), gift.acts, gift.matter)
            keep = {"outcome": "keep", "reason": "A farewell"}
            before.register.decide(str(decides), str(GIFT), keep)
    shutil.copytree(here, there)
    with office(here) as with_it, office(there) as without:
        yield Twins(with_it, without)


# Everything that there is to open


NOT_THERE = "9b1fd5a1-66fc-4f0c-9d47-2f2d5c1f7a99"
VALUES = {
    "id": (str(IT), str(GIFT)),
    "kind": ("gift",),
    "action": ("9b1fd5a1-66fc-8f0c-9d47-2f2d5c1f7a03",),
    "photograph": ("9b1fd5a1-66fc-4f0c-9d47-2f2d5c1f7a04",),
    "worker": ("amina", "ben"),
    "person": ("amina", "carol"),
    "service": ("elm-house",),
    "policy": ("residential-short-breaks",),
    "version": ("2026-04-01",),
    "cover": (NOT_THERE,),
    "change": (NOT_THERE,),
    "token": (NOT_THERE,),
    "session": (NOT_THERE,),
    "tile": ("0/000",),
}
SHOWS_THE_LOG = (
    *("/entries", "/api/entries", "/looks", "/api/looks", "/register/proof"),
    *("/log/checkpoint", "/log/tile/{tile:path}", "/api/checkpoint", "/api/proofs/consistency"),
    "/api/proofs/promise-keys",
)
"""What shows the log itself, and who looked; these have tests of their own."""
OTHER_EACH_TIME = ("/account", "/api/sessions", "/people/{person}/sessions")
"""These show the sessions of the one who asks, which every test begins anew."""
DECLARES = ("/api/declarations/{id}",)
"""To declare under an id that is taken is refused, and has a test of its own."""
MOMENTS = ("2026-11-16T09:59:00Z", "2026-11-17T00:00:00Z")


def _filters() -> Iterator[str]:
    for kind, kind_of_it in all_kinds().items():
        if kind_of_it.is_restricted:
            yield f"kind={kind}"
            yield from (f"flag={each}" for each in kind_of_it.flag_names)
    yield from ("worker=amina", "worker=eve", "service=elm-house", "late=true")
    yield from ("status=awaiting_acknowledgement", "status=closed")
    yield from (f"as_at={each}" for each in MOMENTS)


FILTERS = tuple(_filters())


def addresses(path: str) -> Iterator[str]:
    names = re.findall(r"{(\w+)}", path)
    if not set(names) <= VALUES.keys():
        return
    for values in product(*(VALUES[name] for name in names)):
        yield path.format(**dict(zip(names, values, strict=True)))


def looked_at() -> Iterator[str]:
    """The address of everything that can be read, lists also filtered."""
    paths = {each.path for each in (*PAGES, *OPERATIONS) if each.method == "GET"}
    paths -= set(OTHER_EACH_TIME)
    paths = {each for each in paths if not each.endswith("/options")}  # other each time
    for path in sorted(paths):
        if not path.startswith(SHOWS_THE_LOG):
            yield from addresses(path)
    for path in ("/register", "/register.csv", "/register/print", "/team", "/api/declarations"):
        yield from (f"{path}?{each}" for each in FILTERS)
    for part in ("", "/history"):
        for moment in MOMENTS:
            yield from (f"/declarations/{IT}{part}?as_at={moment}", f"/how-soon?as_at={moment}")
            yield f"/api/declarations/{IT}{part}?as_at={moment}"
    yield from ("/register/compare?from=2026-11-01", "/people/outbox?show=stuck")


def sent() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every call and form about a declaration, and every search."""
    for place, kind_of_body in ((OPERATIONS, "json"), (PAGES, "data")):
        for each in place:
            if each.method in WITH_BODY and each.path.count("/") > 2 and each.path not in DECLARES:
                of_it = (at for at in addresses(each.path) if str(IT) in at)
                yield from ((each.method, at, {kind_of_body: {}}) for at in of_it)
    found = {"service_user": "SU-1042"}
    yield "POST", "/api/declarations/search", {"json": found}
    yield "POST", "/api/exclusions/check", {"json": {**found, "worker": "amina"}}
    yield from (("POST", each, {"data": found}) for each in ("/register", "/service-user"))
    for each in ("/team", "/exclusions", "/people"):
        yield from (("POST", each, {"data": {"text": text}}) for text in ("SU-1042", "amina"))


ALL = [*(("GET", at, {}) for at in looked_at()), *sent()]
LISTS = [
    *(each for each in ALL if re.fullmatch(r"/[a-z-]*|/api/[a-z]+", each[1])),
    *(each for each in ALL if f"/{IT}" in each[1] and each[0] == "GET"),
    *(each for each in ALL if "?kind=" in each[1] or "?as_at=" in each[1]),
]
"""Of these, what shows most: lists and counts, and itself."""
FRESH = re.compile(
    rb'name="id" value="[0-9a-f-]{36}"|sought(=|%3D)[A-Za-z0-9_-]+'
    rb"|text(=|%3D)[A-Za-z0-9_-]{40,}"
)
"""The id that a new form brings, other each time; and that of what was looked for."""


def answer(
    browser: Browser, method: str, address: str, more: dict[str, Any]
) -> tuple[int, bytes, dict[str, str]]:
    headers = {"origin": HOME, "sec-fetch-site": "same-origin"}
    response = browser.call(method, address, headers=headers, **more)
    if method == "POST" and response.status_code == 303 and address.count("/") == 1:
        response = browser.get(response.headers["location"])
    kept = {name: value for name, value in response.headers.items() if name not in OF_EACH_ANSWER}
    return response.status_code, FRESH.sub(b"", response.content), kept


OF_EACH_ANSWER = ("x-request-id", "set-cookie", "location", "content-length", "date")


def check_nothing_is_learned(
    twins: Twins, people: Iterable[str], opened: Sequence[tuple[str, str, Any]] = ALL
) -> int:
    """Gives how many answers were compared."""
    compared = 0
    twins.even()
    for person in people:
        with_it, without = twins.with_it.browser(person), twins.without.browser(person)
        for method, address, more in opened:
            one, other = (answer(each, method, address, more) for each in (with_it, without))
            assert one == other, (person, method, address)
            assert one[0] < 500, (person, method, address)
            compared += 1
    return compared
