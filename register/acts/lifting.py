"""An exclusion from key working is lifted, of a worker and a service user (003 5.0 J).

The worker's line manager lifts it, or a line manager or the director where the service user is
served; never the worker.
"""

from __future__ import annotations

import dataclasses
from itertools import chain

from msgspec.structs import replace
from pydantic import Field

from events.declarations import ExclusionLifted, Reason
from events.event import Event
from events.names import Role, Status
from register.acts.act import Act
from register.acts.situation import Situation
from register.answers import Answers, Text
from register.declarations.declaration import Declaration, Exclusion
from register.declarations.ids import NO_SUCH_DECLARATION
from register.errors import ForbiddenError, NotFoundError
from register.standing.acting import holds
from register.standing.holding import holding
from register.standing.seeing import check_may_see, is_hidden_from, may_see_exclusion

NO_SUCH_EXCLUSION = "This declaration excludes nobody from key working."


class Lifting(Answers):
    reason: Text = Field(title="Why may they be the key worker again?")


def _knows_of_it(situation: Situation) -> None:
    """Raises `NotFoundError` for all but those who may lift it and those who read exclusions; and,
    in words of its own, to whoever may see a declaration that never excluded anybody."""
    declaration, by, directory = situation.declaration, situation.by, situation.directory
    if not declaration.exclusions:
        check_may_see(by, declaration, directory)
        raise NotFoundError(NO_SUCH_EXCLUSION)
    may_know = _is_theirs(situation) or may_see_exclusion(
        by, declaration.worker, _services(situation), directory
    )
    if not may_know or is_hidden_from(by, declaration, directory):
        raise NotFoundError(NO_SUCH_DECLARATION)


def _services(situation: Situation) -> set[str]:
    """The services whose line managers and directors read one of its exclusions."""
    services = {each.service for each in situation.declaration.exclusions}
    return services.union(*(_served(situation, each) for each in situation.declaration.excluding))


def _served(situation: Situation, exclusion: Exclusion) -> set[str]:
    """The services whose line managers and directors read an exclusion and may lift it."""
    worker, lines = situation.declaration.worker, situation.excluded(exclusion.service_user)
    of_the_pair = (line.services for line in lines if line.worker == worker)
    return {exclusion.service}.union(*of_the_pair)


def liftable(situation: Situation) -> list[Exclusion]:
    """The exclusions of a declaration that stand and that are this person's to lift. There may be
    others, of another service user, that are not."""
    standing = situation.declaration.excluding
    return [each for each in standing if _is_theirs_at(situation, _served(situation, each))]


def _is_theirs(situation: Situation) -> bool:
    return _is_theirs_at(situation, _services(situation))


def _is_theirs_at(situation: Situation, services: set[str]) -> bool:
    """Whether a person is the worker's line manager, or the director or the line manager of another
    worker at one of the services."""
    by, worker, directory = situation.by.id, situation.declaration.worker, situation.directory
    if by == worker:
        return False
    matter = situation.declaration.matter  # lifting settles nothing
    matter = dataclasses.replace(matter, entered_by=None)
    line = holding(directory, Role.LINE_MANAGER, matter)
    if by in line or holds(situation, Role.LINE_MANAGER, by):
        return True
    own = {by, *directory.covers_for(by)} - {worker}
    return not services.isdisjoint(chain.from_iterable(map(directory.directs, own))) or any(
        each.line_manager in own and not services.isdisjoint(each.services)
        for each in directory.people.values()
        if each.id != worker
    )


def _check_is_theirs(situation: Situation) -> None:
    if situation.by.id == situation.declaration.worker:
        raise ForbiddenError("Nobody lifts an exclusion of their own.")
    if not _is_theirs(situation):
        raise ForbiddenError(
            "Only the line manager of this worker, or a line manager or the director at this "
            "service, may lift it."
        )


def _lifted(situation: Situation, lifting: Lifting) -> list[Event]:
    declaration = situation.declaration
    lifted = ExclusionLifted(
        originator_id=declaration.id,
        lifted_by=situation.by.id,
        lifted_at=situation.now,
        since=tuple(each.since for each in liftable(situation)),
        source=situation.source,
        words=Reason(lifting.reason),
    )
    return [lifted]


def lifted_as_well(
    declaration: Declaration, lifted: ExclusionLifted, since: tuple[int, ...]
) -> ExclusionLifted:
    """What is said of another declaration about the same worker and service user."""
    return replace(
        lifted,
        originator_id=declaration.id,
        originator_version=0,
        position=0,
        recorded_at=None,
        since=since,
        source=declaration.ruling.source,
    )


lift = ACT = Act(
    name="lift",
    at="/exclusions/{id}/lift",
    operation="lift_exclusion",
    summary="Lift an exclusion from key working",
    label="Allow as key worker again",
    title="Lift the exclusion",
    button="Allow as key worker again",
    done="The exclusion is lifted.",
    place=30,
    is_move=lambda _: False,
    call="this",
    knows=_knows_of_it,
    whose=_check_is_theirs,
    bodies=(Lifting,),
    event=ExclusionLifted,
    says=_lifted,
    leads={each: (each,) for each in Status},
    over="This exclusion does not stand any more.",
    is_over=lambda situation: not liftable(situation),
)
