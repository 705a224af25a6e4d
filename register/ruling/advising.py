"""Advice to a worker who asks whether to declare something, or what to do about something that no
declaration holds. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import create_model

from register.answers import Answers
from register.kinds.kind import Kind, Lead
from register.policy import Guidance, Pack, PolicyInForce, Rule
from register.ruling.ruling import rule_for

AT_RISK = "at-risk"
"""The topic of somebody who is at risk: it is asked of everybody, before anything else."""
TOPICS = {
    "online": "A service user sent me a message or a friend request online",
    "executor": "I am asked to be executor or trustee of a will",
}
"""What every policy is asked about that no kind holds, as somebody would say it. A pack may have
topics of its own."""


def topics_of(pack: Pack | None) -> dict[str, str]:
    """What somebody may ask about under a policy, by topic."""
    own = {name: each.happened for name, each in pack.advice.items()} if pack else {}
    named = {name: happened for name, happened in own.items() if happened and name != AT_RISK}
    return {**TOPICS, **named}


@dataclass(frozen=True)
class TopicAdvice:
    guidance: Guidance | None
    """None: the policy does not speak of it, or there is none."""
    clauses: Mapping[str, str]
    discipline: Mapping[str, str]


def advise_on(topic: str, pack: Pack | None) -> TopicAdvice:
    guidance = pack.advice.get(topic) if pack else None
    cited = (guidance.clause, *guidance.conduct) if guidance else ()
    return TopicAdvice(guidance, _told(cited, pack), _discipline(pack))


def _told(cited: Iterable[str | None], pack: Pack | None) -> dict[str, str]:
    """The clauses that are cited, each in our own words, in their order."""
    clauses = pack.clauses if pack else {}
    return {each: clauses[each] for each in cited if each in clauses}


def _discipline(pack: Pack | None) -> dict[str, str]:
    return _told((pack.discipline,), pack) if pack else {}


@dataclass(frozen=True)
class Advice:
    rule: Rule
    deadline: str | None
    """The policy's own word for how soon it must be declared."""
    clauses: Mapping[str, str]
    """The clause that orders it, then the clauses on how to behave, each in our own words."""
    is_known: bool
    """Whether the policy has a rule for this; False also if no policy is in force."""
    discipline: Mapping[str, str]
    """The clause on what may follow for whoever does not keep to the policy; empty without one."""

    @property
    def is_asked(self) -> bool:
        return self.is_known and self.rule.duty


def asked_of(kind: Kind, lead: Lead) -> type[Answers]:
    """The model with the few questions of a kind on which the policy's rule depends."""
    fields = kind.details.model_fields
    chosen: dict[str, Any] = {name: (fields[name].annotation, fields[name]) for name in lead.asks}
    return create_model(f"{kind.details.__name__}InShort", __base__=Answers, **chosen)


def advise(kind: Kind, lead: Lead, answers: Answers, policy: PolicyInForce) -> Advice:
    """The advice for the answers so far. A question that was not asked counts as unanswered."""
    details = said_so_far(kind, lead, answers)
    case = kind.route(details, policy)
    rule = rule_for(policy, kind, case).under(kind.flags(details, policy))
    return Advice(
        rule=rule,
        deadline=rule.deadline,
        clauses=_told((rule.clause, *rule.conduct), policy.pack),
        is_known=case in policy.rules,
        discipline=_discipline(policy.pack),
    )


def said_so_far(kind: Kind, lead: Lead, answers: Answers) -> Answers:
    """The kind's answers as far as they are known; unknown ones are None. Nothing is checked."""
    nothing = dict.fromkeys(kind.details.model_fields)
    return kind.details.model_construct(**{**nothing, **lead.fills, **dict(answers)})
