"""Signing in with a browser: one-time links and sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from events.log.database import Database
from register.access import sessions
from register.directory.directory import Directory
from register.errors import NotFoundError, UnauthenticatedError

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
        with self._database.write() as connection:
            sessions.forget_ended(connection, now)
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
        with self._database.write() as connection:
            sessions.end(connection, session)

    def _check_here(self, person: str) -> None:
        if not self._directory().is_here(person):
            raise NotFoundError("There is nobody with that id.")
