"""Signing in with a browser: one-time links and sessions."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import OperationalError

from events.log.database import Database
from events.log.sealing import Keyring
from events.log.waiting import BusyError
from register.access import bindings, kept_pages, links, sessions
from register.access.kept_pages import KeptPage
from register.access.lasting import is_limited, lasts
from register.access.marks import Marks
from register.access.means import PROOFS, How, Still, nothing_to_check, way_of
from register.access.sessions import NO_PROVIDER, NOTED_EVERY, SIGN_IN, OfProvider, Session
from register.directory.directory import Directory
from register.errors import NotFoundError, NotFreshError, UnauthenticatedError
from register.standing.held import roles_held

log = structlog.get_logger("register")

PATIENCE = 500
"""Milliseconds that keeping a page waits for the database."""
FRESH = timedelta(minutes=5)
"""For what matters most, somebody has to have proved who they are this lately."""
LINK_IS_OVER = (
    "This link has been used, or is over, or the number does not go with it. Try once more with "
    "care, or ask for a new one."
)


class SigningIn:
    """Begins and checks sessions. Sessions are not events: they are not part of the log."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        clock: Callable[[], datetime],
        directory: Callable[[], Directory],
    ) -> None:
        self._database = database
        self._marks = Marks(keyring)
        self._clock = clock
        self._directory = directory

    def invite(self, person: str) -> str:
        """A code that signs somebody in once. Raises `NotFoundError` for an unknown person."""
        self._check_here(person)
        with self._database.write() as connection:
            return sessions.invite(connection, self._marks, person, self._clock())

    def accept(self, code: str, *, browser: str = "", instead_of: str | None = None) -> str:
        """Begin a session for a code; gives its secret. Raises `NotFoundError` if the code is
        over."""
        now = self._clock()
        with self._database.read() as connection:
            if not sessions.is_code(connection, code):  # nobody waits for whoever only guesses
                raise NotFoundError(LINK_IS_OVER)
        with self._database.write() as connection:
            sessions.forget_ended(connection, now)
            kept_pages.forget_old(connection, now)
            person = sessions.accept(connection, self._marks, code, now)
            if person is None or not self._directory().is_here(person):
                raise NotFoundError(LINK_IS_OVER)
            return self.begin(person, How.LINK, browser=browser, instead_of=instead_of)

    def begin(
        self,
        person: str,
        how: How,
        *,
        which: str = "",
        browser: str = "",
        of_provider: OfProvider = NO_PROVIDER,
        verified_at: datetime | None = None,
        still: Still = nothing_to_check,
        instead_of: str | None = None,
    ) -> str:
        """Begin a session; gives its secret, which is for the browser alone.

        `which`: the passkey that proved it. `browser`: which one it is, in a few words.
        `of_provider`: what the provider calls this session. `verified_at`: when the person proved
        who they are; a link proves nothing. `still` checks that what proved it is there as it was:
        it may have been changed or removed since, and the sessions that came of it ended.
        `instead_of`: the session that was in the browser before, which ends. Raises `NotFoundError`
        for somebody unknown, and what `still` raises.
        """
        if verified_at is not None and how not in PROOFS:
            raise ValueError(f"{how} proves nothing")
        self._check_here(person)
        now, held = self._clock(), roles_held(person, self._directory())
        ways = frozenset({way_of(how, of_provider.name or which)})
        new = Session(sessions.new_id(), person, how, browser, held, now, now, verified_at, ways)
        with self._database.write() as connection:
            still(connection)
            if instead_of is not None:
                _end(connection, instead_of)
            links.note_came_in(connection, person, how, now)
            secret = sessions.begin(connection, self._marks, new, of_provider)
        tell("signed in", how=how)
        return secret

    def session(self, secret: str, *, is_use: bool = True) -> Session:
        """The session with this secret. If `is_use` is false, this call does not make it last
        longer.

        Raises `UnauthenticatedError` once it has ended; then it has ended for good.
        """
        now, directory = self._clock(), self._directory()
        with self._database.read() as connection:
            known = sessions.found(connection, self._marks, secret)
        if known is None:
            raise UnauthenticatedError(SIGN_IN)
        if not lasts(known, directory, now):
            self._database.note(lambda connection: _end(connection, secret))
            raise UnauthenticatedError(SIGN_IN)
        if is_limited(known, directory, now):
            return replace(known, is_limited=True)
        if is_use and now - known.used_at > NOTED_EVERY:
            held = roles_held(known.person, directory)
            self._database.note(partial(sessions.note_use, session=secret, held=held, now=now))
        return known

    def still_in(self, secrets: Collection[str]) -> dict[str, str]:
        """The people whose sessions go on, by the secrets of these; not those that are only enough
        to declare. This is no use of any, and ends none."""
        now, directory = self._clock(), self._directory()
        with self._database.read() as connection:
            known = sessions.all_found(connection, self._marks, secrets)
        return {
            secret: each.person
            for secret, each in known.items()
            if lasts(each, directory, now) and not is_limited(each, directory, now)
        }

    def verified(
        self,
        secret: str,
        how: How,
        at: datetime,
        *,
        which: str = "",
        of_provider: OfProvider = NO_PROVIDER,
        still: Still = nothing_to_check,
    ) -> str:
        """Note that the owner of a session has just proved who they are, by a passkey (`which`) or
        at a provider, for instance. Gives its new secret, to be set in the browser: the old one is
        over. What was kept for the session stays. `still`: as in `begin`.

        Raises `UnauthenticatedError` if the session has ended, and what `still` raises.
        """
        if how not in PROOFS:
            raise ValueError(f"{how} proves nothing")
        with self._database.write() as connection:
            known = self.session(secret, is_use=False)
            still(connection)
            ways = known.ways | {way_of(how, of_provider.name or which)}
            now = self._clock()
            proved = replace(known, how=how, ways=ways, verified_at=at, used_at=now)
            links.note_came_in(connection, known.person, how, now)
            new = sessions.verify(connection, self._marks, secret, proved, of_provider)
        tell("proved again", how=how)
        return new

    def check_fresh(self, secret: str) -> None:
        """Raises `NotFreshError` unless whoever's session it is proved who they are in the last
        five minutes."""
        check_is_fresh(self.session(secret, is_use=False), self._clock())

    def sessions_of(self, person: str) -> list[Session]:
        """The sessions of a person that go on, the one used last before the others."""
        now, directory = self._clock(), self._directory()
        with self._database.read() as connection:
            known = sessions.of(connection, person)
        return [each for each in known if lasts(each, directory, now)]

    def end(self, secret: str) -> None:
        with self._database.read() as connection:
            if sessions.found(connection, self._marks, secret) is None:
                return
        with self._database.write() as connection:
            _end(connection, secret)
        tell("sessions ended", sessions=1)

    def end_one(self, person: str, session: str) -> None:
        """End one of a person's sessions, by its id, if it has not ended already."""
        with self._database.write() as connection:
            sessions.end_one(connection, person, session)
        tell("sessions ended", sessions=1)

    def end_all(self, person: str, but: str | None = None) -> int:
        """End all sessions of a person, or all but the one with the id `but`; gives how many there
        were."""
        with self._database.write() as connection:
            ended = sessions.end_all(connection, person, but)
        tell("sessions ended", sessions=ended)
        return ended

    def end_of_provider(self, message: bytes, kept_until: datetime, over: OfProvider) -> bool:
        """End what a message of a provider says is over: one session, or all of whom it calls by a
        subject. Each message is taken once, together with what it ends; whether it is the first."""
        with self._database.write() as connection:
            if not bindings.take_once(connection, message, kept_until, self._clock()):
                return False
            ended = sessions.end_of_provider(connection, over)
        tell("sessions ended", sessions=ended)
        return True

    def keep(self, session: str, address: str, page: KeptPage) -> str | None:
        """Keep the answer of the form at an address for the session's browser to go back to; gives
        the name to ask for it by. While the database is busy, nothing is kept and this gives None.
        """
        try:
            with self._database.write(PATIENCE) as connection:
                return kept_pages.keep(connection, session, address, page, self._clock())
        except (BusyError, OperationalError):
            return None

    def kept(self, session: str, address: str, name: str) -> KeptPage | None:
        with self._database.read() as connection:
            return kept_pages.kept(connection, session, address, name, self._clock())

    def forget_kept(self, session: str, address: str) -> None:
        """Let go of what is kept of a form: it has done what it was for."""
        with self._database.read() as connection:
            has_any = kept_pages.has_any(connection, session, address)
        if has_any:
            self._database.note(lambda noting: kept_pages.forget(noting, session, address))

    def _check_here(self, person: str) -> None:
        if not self._directory().is_here(person):
            raise NotFoundError("There is nobody with that id.")


def check_is_fresh(session: Session | None, now: datetime) -> None:
    """Raises `NotFreshError` unless whoever's session it is proved who they are in the last five
    minutes."""
    verified_at = session.verified_at if session else None
    if verified_at is None or now - verified_at > FRESH:
        raise NotFreshError


def _end(connection: sa.Connection, secret: str) -> None:
    kept_pages.forget(connection, secret)
    sessions.end(connection, secret)


def tell(event: str, **facts: object) -> None:
    if structlog.is_configured():  # a server; what a command prints is not a log
        log.info(event, **facts)
