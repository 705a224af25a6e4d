"""In which role somebody looks at a declaration, and who may know that they did."""

from __future__ import annotations

from events.names import Role
from register.directory.directory import Directory, Person
from register.standing.holding import who_holds
from register.standing.roles import ROLES
from register.standing.seeing import Seen, WhyReads, audits_at, is_hidden_from

AS = {
    WhyReads.OWN: Role.WORKER,
    WhyReads.LINE_ABOVE: Role.LINE_MANAGER,
    WhyReads.DIRECTS: Role.SERVICE_DIRECTOR,
    WhyReads.AUDITS: Role.AUDITOR,
    WhyReads.AUDITS_RESTRICTED: Role.AUDITOR_RESTRICTED,
}
"""The role that a reason goes with; for the others it depends on the person."""


def role_of_looker(
    person: str, why: WhyReads | None, seen: Seen, directory: Directory
) -> Role | None:
    """The role in which somebody looks, as they hold it now; None for whoever holds none, such as
    a colleague who agreed to do something."""
    if why is None or why in AS:
        return AS[why] if why else None
    matter = seen.matter
    if directory.people[matter.worker].line_manager == person:
        return Role.LINE_MANAGER
    if not matter.services.isdisjoint(directory.directs(person)):
        return Role.SERVICE_DIRECTOR
    if person in directory.line_above(matter.worker):
        return Role.LINE_MANAGER
    held = (role for role in ROLES if who_holds(directory, role, matter) == person)
    return next(held, None)


def may_know_of_look(person: Person, looker: str, seen: Seen | None, directory: Directory) -> bool:
    """Whether a person may know that somebody looked at a declaration, as it is now.

    Its worker may: they are told beforehand who will see it. An auditor there, and whoever looked
    themselves, may not where the declaration is hidden from them: of what few may know, and where
    they are barred, a look is a sign that it is there and of who looks into it. Nobody else knows
    who looks; nor does anybody, where the declaration cannot be found any more.
    """
    if seen is None:
        return False
    if person.id == seen.matter.worker:
        return True
    knows = person.id == looker or audits_at(person, seen.matter.services, directory)
    return knows and not is_hidden_from(person, seen, directory)
