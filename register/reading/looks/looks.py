"""Keeps what people looked at, and gives it to those who may know of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from events.log.log import Log
from events.names import Shown
from register.declarations.declaration import Declaration
from register.directory.directory import Directory, Person
from register.errors import ForbiddenError
from register.projections.hidden import hidden
from register.reading.looks.finding import Wanted, found, looked_at_by
from register.reading.looks.look import Kept, Look, Seen
from register.reading.looks.writing import LookWriter, ToKeep, Waiting
from register.reading.reader import Reader
from register.reading.unguarded import Unguarded
from register.standing.looked import may_know_of_look, role_of_looker
from register.standing.seeing import may_be_hidden, why_may_see

ONLY_AUDITORS = "Only auditors see who looked at what others declared."


HALF_A_DAY = timedelta(hours=12)
"""As long as a session lasts of anybody above or beside the workers."""
ALL = Wanted()
ABOUT_ONE = (Shown.DECLARATION, Shown.HISTORY, Shown.PHOTOGRAPH)
"""What is shown of one declaration; others may stand beside it in a few words."""


@dataclass(frozen=True)
class LooksPage:
    items: Sequence[Kept]
    next: int | None
    """The number before which the next page begins; None on the last page."""


class Looks:
    def __init__(
        self, log: Log, read: Reader, unguarded: Unguarded, *, queue_size: int = 1000
    ) -> None:
        self._log = log
        self._read = read
        self._unguarded = unguarded
        self._writer = LookWriter(log.database, log.keyring, log.clock, queue_size)

    def close(self) -> None:
        self._writer.close()

    def keep(
        self,
        by: str,
        shown: Shown,
        declarations: Sequence[Declaration],
        part: str | None = None,
        *,
        by_program: bool = False,
        counts_again: bool = True,
    ) -> list[Waiting]:
        """Have it written that somebody is shown the words of these declarations; what is
        given waits until that is committed. Nothing of them may be shown before."""
        directory = self._read.directory()
        person = directory.people[by]
        is_list = shown not in ABOUT_ONE
        at = tuple(
            _seen(person, each, directory, is_beside=place > 0 and not is_list)
            for place, each in enumerate(declarations)
        )
        look = Look(by, shown, at, part, by_program)
        few = {each.id for each in declarations if may_be_hidden(each)}
        return [self._writer.keep(ToKeep(each, counts_again)) for each in look.apart(few)]

    def let_begin(self) -> None:
        """Stand back until what was to be kept last is on its way to the disk."""
        self._writer.let_begin()

    def refused(self, by: str, *, by_program: bool = False) -> Waiting:
        """Have it written that somebody asked for what they may not see."""
        return self._writer.keep(ToKeep(Look(by, Shown.REFUSAL, by_program=by_program)))

    def has_looked_at(self, by: str, declarations: Collection[UUID]) -> set[UUID]:
        """Those of some declarations at which somebody looked within half a day: a page that is
        open now was opened then."""
        since = self._log.clock() - HALF_A_DAY
        with self._log.database.read() as connection:
            return looked_at_by(connection, self._log.keyring, by, declarations, since)

    def at_own(self, by: str, wanted: Wanted = ALL) -> LooksPage:
        """Who looked at what this person declared; they themselves left out."""
        return self._page(by, replace(wanted, worker=by, not_by=by))

    def of_own(self, by: str, wanted: Wanted = ALL) -> LooksPage:
        """What this person looked at themselves."""
        return self._page(by, replace(wanted, lookers=[by]))

    def every(self, by: str, wanted: Wanted = ALL) -> LooksPage:
        """The looks that an auditor may know of. Raises `ForbiddenError` for anybody else."""
        directory = self._read.directory()
        if not directory.people[by].audits(directory.today):
            raise ForbiddenError(ONLY_AUDITORS)
        return self._page(by, wanted)

    def _page(self, by: str, wanted: Wanted) -> LooksPage:
        page: list[Kept] = []
        for kept in self._known_to(by, wanted):
            if len(page) == wanted.limit:
                return LooksPage(page, page[-1].number)
            page.append(kept)
        return LooksPage(page, None)

    def _known_to(self, by: str, wanted: Wanted) -> Iterator[Kept]:
        """The looks that a person may know of, as far as they may, the newest first."""
        before, keyring = wanted.before, self._log.keyring
        while True:
            with self._log.database.read() as connection:
                rows = found(connection, keyring, replace(wanted, before=before))
                unknown = self._hidden(connection, by, rows)
            for each in rows:
                known = _as_far_as(each, wanted, unknown)
                if known is not None:
                    yield known
            if len(rows) <= wanted.limit:
                return
            before = rows[-1].number

    def _hidden(self, connection: sa.Connection, by: str, rows: Sequence[Kept]) -> set[Pair]:
        """The looks at a declaration that this person may not know of, by looker and declaration.
        Only of what few may know, or what is about a colleague, or what an auditor of some services
        does not audit, can there be any."""
        pairs = {
            (each.look.by, at.declaration) for each in rows if each.look for at in each.look.at
        }
        directory = self._read.directory()
        person = directory.people[by]
        about = {declaration for _, declaration in pairs}
        few = hidden(connection, about, person.auditing.services)
        if not few:
            return set()
        states = self._unguarded.declarations(list(few))
        return {
            (looker, at)
            for looker, at in pairs
            if at in few and not may_know_of_look(person, looker, states.get(at), directory)
        }


Pair = tuple[str, UUID]


def _seen(
    person: Person, declaration: Declaration, directory: Directory, *, is_beside: bool
) -> Seen:
    why = why_may_see(person, declaration, directory)
    role = role_of_looker(person.id, why, declaration, directory)
    return Seen(declaration.id, declaration.worker, role, why, is_beside)


def _as_far_as(kept: Kept, wanted: Wanted, unknown: Collection[Pair]) -> Kept | None:
    """A look with what of it somebody asks for and may know of; None if nothing is left."""
    look = kept.look
    if look is None:
        return kept if wanted.worker is None and wanted.declaration is None else None
    by = look.by
    return kept.only(
        lambda seen: (
            (by, seen.declaration) not in unknown
            and wanted.worker in (None, seen.worker)
            and wanted.declaration in (None, seen.declaration)
        )
    )
