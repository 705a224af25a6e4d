"""Tokens and the people whose they are: made, found by their secrets, and ended."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from events.access import MeansWords, TokenEnded, TokenMade, account_of
from events.log.database import Database
from events.log.sealing import Keyring
from events.names import Role
from register.access import tokens
from register.access.account import Account, Together
from register.access.marks import Marks
from register.access.tokens import LONGEST_NAME, USUAL, Scope, Token
from register.deadlines import LONDON, london_day
from register.directory.directory import Directory
from register.errors import FieldError, InvalidError, NotFoundError, UnauthenticatedError

Refused = UnauthenticatedError
UNKNOWN, OVER = "This token is not known here.", "This token has ended. Make a new one."
FLUSH = timedelta(seconds=1)
"""The uses of tokens are written down together, at most this often."""


@dataclass(frozen=True)
class NewToken:
    """A token that somebody asks for."""

    person: str
    name: str = "token"
    scopes: Collection[Scope] = USUAL
    services: Collection[str] = ()
    until: date | None = None
    """The first day on which it no longer works; a year from now if it is not said."""


class Tokens:
    """Finds whose a token is. A token is no event: only that it was made and ended is."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        clock: Callable[[], datetime],
        directory: Callable[[], Directory],
        account: Account,
    ) -> None:
        self._database = database
        self._marks = Marks(keyring)
        self._clock = clock
        self._directory = directory
        self._account = account
        self._used: set[str] = set()
        self._flushed_at: datetime | None = None

    def known(self, given: Sequence[str]) -> list[Token | Refused]:
        """The token of each secret, or the refusal to raise."""
        now = self._clock()
        with self._database.read() as connection:
            found = tokens.found(connection, self._marks, given)
            directory = self._directory()
        answers = [_lasting(each, directory, now) for each in found]
        self._note_use([each for each in answers if isinstance(each, Token)], now)
        return answers

    def _note_use(self, used: Sequence[Token], now: datetime) -> None:
        self._used |= {each.id for each in used if now - each.used_at > tokens.NOTED_EVERY}
        is_due = self._flushed_at is None or abs(now - self._flushed_at) >= FLUSH
        if self._used and is_due:
            noted, self._used, self._flushed_at = self._used, set(), now
            self._database.note(lambda connection: tokens.note_use(connection, noted, now))

    def of(self, person: str) -> list[Token]:
        """A person's tokens that work, the newest first."""
        now, directory = self._clock(), self._directory()
        with self._database.read() as connection:
            found = tokens.of(connection, person)
        return [each for each in found if isinstance(_lasting(each, directory, now), Token)]

    def make(self, by: str | None, wanted: Sequence[NewToken]) -> list[str]:
        """Make tokens, all or none; gives their secrets, which nobody can be shown again. `by` is
        None for whoever keeps the register. Raises `InvalidError`, or `NotFoundError`."""
        now, directory = self._clock(), self._directory()
        for each in wanted:
            _check(each, directory, now)

        def made(turn: Together) -> list[str]:
            turn.append(_made(each, by, now) for each in wanted)
            return [_create(turn, self._marks, each, now) for each in wanted]

        return self._account.in_turn(made)

    def end(self, by: str | None, person: str, token: str) -> None:
        """End a token of a person, by its id, if it has not ended already."""

        def ended(turn: Together) -> None:
            known = [each for each in tokens.of(turn.connection, person) if each.id == token]
            turn.append([_ended(each, by) for each in known])
            tokens.end(turn.connection, person, token)

        self._account.in_turn(ended)

    def revoke(self, by: str | None, person: str) -> int:
        """End all tokens of a person; gives how many there were."""

        def ended(turn: Together) -> int:
            turn.append(_ended(each, by) for each in tokens.of(turn.connection, person))
            return tokens.revoke(turn.connection, person)

        return self._account.in_turn(ended)


def _lasting(token: Token | None, directory: Directory, now: datetime) -> Token | Refused:
    if token is None or not directory.is_here_since(token.person, token.made_at):
        return Refused(UNKNOWN)
    return token if token.lasts(now) else Refused(OVER)


def _check(wanted: NewToken, directory: Directory, now: datetime) -> None:
    if not directory.is_here(wanted.person):
        raise NotFoundError(f"There is nobody here with the id {wanted.person!r}.")
    wrong = []
    if not 1 <= len(wanted.name) <= LONGEST_NAME or not wanted.name.isprintable():
        wrong.append(FieldError("name", f"Give it a name of 1 to {LONGEST_NAME} characters."))
    if not wanted.scopes:
        wrong.append(FieldError("scopes", "Choose what it is for."))
    is_administrator = Role.ADMINISTRATOR in directory.people[wanted.person].roles
    if Scope.SCIM in wanted.scopes and not is_administrator:
        wrong.append(FieldError("scopes", "Only an administrator has a token that changes people."))
    for each in sorted(set(wanted.services) - directory.services.keys()):
        wrong.append(FieldError("services", f"No service here has the id {each!r}."))
    today = london_day(now)
    if wanted.until is not None and not today < wanted.until <= today + tokens.A_YEAR:
        wrong.append(FieldError("until", "Choose a day after today, and no later than in a year."))
    if wrong:
        raise InvalidError(wrong)


def _create(turn: Together, marks: Marks, wanted: NewToken, now: datetime) -> str:
    until = wanted.until
    return tokens.create(
        turn.connection,
        marks,
        wanted.person,
        now,
        name=wanted.name,
        scopes=wanted.scopes,
        services=wanted.services,
        ends_at=None if until is None else datetime.combine(until, time.min, LONDON),
    )


def _made(wanted: NewToken, by: str | None, now: datetime) -> TokenMade:
    return TokenMade(
        originator_id=account_of(wanted.person),
        person=wanted.person,
        made_by=by,
        scopes=tuple(sorted(wanted.scopes)),
        services=tuple(sorted(wanted.services)),
        ends_on=wanted.until or london_day(now + tokens.A_YEAR),
        words=MeansWords(wanted.name),
    )


def _ended(token: Token, by: str | None) -> TokenEnded:
    return TokenEnded(
        originator_id=account_of(token.person),
        person=token.person,
        ended_by=by,
        words=MeansWords(token.name),
    )
