"""A worker corrects a declaration. No entry changes: the rules are applied to the new facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from msgspec.structs import replace
from pydantic import Field, create_model

from events.declarations import DeclarationCorrected, FactsWords, Ruling
from events.event import Event
from events.names import Status
from register.acts.act import Act, the_worker
from register.acts.settling import answers_of_the_rule
from register.acts.situation import Situation
from register.answers import Answers, PastDay, Reference, Text
from register.deadlines import latest_day
from register.declarations.declaration import OPEN, Declaration
from register.errors import FieldError, InvalidError
from register.kinds import all_kinds
from register.kinds.kind import Asked
from register.ruling.ruling import Facts, flags_with_words, in_plain, rule
from register.ruling.subjects import named_in, wrong_subject


class Correction(Answers):
    """What may be corrected of any kind; what is left out stays as it is."""

    details: Answers
    happened_on: PastDay | None = None
    reason: Text = Field(title="What was wrong?")


def correction_of(kind: str) -> type[Correction]:
    """The model that reads the body of a correction to a declaration of one kind."""
    details, asked = all_kinds()[kind].details, all_kinds()[kind].service_user
    about: dict[str, Any] = {"service_user": (Reference | None, None)}
    return create_model(
        f"{details.__name__}Correction",
        __base__=Correction,
        details=(details, ...),
        **({} if asked is Asked.ABSENT else about),
    )


CORRECTIONS = {kind: correction_of(kind) for kind in all_kinds()}


def _latest_day(situation: Situation) -> date:
    """The last day that may be given: today where the worker is, by their device's time zone."""
    there = situation.now.astimezone(situation.declaration.captured_at.tzinfo)
    return latest_day(situation.now, there)


def _service_user(declaration: Declaration, correction: Correction) -> str | None:
    given: str | None = getattr(correction, "service_user", None)
    reference = given or declaration.service_user
    if reference is None and all_kinds()[declaration.kind].service_user is Asked.REQUIRED:
        raise InvalidError.of("service_user", "The reference was erased; please give it.")
    return reference


def _corrected(situation: Situation, correction: Correction) -> DeclarationCorrected:
    declaration = situation.declaration
    facts = Facts(
        kind=declaration.kind,
        details=correction.details,
        happened_on=correction.happened_on or declaration.happened_on,
        captured_at=declaration.captured_at,
        received_at=declaration.received_at,
        worker=declaration.worker,
        service=declaration.service,
        subjects=_subjects(declaration, correction),
    )
    ruling = rule(situation.policy, facts, situation.directory, situation.now)
    reopened = _asks(ruling) != _asks(declaration.ruling)
    words = FactsWords(
        service_user=_service_user(declaration, correction),
        details=correction.details.model_dump(mode="json"),
        flags=flags_with_words(ruling),
        reason=correction.reason,
    )
    return DeclarationCorrected(
        originator_id=declaration.id,
        corrected_by=situation.by.id,
        corrected_at=situation.now,
        happened_on=facts.happened_on,
        ruling=in_plain(ruling if reopened else _still_due(ruling, declaration.ruling.due_at)),
        reopened=reopened,
        words=words,
    )


def _subjects(declaration: Declaration, correction: Correction) -> frozenset[str] | None:
    """Whom it is about now, and whom it was about before."""
    before = declaration.subjects
    return None if before is None else before | named_in(correction.details)


def _wrong(situation: Situation, correction: Correction) -> list[FieldError]:
    return wrong_subject(correction.details, situation.declaration.worker, situation.directory)


def _asks(ruling: Ruling) -> tuple[object, ...]:
    """What the ruling asks for. If a correction changes it, a settled declaration opens again."""
    return (
        ruling.status,
        ruling.acts,
        ruling.outcomes,
        ruling.needs_action,
        ruling.answered,
    )


def _still_due(ruling: Ruling, due_at: datetime | None) -> Ruling:
    return replace(ruling, due_at=due_at)


def _follows(situation: Situation, said: Sequence[Event]) -> list[Event]:
    """The answer that the rule itself gives to the new facts, if they open it again."""
    declaration = situation.declaration
    return [
        answer
        for event in said
        if isinstance(event, DeclarationCorrected) and event.reopened
        for answer in answers_of_the_rule(
            declaration.id,
            declaration.kind,
            event.ruling,
            declaration.version + 1,
            situation.now,
        )
    ]


correct = ACT = Act(
    name="correction",
    operation="correct",
    summary="Correct",
    label="Correct it",
    title="Correct this declaration",
    button="Send the correction",
    done="Your correction is in the register.",
    words="Nothing is overwritten: what you said before stays in the history.",
    place=70,
    is_move=lambda _: False,
    call="a correction",
    takes=lambda declaration: declaration.kind in CORRECTIONS,
    whose=the_worker("correct it"),
    bodies=tuple(CORRECTIONS.values()),
    body=lambda _, declaration: CORRECTIONS[declaration.kind],
    event=DeclarationCorrected,
    says=lambda situation, correction: [_corrected(situation, correction)],
    leads=dict.fromkeys((*OPEN, Status.CLOSED), (*OPEN, Status.CLOSED)),
    over="This was withdrawn.",
    wrong=_wrong,
    follows=_follows,
    today=_latest_day,
    again_since=lambda declaration: declaration.facts_version,
)
