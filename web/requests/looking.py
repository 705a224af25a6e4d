"""What a request shows of what people declared: whether somebody looks at it, and that it is kept.

Each route says what it shows (`what_is_shown`); a page or call that shows words notes which. That
is one look, which is being written while the answer is made, and committed before anything is sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from starlette.requests import Request

from register.declarations.declaration import Declaration
from register.declarations.names import Shown
from register.errors import RegisterError, answered, unavailable_when_busy
from register.register import Register
from web.requests.threads import readers
from web.requests.what_is_shown import shown_at

SEARCH = "/api/declarations/search"
"""The one look that is a POST, as it names a service user."""
FETCHES_AHEAD = ("sec-purpose", "purpose", "x-purpose", "x-moz")
"""With these a browser says that nobody asked for the page yet."""
OF_OUR_OWN = ("same-origin", "none")
"""Where requests come from that no other site makes."""
NOT_KEPT = "The register cannot note just now who looks, so it shows nothing. Please try again."


def is_look(request: Request) -> bool:
    """Whether it opens what was asked of somebody. By GET alone. Not for HEAD, where nothing is
    shown; for a form that comes back; for a page fetched ahead; for a part of a page that refreshes
    itself; or where another site made the browser ask."""
    headers = request.headers
    return (
        (request.method == "GET" or request.url.path == SEARCH)
        and not any(name in headers for name in FETCHES_AHEAD)
        and "hx-request" not in headers
        and headers.get("sec-fetch-site", "none") in OF_OUR_OWN
    )


@dataclass
class Showing:
    """What one request shows. Whoever is sent words has seen them, also where nobody asked for the
    page yet; a HEAD is sent none."""

    shows: Shown = Shown.NO_WORDS
    is_sent: bool = True
    by_program: bool = False
    counts_again: bool = True
    """False where a page asks by itself: to refresh a part, or for a picture on it."""
    declarations: dict[object, Declaration] = field(default_factory=dict)
    part: str | None = None
    is_noted: bool = False
    being_kept: list[Future[None]] = field(default_factory=list)

    @classmethod
    def of(cls, request: Request, path: str, *, by_program: bool = False) -> Showing:
        """For a request of the route with this path."""
        return cls(
            shown_at("GET" if request.method == "HEAD" else request.method, path),
            is_sent=request.method != "HEAD",
            by_program=by_program,
            counts_again="hx-request" not in request.headers,
        )

    def note(self, declarations: Iterable[Declaration], part: str | None = None) -> None:
        self.declarations.update((each.id, each) for each in declarations)
        self.part = part or self.part
        self.is_noted = self.is_noted or bool(self.declarations) or part is not None

    def keep(self, register: Register, by: str) -> None:
        """Have what was noted written; the answer can be made meanwhile."""
        if not self.is_noted or not self.is_sent:
            return
        shown = Shown.DECLARATION if self.shows == Shown.NO_WORDS else self.shows
        kept = register.looks.keep(
            by,
            shown,
            list(self.declarations.values()),
            self.part,
            by_program=self.by_program,
            counts_again=self.counts_again,
        )
        self.being_kept += kept
        self.declarations, self.part, self.is_noted = {}, None, False

    def let_begin(self, register: Register) -> None:
        """Let what is kept be on its way to the disk before the page is made: else most pages would
        be made first, and then wait for the disk. Where several are at work, Python changes between
        them soon enough."""
        if self.being_kept and readers.borrowed_tokens <= 1:
            register.looks.let_begin()

    def wait(self) -> None:
        """Wait until all is committed. Raises `UnavailableError` if it cannot be."""
        while self.being_kept:
            with unavailable_when_busy(NOT_KEPT):
                answered(self.being_kept.pop())


class Looker(Protocol):
    """Who asks the register; `is_look` is whether they look at the answer."""

    @property
    def register(self) -> Register: ...
    @property
    def by(self) -> str: ...
    @property
    def is_look(self) -> bool: ...
    @property
    def showing(self) -> Showing: ...


class Looking:
    """What whoever asks may look at. It opens their alerts about that, and is kept as a look."""

    def look_at(self: Looker, declaration: str) -> Declaration:
        """A declaration as it is now."""
        read = self.register.look_at if self.is_look else self.register.read.declaration
        found = read(self.by, declaration)
        self.showing.note([found])
        return found

    def note_shown(self: Looker, declarations: Iterable[Declaration]) -> None:
        """Note that the words of these are in the answer."""
        declarations = list(declarations)
        self.showing.note(declarations)
        if self.is_look:
            self.register.note_shown(self.by, [each.id for each in declarations])

    def note_words(
        self: Looker, declarations: Iterable[Declaration], part: str | None = None
    ) -> None:
        """Note that something of these is in the answer, which opens no alert; or which part of
        them it is."""
        self.showing.note(declarations, part)

    def note_picture(self: Looker, declaration: str, photograph: str, *, is_small: bool) -> None:
        """Note that a photograph is the answer. A small one is a part of a page."""
        self.showing.counts_again = self.showing.counts_again and not is_small
        self.showing.note([self.register.read.declaration(self.by, declaration)], photograph)

    def keep_looks(self: Looker) -> None:
        self.showing.keep(self.register, self.by)


def keep_refusal(register: Register, by: str, *, by_program: bool = False) -> None:
    """Have it kept that somebody was refused. Where it cannot be, they are refused all the same."""
    with suppress(RegisterError), unavailable_when_busy():
        answered(register.looks.refused(by, by_program=by_program))
