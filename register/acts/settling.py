"""What a decision and an answer have in common: an outcome of the kind, and what it needs and
brings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec.structs import replace
from pydantic import Field, create_model

from events.declarations import (
    ActionAgreed,
    DeclarationCorrected,
    DeclarationDecided,
    DeclarationReviewed,
    Reason,
    Ruling,
)
from events.event import Event
from events.names import Reviewed, Role, Status, Why
from register.acts.act import Seen
from register.acts.agreeing import MOST_ACTIONS, ActionWanted, action_agreed, wrong_people
from register.acts.situation import Situation
from register.answers import Answers, Text, a_few
from register.deadlines import london_day, working_day_from
from register.declarations.declaration import Declaration
from register.declarations.history import Name, sentence
from register.declarations.looking_again import account_of
from register.errors import FieldError
from register.kinds import all_kinds, answers_in, outcome_of
from register.kinds.kind import Brought, Outcome
from register.ruling.ruling import nation
from register.standing.acting import role_of
from register.standing.holding import doer


class Settlement(Seen):
    """What whoever decides or answers says, whatever the kind."""

    outcome: str
    reason: Text = Field(title="Why?")


CONDITIONS = "conditions"
CONDITIONS_ASKED: Any = (
    Annotated[list[ActionWanted], a_few("Condition", MOST_ACTIONS)],
    Field(
        default=[],
        title="On what conditions?",
        description="Only where there are any: what somebody must do, who, and by which day.",
    ),
)


def conditions_in(said: Settlement) -> Sequence[ActionWanted]:
    """The conditions that are said, if the kind has outcomes that may have some."""
    conditions: Sequence[ActionWanted] = getattr(said, CONDITIONS, ())
    return conditions


def settlement_of(kind: str) -> type[Settlement]:
    """The model with the outcomes and the findings of one kind."""
    known = all_kinds()[kind]
    outcome: Any = Literal[tuple(known.outcomes)]
    findings = known.findings.model_fields
    conditional = any(each.has_conditions for each in known.outcomes.values())
    asked: dict[str, Any] = {
        "outcome": (outcome, Field(title=known.asks_outcome)),
        **{name: (field.annotation, field) for name, field in findings.items()},
        **({CONDITIONS: CONDITIONS_ASKED} if conditional else {}),
        "reason": (Text, Settlement.model_fields["reason"]),
    }
    return create_model(f"{known.details.__name__}Decision", __base__=Settlement, **asked)


SETTLEMENTS = {name: settlement_of(name) for name, kind in all_kinds().items() if kind.outcomes}


def asks_to_settle(kind: str, otherwise: str) -> str:
    """What whoever decides or answers is to do, in the words of the kind if it has any."""
    known = all_kinds().get(kind)
    return (known and known.asks_to_settle) or otherwise


def is_settled_so(declaration: Declaration, asked: Status) -> bool:
    """Whether this is what a declaration asks for, and its kind still has outcomes."""
    return declaration.ruling.status == asked and declaration.kind in SETTLEMENTS


def outcomes_of(declaration: Declaration) -> dict[str, Outcome]:
    """The outcomes that are allowed now, by name."""
    return {name: outcome_of(declaration.kind, name) for name in declaration.outcomes}


def findings_in(situation: Situation, said: Settlement) -> dict[str, bool]:
    names = all_kinds()[situation.declaration.kind].findings.model_fields
    return {name: getattr(said, name) for name in names}


def says(asked: Why) -> Callable[[Situation, Settlement], list[Event]]:
    """What is said by a decision, or by an answer, as `asked` tells."""

    def decided(situation: Situation, said: Settlement) -> list[Event]:
        event = DeclarationDecided(
            originator_id=situation.declaration.id,
            kind=situation.declaration.kind,
            asked=asked,
            decided_by=situation.by.id,
            decided_at=situation.now,
            made_on=situation.declaration.facts_version,
            outcome=said.outcome,
            findings=findings_in(situation, said),
            source=situation.source,
            words=Reason(said.reason),
        )
        return [event, *(action_agreed(situation, each) for each in conditions_in(said))]

    return decided


def wrong(situation: Situation, said: Settlement) -> list[FieldError]:
    """An outcome that is not allowed, and the findings that it needs and that are not so."""
    allowed, clause = outcomes_of(situation.declaration), situation.source.clause
    if said.outcome not in allowed:
        return [FieldError("outcome", f"This can only be: {' or '.join(allowed)}.")]
    found, outcome = findings_in(situation, said), allowed[said.outcome]
    lacking = lacking_for(situation, outcome)
    return [
        *(
            FieldError(
                finding, f"With this answer {clause} does not let you say that {outcome.says}."
            )
            for finding in outcome.needs
            if not found[finding]
        ),
        *([FieldError("outcome", lacking)] if lacking else []),
        *_wrong_conditions(situation, outcome, conditions_in(said)),
    ]


def lacking_for(situation: Situation, outcome: Outcome) -> str:
    """What is missing for an outcome by what the worker said, in a sentence; nothing if all is
    there, or nobody can read it any more."""
    told = [each for each in _told_since_it_was_firm(situation.declaration) if each is not None]
    return outcome.lacks(told, situation.policy) if told else ""


def lacking_by_newest(situation: Situation) -> str:
    """The same for what was settled, by what the worker said last."""
    declaration = situation.declaration
    taken = declaration.decision or declaration.answer
    answers = answers_in(declaration.kind, declaration.newest.details)
    if taken is None or answers is None:
        return ""
    return outcome_of(declaration.kind, taken.outcome).lacks([answers], situation.policy)


def _wrong_conditions(
    situation: Situation, outcome: Outcome, conditions: Sequence[ActionWanted]
) -> list[FieldError]:
    if outcome.has_conditions and not conditions:
        return [FieldError(CONDITIONS, "Say on what conditions: at least one.")]
    if conditions and not outcome.has_conditions:
        return [FieldError(CONDITIONS, f"That {outcome.says} has no conditions.")]
    return wrong_people(situation, CONDITIONS, conditions)


def follows(situation: Situation, said: Sequence[Event]) -> list[Event]:
    """The actions that the outcome brings for the worker, as far as they are still to be done."""
    declaration = situation.declaration
    allowed, told = outcomes_of(declaration), _told_since_it_was_firm(declaration)
    return [
        _to_be_done(situation, brought)
        for event in said
        if isinstance(event, DeclarationDecided)
        for brought in allowed[event.outcome].brings
        if any(answers is None or brought.is_needed(answers) for answers in told)
    ]


def consequences(situation: Situation, said: Sequence[Event], name: Name) -> list[str]:
    """What would follow from what is said, in sentences, for whoever is about to say it."""
    declaration, directory = situation.declaration, situation.directory
    worker = name(declaration.worker)
    ends = " is told that {}."
    if not directory.is_here(declaration.worker):
        ends = " has left and is not told. It is settled that {}."
    told = [
        worker + ends.format(outcome_of(declaration.kind, each.outcome).says)
        for each in said
        if isinstance(each, DeclarationDecided)
    ]
    to_be_done = [sentence(each, name) for each in said if isinstance(each, ActionAgreed)]
    last = "It waits until that is done." if to_be_done else "Nothing more is left to do."
    return [*told, *to_be_done, last]


def _told_since_it_was_firm(declaration: Declaration) -> list[Answers | None]:
    """All answers that the worker gave since somebody last acted or looked, and those from then:
    no correction makes an action needless. None for answers that nobody can read any more."""
    refused = [each.originator_version for each in declaration.past if _looked_at_facts(each)]
    since = declaration.since(max(declaration.firm.version, *refused, 0) + 1)
    newer = (account_of(event) for event in since if isinstance(event, DeclarationCorrected))
    return [answers_in(declaration.kind, each.details) for each in (declaration.firm, *newer)]


def _looked_at_facts(event: Event) -> bool:
    return isinstance(event, DeclarationReviewed) and event.of == Reviewed.CORRECTION


def brings_more(declaration: Declaration, answers: Answers) -> bool:
    """Whether what was decided brings an action by new answers that it did not bring by those that
    it was about."""
    taken, firm = declaration.decision or declaration.answer, declaration.firm
    if taken is None or not declaration.is_firm_settled:
        return False
    before = answers_in(declaration.kind, firm.details)
    return any(
        brought.is_needed(answers) and not (before and brought.is_needed(before))
        for brought in outcome_of(declaration.kind, taken.outcome).brings
    )


def _to_be_done(situation: Situation, brought: Brought) -> ActionAgreed:
    """An action of the worker; of whoever acts in their place, once they have left."""
    action = ActionAgreed(
        originator_id=situation.declaration.id,
        agreed_by=situation.by.id,
        agreed_at=situation.now,
        by=situation.declaration.worker,
        role=Role.WORKER,
        due_on=_due_on(situation, brought),
        brought=brought.name,
        source=situation.source,
    )
    does = doer(action, situation.declaration.matter, situation.directory)
    if does is None or does.person == action.by:
        return action
    return replace(action, by=does.person, role=role_of(situation, does.person))


def _due_on(situation: Situation, brought: Brought) -> date:
    """So many working days after the day that the answers give, or after today, if that is
    later."""
    answers = answers_in(situation.declaration.kind, situation.declaration.details)
    after = london_day(situation.now)
    if brought.after is not None and answers is not None:
        after = max(after, brought.after(answers))
    return working_day_from(after, brought.working_days, nation(situation.policy))


def lapses_on(declaration: Declaration) -> date | None:
    """The day from which what was decided or answered no longer holds; None if it has no end."""
    taken = declaration.decision or declaration.answer
    answers = answers_in(declaration.kind, declaration.details)
    if taken is None or answers is None or declaration.is_undecided:
        return None
    last_day = outcome_of(declaration.kind, taken.outcome).last_day
    return last_day(answers) + timedelta(days=1) if last_day else None


def answers_of_the_rule(
    declaration: UUID, kind: str, ruling: Ruling, made_on: int, now: datetime
) -> list[DeclarationDecided]:
    """The answer that the rule itself gives, if it does; else nothing."""
    if ruling.answered is None:
        return []
    return [
        DeclarationDecided(
            originator_id=declaration,
            kind=kind,
            asked=Why.ANSWER,
            decided_by=None,
            decided_at=now,
            made_on=made_on,
            outcome=ruling.answered,
            findings={},
            source=ruling.source,
        )
    ]
