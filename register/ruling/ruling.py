"""Applies a policy to the facts: who is told, who acts, by when, and under which clause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache

import msgspec

from events.declarations import OnBehalf, Place, Ruling, Source, Told
from events.names import Because, NewLineSees, Role, SeenBy, Status
from register.answers import Answers
from register.deadlines import close_of, is_late, told_on, working_day_after, written_on
from register.declarations.declaration import Declaration
from register.declarations.matter import Matter
from register.declarations.on_behalf import Entered
from register.directory.directory import Directory
from register.directory.service import Service
from register.kinds import all_kinds
from register.kinds.kind import NO_POLICY_IN_FORCE, Kind, told_and_acknowledged
from register.policy import EVERY_READER, WHOEVER_ACTS, Policies, PolicyInForce, Rule, Then
from register.ruling.adding_up import Besides, most_besides, nothing_besides
from register.standing.holding import Holder, holder_of

STATUS = {
    Then.CLOSED: Status.CLOSED,
    Then.ACKNOWLEDGEMENT: Status.AWAITING_ACKNOWLEDGEMENT,
    Then.DECISION: Status.AWAITING_DECISION,
    Then.ANSWER: Status.AWAITING_ANSWER,
}
DEFAULT_NATION = "ENG"


@dataclass(frozen=True)
class Facts:
    """The facts on which the ruling of a declaration depends."""

    kind: str
    details: Answers
    happened_on: date
    captured_at: datetime
    received_at: datetime
    worker: str
    service: str
    subjects: frozenset[str] | None = frozenset()
    """The people of the directory whom it is or ever was about; None if nobody knows any more."""
    besides: Besides = nothing_besides
    """What else the worker received about the same service user."""
    on_behalf: OnBehalf | Entered | None = None
    """Who entered it for the worker, and when the worker told it."""


def facts_of(
    declaration: Declaration,
    details: Answers,
    happened_on: date,
    subjects: frozenset[str] | None,
    besides: Besides,
) -> Facts:
    """The facts of a declaration, as somebody says them now."""
    return Facts(
        kind=declaration.kind,
        details=details,
        happened_on=happened_on,
        captured_at=declaration.captured_at,
        received_at=declaration.received_at,
        worker=declaration.worker,
        service=declaration.service,
        subjects=subjects,
        besides=besides,
        on_behalf=declaration.on_behalf,
    )


def policy_in_force(
    policies: Policies, service: Service, kind: str | None, day: date
) -> PolicyInForce:
    """The policy in force for a kind at a service on a day; without a kind, it has no rules."""
    policy = service.policy_on(day)
    version = None if policy is None else policies.version_on(policy, day)
    return _policy(policies, policy, version, kind, service)


def policy_at(policies: Policies, place: Place, kind: str, directory: Directory) -> PolicyInForce:
    """The policy that was in force at a place when a declaration was received."""
    service = directory.services[place.service]
    return _policy(policies, place.policy, place.version, kind, service)


def policy_of_receipt(
    policies: Policies, declaration: Declaration, directory: Directory
) -> PolicyInForce:
    """The policy of receipt under which a declaration's ruling stands."""
    source = declaration.ruling.source
    service = directory.services[declaration.service]
    return _policy(policies, source.policy, source.version, declaration.kind, service)


def clause_in_words(policies: Policies, source: Source) -> str | None:
    """The clause of a rule, in our own words; None without a policy."""
    if source.policy is None or source.version is None:
        return None
    return policies.packs[source.policy][source.version].clauses.get(source.clause)


def _policy(
    policies: Policies, policy: str | None, version: date | None, kind: str | None, service: Service
) -> PolicyInForce:
    since, known_since = service.first_adopted_on, service.opened_on
    if policy is None or version is None:
        return PolicyInForce(None, None, None, {}, {}, since, known_since)
    pack = policies.packs[policy][version]
    rules = pack.kinds.get(kind) if kind else None
    return PolicyInForce(
        policy=policy,
        version=version,
        pack=pack,
        rules=rules.cases if rules else {},
        settings=rules.settings if rules else {},
        first_adopted_on=since,
        known_since=known_since,
    )


def rule_for(policy: PolicyInForce, kind: Kind, case: str) -> Rule:
    """The policy's rule for a case; if it has none, the kind's default rule."""
    if case in policy.rules:
        return policy.rules[case]
    if policy.pack is None:
        return kind.default.model_copy(update={"clause": NO_POLICY_IN_FORCE})
    return kind.default


def last_rule(policy: PolicyInForce, kind: Kind, case: str) -> tuple[str, Rule]:
    """The last of the policy's cases that asks somebody for something, with its rule; if there is
    none, the case as it is, and what is asked where a policy says nothing."""
    asking = [each for each in policy.rules if policy.rules[each].then != Then.CLOSED]
    if asking:
        return asking[-1], policy.rules[asking[-1]]
    asks = kind.default if kind.default.acts else told_and_acknowledged()
    return case, asks


