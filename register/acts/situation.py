"""A situation: what a rule may look at when somebody wants to do something with a declaration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from events.declarations import Source, ToReview
from events.event import Event
from register.deadlines import close_of, working_day_after
from register.declarations.declaration import Declaration
from register.directory.directory import Directory
from register.policy import Policies, PolicyInForce
from register.ruling.adding_up import BesidesAbout, nothing_about
from register.ruling.ruling import nation, policy_of_receipt
from register.standing.acting import Standing
from register.standing.excluded import ExcludedFor, nobody_excluded

DAYS_TO_DO_SOMETHING = 2
"""Working days for an action or a question, as the policy sets none for them."""


@dataclass(frozen=True)
class Situation(Standing):
    policy: PolicyInForce
    """The policy under which the ruling stands, as it was on the day of receipt."""
    policies: Policies
    now: datetime
    part: str | None = None
    """The id of the part of the declaration that is acted on, for an act that has parts."""
    besides: BesidesAbout = nothing_about
    """What else the worker received about a service user."""
    excluded: ExcludedFor = nobody_excluded
    """Who may not be a service user's key worker."""
    further: Sequence[Event] = ()
    """What the worker noted beside it, where an act needs to know that."""

    @property
    def source(self) -> Source:
        return self.declaration.ruling.source

    @property
    def advice(self) -> dict[str, str]:
        """The policy's clauses on how to behave in such a case, in our words, by clause number."""
        ruling, pack = self.declaration.ruling, self.policy.pack
        rule = self.policy.rules.get(ruling.case)
        if rule is None or pack is None:
            return {}
        return {clause: pack.clauses[clause] for clause in rule.under(ruling.flags).conduct}

    @property
    def first(self) -> str | None:
        """What the policy's pack says to do, or not to do, before anything else."""
        rule = self.policy.rules.get(self.declaration.ruling.case)
        return rule.under(self.declaration.ruling.flags).first if rule else None

    def to_review(self) -> ToReview:
        """Who looks at what the worker says now: whoever holds the role that settled it or must
        act; the line manager, where it was closed at once."""
        return ToReview(self.declaration.settling_role, self.next_due_at())

    def due_anew(self) -> datetime:
        """By when whoever must act should act, if it is asked again now."""
        ruling = self.declaration.ruling
        rule = self.policy.rules.get(ruling.case)
        days = rule.under(ruling.flags).days_to_act() if rule else DAYS_TO_DO_SOMETHING
        return close_of(working_day_after(self.now, days, nation(self.policy)))

    def next_due_on(self) -> date:
        return working_day_after(self.now, DAYS_TO_DO_SOMETHING, nation(self.policy))

    def next_due_at(self) -> datetime:
        return close_of(self.next_due_on())


def situation_of(
    by: str,
    declaration: Declaration,
    policies: Policies,
    directory: Directory,
    now: datetime,
    part: str | None = None,
    besides: BesidesAbout = nothing_about,
    excluded: ExcludedFor = nobody_excluded,
) -> Situation:
    """The situation of somebody who acts on a declaration at the moment `now`."""
    policy = policy_of_receipt(policies, declaration, directory)
    person = directory.people[by]
    return Situation(declaration, person, directory, policy, policies, now, part, besides, excluded)
