"""Advice to a worker who asks whether to declare something. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import create_model

from register.answers import Answers
from register.kinds.kind import Kind, Lead
from register.policy import PolicyInForce, Rule
from register.ruling.ruling import rule_for


@dataclass(frozen=True)
class Advice:
    rule: Rule
    deadline: str | None
    """The policy's own word for how soon it must be declared."""
    clauses: Mapping[str, str]
    """The clause that orders it, then the clauses on how to behave, each in our own words."""
    is_known: bool
    """Whether the policy has a rule for this; False also if no policy is in force."""

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
    clauses = policy.pack.clauses if policy.pack else {}
    return Advice(
        rule=rule,
        deadline=rule.deadline,
        clauses={each: clauses[each] for each in (rule.cites, *rule.conduct) if each in clauses},
        is_known=case in policy.rules,
    )


def said_so_far(kind: Kind, lead: Lead, answers: Answers) -> Answers:
    """The kind's answers as far as they are known; unknown ones are None. Nothing is checked."""
    nothing = dict.fromkeys(kind.details.model_fields)
    return kind.details.model_construct(**{**nothing, **lead.fills, **dict(answers)})
