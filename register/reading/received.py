"""What a worker received about one service user, by what they declared."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from events.log.log import Log
from events.names import Status
from register.declarations.declaration import Declaration
from register.kinds import all_kinds, answers_in
from register.projections import register_list
from register.reading.unguarded import Unguarded
from register.ruling.adding_up import Received


@dataclass(frozen=True)
class WhatElse:
    """Looks up what else a worker received, in all that they declared of one kind."""

    log: Log
    unguarded: Unguarded
    drafted: Mapping[UUID, Declaration]
    """The declarations that the present turn changes, as they will be stored."""
    worker: str
    kind: str
    but: UUID
    """The declaration that is left out: the one that it is asked for."""

    def __call__(self, service_user: str | None) -> Collection[Received]:
        kind = all_kinds().get(self.kind)
        if service_user is None or kind is None or kind.worth is None:
            return ()
        return list(received(self._about(service_user)))

    def _about(self, service_user: str) -> Iterable[Declaration]:
        index = self.log.keyring.blind_index(service_user)
        with self.log.database.read() as connection:
            listed = register_list.declared_about(connection, self.worker, self.kind, index)
        stored = self.unguarded.declarations([each for each in listed if each not in self.drafted])
        for each in (*stored.values(), *self.drafted.values()):
            if each is not None and self._counts(each) and _is_about(each, service_user):
                yield each

    def _counts(self, declaration: Declaration) -> bool:
        is_another = declaration.id != self.but and declaration.status != Status.WITHDRAWN
        return is_another and (declaration.worker, declaration.kind) == (self.worker, self.kind)


def _is_about(declaration: Declaration, service_user: str) -> bool:
    """References are the same whatever their case."""
    return (declaration.service_user or "").casefold() == service_user.casefold()


def received(declarations: Iterable[Declaration]) -> Iterable[Received]:
    """What was received that has a worth."""
    for each in declarations:
        worth_of, answers = all_kinds()[each.kind].worth, answers_in(each.kind, each.details)
        worth = worth_of(answers) if worth_of and answers else None
        if worth is not None:
            yield Received(each.happened_on, worth)