def rule(
    policy: PolicyInForce,
    facts: Facts,
    directory: Directory,
    now: datetime,
    *,
    is_reopened: bool = False,
) -> Ruling:
    """The ruling: what follows from the facts under the policy; if it is opened again although it
    was closed at once, what follows in the last case of the policy."""
    kind = all_kinds()[facts.kind]
    policy = _knowing(policy, facts)
    case, flags = kind.route(facts.details, policy), kind.flags(facts.details, policy)
    chosen = rule_for(policy, kind, case)
    if is_reopened:
        case, chosen = last_rule(policy, kind, case)
    chosen = chosen.under(flags)
    seen_by = seen_by_of(chosen, kind)
    return Ruling(
        case=case,
        flags=flags,
        late=_is_late(policy, chosen, kind, facts),
        tells=who_is_told(chosen, facts, directory),
        status=STATUS[chosen.then],
        acts=chosen.acts,
        outcomes=chosen.outcomes,
        due_at=_due_at(policy, chosen, now),
        needs=chosen.needs,
        excludes=chosen.excludes,
        answered=chosen.answered,
        seen_by=seen_by,
        restricted=kind.is_restricted or seen_by == WHOEVER_ACTS,
        names_subject=kind.names_subject,
        source=source_of(policy, chosen),
        new_line_sees=policy.pack.new_line_sees if policy.pack else NewLineSees.OPEN,
    )


def _knowing(policy: PolicyInForce, facts: Facts) -> PolicyInForce:
    """The policy with what else its rules may depend on."""
    return replace(
        policy,
        worth_besides=cache(lambda: _worth_besides(facts)),
        happened_on=facts.happened_on,
        written_on=written_on(facts.captured_at, facts.received_at),
    )


def _worth_besides(facts: Facts) -> Decimal:
    return most_besides(facts.besides(), facts.happened_on)


def source_of(policy: PolicyInForce, rule: Rule) -> Source:
    return Source(policy.policy, policy.version, rule.cites, rule.duty, rule.house)


def in_plain(ruling: Ruling) -> Ruling:
    """The ruling as an entry has it in plain: without flags where few may know of it."""
    return msgspec.structs.replace(ruling, flags=()) if ruling.restricted else ruling


def flags_with_words(ruling: Ruling) -> tuple[str, ...] | None:
    """The flags as an entry has them with its words; None where they stand in plain."""
    return ruling.flags if ruling.restricted else None


def seen_by_of(rule: Rule, kind: Kind) -> tuple[SeenBy, ...]:
    if rule.seen_by is not None:
        return rule.seen_by
    return WHOEVER_ACTS if kind.is_restricted else EVERY_READER


def who_is_told(rule: Rule, facts: Facts, directory: Directory) -> tuple[Told, ...]:
    """The people told, each once. Somebody with two roles is told in the role that must act."""
    roles = sorted(rule.tells, key=lambda role: role != rule.acts)
    matter = matter_of(facts, facts.service, rule.acts)
    told: dict[str, Told] = {}
    for role in roles:
        holder = holder_of(directory, role, matter)
        if holder is not None:
            told.setdefault(holder.person, told_as(role, holder))
    return tuple(told.values())


def matter_of(facts: Facts, service: str, acts: Role | None) -> Matter:
    by = facts.on_behalf.entered_by if facts.on_behalf else None
    return Matter(facts.worker, service, acts, facts.subjects, entered_by=by)


def told_as(role: Role, holder: Holder) -> Told:
    return Told(role, holder.person, holder.because or Because.NAMED, holder.for_person)


def nation(policy: PolicyInForce) -> str:
    return policy.pack.nation if policy.pack else DEFAULT_NATION


def _is_late(policy: PolicyInForce, rule: Rule, kind: Kind, facts: Facts) -> bool:
    days = policy.pack.days_for(rule.deadline) if policy.pack and rule.deadline else None
    since = kind.late_from(facts.details, facts.happened_on, policy)
    told = facts.on_behalf.told_on if facts.on_behalf else None
    return is_late(days, since, facts.captured_at, facts.received_at, told)


def days_late(policy: PolicyInForce, declaration: Declaration, details: Answers) -> int:
    """How many days after the policy's deadline a declaration was told; 0 if it was in time."""
    kind, ruling = all_kinds()[declaration.kind], declaration.ruling
    rule = rule_for(policy, kind, ruling.case).under(ruling.flags)
    days = policy.pack.days_for(rule.deadline) if policy.pack and rule.deadline else None
    if days is None:
        return 0
    since = kind.late_from(details, declaration.happened_on, policy)
    entered = declaration.on_behalf
    told = told_on(declaration.captured_at, declaration.received_at)
    told = entered.told_on if entered else told
    return max(0, (told - since).days - days)


def _due_at(policy: PolicyInForce, rule: Rule, now: datetime) -> datetime | None:
    if rule.acts is None:
        return None
    return close_of(working_day_after(now, rule.days_to_act(), nation(policy)))
