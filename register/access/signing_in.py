"""Signing in with a browser: one-time links and sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import OperationalError

from events.log.database import Database
from events.log.waiting import BusyError
from register.access import kept_pages, sessions
from register.access.kept_pages import KeptPage
from register.directory.directory import Directory
from register.errors import NotFoundError, UnauthenticatedError

PATIENCE = 500
"""Milliseconds that keeping a page waits for the database."""
LINK_IS_OVER = "This link has been used, or is over 15 minutes old. Please ask for a new one."


class SigningIn:
    """Begins and checks sessions. Sessions are not events: they are not part of the log."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        directory: Callable[[], Directory],
    ) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory

    def invite(self, person: str) -> str:
        """A code that signs somebody in once. Raises `NotFoundError` for an unknown person."""
        self._check_here(person)
        with self._database.write() as connection:
            return sessions.invite(connection, person, self._clock())

    def accept(self, code: str) -> str:
        """Begin a session for a code; gives its id. Raises `NotFoundError` if the code is over."""
        now = self._clock()
        with self._database.read() as connection:
            if not sessions.is_code(connection, code):  # nobody waits for whoever only guesses
                raise NotFoundError(LINK_IS_OVER)
        with self._database.write() as connection:
            sessions.forget_ended(connection, now)
            kept_pages.forget_old(connection, now)
            person = sessions.accept(connection, code, now)
            if person is None or not self._directory().is_here(person):
                raise NotFoundError(LINK_IS_OVER)
            return sessions.begin(connection, person, now)

    def begin(self, person: str) -> str:
        """Begin a session without a code; gives its id. In the demo, anybody may do so."""
        self._check_here(person)
        with self._database.write() as connection:
            return sessions.begin(connection, person, self._clock())

    def owner_of_session(self, session: str, *, is_use: bool = True) -> str:
        """Whose session it is. If `is_use` is false, this call does not make the session last
        longer.

        Raises `UnauthenticatedError` once it has ended.
        """
        now = self._clock()
        with self._database.read() as connection:
            person, use_is_due = sessions.owner(connection, session, now)
        if person is None or not self._directory().is_here(person):
            raise UnauthenticatedError("Please sign in.")
        if use_is_due and is_use:
            self._database.note(lambda connection: sessions.note_use(connection, session, now))
        return person

    def end(self, session: str) -> None:
        with self._database.read() as connection:
            if not sessions.is_session(connection, session):
                return
        with self._database.write() as connection:
            kept_pages.forget(connection, session)
            sessions.end(connection, session)

    def keep(self, session: str, address: str, page: KeptPage) -> str | None:
        """Keep the answer of the form at an address for the session's browser to go back to; gives
        the name to ask for it by. While the database is busy, nothing is kept and this gives None.
        """
        try:
            with self._database.write(PATIENCE) as connection:
                return kept_pages.keep(connection, session, address, page, self._clock())
        except (BusyError, OperationalError):
            return None

    def kept(self, session: str, name: str) -> KeptPage | None:
        with self._database.read() as connection:
            return kept_pages.kept(connection, session, name, self._clock())

    def forget_kept(self, session: str, address: str) -> None:
        """Let go of what is kept of a form: it has done what it was for."""
        with self._database.read() as connection:
            has_any = kept_pages.has_any(connection, session, address)
        if has_any:
            self._database.note(lambda noting: kept_pages.forget(noting, session, address))

    def _check_here(self, person: str) -> None:
        if not self._directory().is_here(person):
            raise NotFoundError("There is nobody with that id.")
