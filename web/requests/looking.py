"""What a request shows of what people declared: whether somebody looks at it, and that it is kept.

Each route says what it shows (`what_is_shown`); a page or call that shows words notes which. That
is one look, which is being written while the answer is made, and committed before anything is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol
from uuid import UUID

from starlette.requests import Request

from register.declarations.declaration import Declaration
from register.declarations.names import Shown
from register.errors import (
    FromElsewhereError,
    RegisterError,
    UnavailableError,
    unavailable_when_busy,
)
from register.register import Register
from web.requests.threads import READS, readers
from web.requests.what_is_shown import shown_at

SEARCH = "/api/declarations/search"
"""What reads by a POST, as it names a service user."""
FETCHES_AHEAD = ("sec-purpose", "purpose", "x-purpose", "x-moz")
"""With these a browser says that nobody asked for the page yet."""
OF_OUR_OWN = ("same-origin", "none")
"""Where requests come from that no other site makes."""
SOMEBODY = "?1"
"""What `Sec-Fetch-User` says where somebody pressed something."""
PART = "hx-request"
"""The header with which an open page asks for itself, or for a part of it."""
NOT_KEPT = "The register cannot note just now who looks, so it shows nothing. Please try again."
NOT_ASKED_FOR = "Nobody has asked for this yet. It is shown to whoever does."


class Asking(Enum):
    """Who made the browser or program ask. Whoever is sent words is taken to have looked, whatever
    a request says of itself: where nobody may have asked for them, none are sent."""

    NOTHING = auto()
    """A HEAD, which is sent none."""
    LOOKS = auto()
    """A person, or a program with their token."""
    REFRESHES = auto()
    """A page that is open, by itself: what waited when it was opened was opened by that."""
    ELSEWHERE = auto()
    """Another site, without anybody having pressed anything that the browser knows of."""

    @classmethod
    def of(cls, request: Request, *, refreshes: bool = False, by_program: bool = False) -> Asking:
        """`refreshes`: whether it is a page that refreshes itself."""
        if request.method == "HEAD":
            return cls.NOTHING
        if not by_program and _is_from_elsewhere(request):
            return cls.ELSEWHERE
        return cls.REFRESHES if refreshes and PART in request.headers else cls.LOOKS


def check_is_asked_for(request: Request) -> None:
    """Raises `UnavailableError` for what a browser fetches ahead: it asks again for somebody."""
    if request.method in READS and any(name in request.headers for name in FETCHES_AHEAD):
        raise UnavailableError(NOT_ASKED_FOR)


def _is_from_elsewhere(request: Request) -> bool:
    headers = request.headers
    is_own = headers.get("sec-fetch-site", "none") in OF_OUR_OWN
    return not is_own and headers.get("sec-fetch-user") != SOMEBODY


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
    being_kept: list[Callable[[], None]] = field(default_factory=list)

    @classmethod
    def of(
        cls, request: Request, path: str, *, by_program: bool = False, refreshes: bool = False
    ) -> Showing:
        """For a request of the route with this path."""
        return cls(
            shown_at("GET" if request.method == "HEAD" else request.method, path),
            is_sent=request.method != "HEAD",
            by_program=by_program,
            counts_again=not (refreshes and PART in request.headers),
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
                self.being_kept.pop()()


class Looker(Protocol):
    """Who asks the register, and who made them ask."""

    @property
    def register(self) -> Register: ...
    @property
    def by(self) -> str: ...
    @property
    def asking(self) -> Asking: ...
    @property
    def showing(self) -> Showing: ...


class Looking:
    """What whoever asks may look at. It opens their alerts about that, and is kept as a look."""

    def look_at(self: Looker, declaration: str) -> Declaration:
        """A declaration as it is now."""
        if self.asking is Asking.LOOKS:
            found = self.register.look_at(self.by, declaration)
        else:
            found = self.register.read.declaration(self.by, declaration)
            if opened_by(self, [found.id]):
                self.register.look_at(self.by, declaration)
        self.showing.note([found])
        return found

    def note_shown(self: Looker, declarations: Iterable[Declaration]) -> None:
        """Note that the words of these are in the answer."""
        declarations = list(declarations)
        opened = opened_by(self, [each.id for each in declarations])
        self.showing.note(declarations)
        if opened:
            self.register.note_shown(self.by, opened)

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


def opened_by(looker: Looker, declarations: Collection[UUID]) -> Collection[UUID]:
    """Those of some declarations that are opened by being shown. A page that refreshes itself opens
    nothing, where it was opened itself: whoever opened it looked. Raises `FromElsewhereError` where
    nobody asked."""
    match looker.asking:
        case Asking.LOOKS:
            return declarations
        case Asking.ELSEWHERE if declarations:
            raise FromElsewhereError
        case Asking.REFRESHES if looker.register.read.unopened_alerts(looker.by, declarations):
            before = looker.register.looks.has_looked_at(looker.by, declarations)
            return [each for each in declarations if each not in before]
    return ()


def keep_refusal(register: Register, by: str, *, by_program: bool = False) -> None:
    """Have it kept that somebody was refused. Where it cannot be, they are refused all the same."""
    with suppress(RegisterError), unavailable_when_busy():
        register.looks.refused(by, by_program=by_program)()
