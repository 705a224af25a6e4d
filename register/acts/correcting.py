"""A worker corrects a declaration. No entry changes: the rules are applied to the new facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace
from pydantic import Field, create_model

from events.declarations import DeclarationCorrected, FactsWords, Place, Ruling
from events.event import Event
from events.names import Role, Status
from register.acts.act import Act, the_worker
from register.acts.settling import answers_of_the_rule, brings_more
from register.acts.situation import Situation
from register.answers import Answers, DayWithinAYear, PastDay, Reference, Text
from register.deadlines import latest_day
from register.declarations.declaration import GOES_ON, WAITING_FOR_SOMEBODY, Declaration
from register.declarations.words import words_at
from register.errors import FieldError, InvalidError
from register.kinds import all_kinds, answers_in
from register.kinds.kind import Asked
from register.ruling.places import place_for, rule_again
from register.ruling.ruling import Facts, facts_of, flags_with_words, in_plain
from register.ruling.stricter import RANK, opens_again, stricter
from register.ruling.subjects import by_id, named_in, role_in, wrong_people
from register.standing.held import WORKER, Of


class Correction(Answers):
    """What may be corrected of any kind; what is left out stays as it is."""

    details: Answers
    happened_on: PastDay | None = None
    reason: Text = Field(title="What was wrong?")


def correction_of(kind: str) -> type[Correction]:
    """The model that reads the body of a correction to a declaration of one kind."""
    known = all_kinds()[kind]
    details, asked = known.details, known.service_user
    about: dict[str, Any] = {"service_user": (Reference | None, None)}
    day: Any = DayWithinAYear if known.may_be_to_come else PastDay
    return create_model(
        f"{details.__name__}Correction",
        __base__=Correction,
        details=(details, ...),
        happened_on=(day | None, None),
        **({} if asked is Asked.ABSENT else about),
    )


CORRECTIONS = {kind: correction_of(kind) for kind in all_kinds()}


def _latest_day(situation: Situation) -> date:
    """The last day that may be given: today where the worker is, by their device's time zone."""
    there = situation.now.astimezone(situation.declaration.captured_at.tzinfo)
    return latest_day(situation.now, there)


def _service_user(declaration: Declaration, correction: Correction) -> str | None:
    """Whom it is about now: as before, if that is left out; nobody, if a kind allows that."""
    asked = all_kinds()[declaration.kind].service_user
    given: str | None = getattr(correction, "service_user", None)
    if asked is Asked.OPTIONAL and "service_user" in correction.model_fields_set:
        return given
    reference = given or declaration.newest.service_user
    if reference is None and asked is Asked.REQUIRED:
        raise InvalidError.of("service_user", "The reference was erased; please give it.")
    return reference


def _facts(situation: Situation, correction: Correction) -> Facts:
    declaration = situation.declaration
    return facts_of(
        declaration,
        correction.details,
        correction.happened_on or declaration.newest.happened_on,
        _subjects(declaration, correction),
        partial(situation.besides, _service_user(declaration, correction)),
    )


def _place(situation: Situation, correction: Correction) -> Place:
    declaration = situation.declaration
    reference = _service_user(declaration, correction)
    return place_for(declaration, reference, situation.policies, situation.directory)


def _by_id(situation: Situation, said: Correction) -> Correction:
    """What was said, with whom it is about by their id: for a role by which they were named last,
    whoever it meant then."""
    directory, declaration = situation.directory, situation.declaration
    if role_in(said.details, directory) is None:
        return said
    service = _place(situation, said).service
    before = words_at(declaration, declaration.newest.version)
    details = by_id(said.details, declaration.worker, service, directory, before)
    return said.model_copy(update={"details": details})


def _corrected(situation: Situation, said: Correction) -> DeclarationCorrected:
    correction = _by_id(situation, said)
    declaration, facts = situation.declaration, _facts(situation, correction)
    policies, directory = situation.policies, situation.directory
    place, role = _place(situation, correction), role_in(said.details, directory)
    asked = rule_again(declaration, facts, place, policies, directory, situation.now)
    opens = opens_again(declaration.ruling, asked) or brings_more(declaration, correction.details)
    waits = not declaration.is_undecided and not opens
    ruling = asked if waits else _stricter(situation, asked)
    return DeclarationCorrected(
        originator_id=declaration.id,
        corrected_by=situation.by.id,
        corrected_at=situation.now,
        happened_on=facts.happened_on,
        place=_held_at(declaration, place, asked),
        ruling=in_plain(ruling),
        reopened=not waits and _is_asked_anew(declaration, ruling),
        waits=situation.to_review() if waits else None,
        words=FactsWords(
            service_user=_service_user(declaration, correction),
            details=correction.details.model_dump(mode="json"),
            flags=flags_with_words(ruling),
            reason=correction.reason,
            named_as=UNSET if role is None else role,
        ),
    )


def _held_at(declaration: Declaration, place: Place, asked: Ruling) -> Place:
    """Where the acting role is held: by the director who had it, while more is asked of them than
    at the place of the new facts; so no worker chooses who decides."""
    before = declaration.ruling
    is_less = RANK[asked.status] < RANK[before.status]
    if not (declaration.is_undecided and is_less and before.acts is Role.SERVICE_DIRECTOR):
        return place
    return next(each for each in declaration.places if each.service == declaration.service)


def _stricter(situation: Situation, asked: Ruling) -> Ruling:
    """The stricter of before and after; what was settled gets its time anew."""
    declaration = situation.declaration
    ruling = stricter(declaration.ruling, asked)
    if declaration.is_undecided:
        return ruling
    return replace(ruling, due_at=asked.due_at or situation.due_anew())


def _is_asked_anew(declaration: Declaration, ruling: Ruling) -> bool:
    """Whether somebody has to be asked anew: it was settled, something else waited, or another must
    act or do something else."""
    before = declaration.ruling
    is_other = (ruling.status, ruling.acts, ruling.answered) != (
        before.status,
        before.acts,
        before.answered,
    )
    return is_other or declaration.status not in WAITING_FOR_SOMEBODY


def _subjects(declaration: Declaration, correction: Correction) -> frozenset[str] | None:
    """Whom it is about now, and whom it was about before."""
    before = declaration.subjects
    return None if before is None else before | named_in(correction.details)


def _wrong(situation: Situation, said: Correction) -> list[FieldError]:
    correction, declaration = _by_id(situation, said), situation.declaration
    last, facts = declaration.newest, _facts(situation, correction)
    was = (last.service_user, last.details, last.happened_on)
    details = correction.details.model_dump(mode="json")
    if was == (_service_user(declaration, correction), details, facts.happened_on):
        return [FieldError("details", "This is what it says already; nothing would change.")]
    before, worker = answers_in(declaration.kind, last.details), declaration.worker
    return wrong_people(correction.details, worker, situation.directory, before)


def _said_before(declaration: Declaration) -> Sequence[Event]:
    """What was said last, and holds or waits: a correction that was refused may be said again."""
    return declaration.since(declaration.newest.version)[:1]


def _follows(situation: Situation, said: Sequence[Event]) -> list[Event]:
    """The answer that the rule itself gives to the new facts, if it did not give it before."""
    declaration = situation.declaration
    return [
        answer
        for event in said
        if isinstance(event, DeclarationCorrected)
        and event.waits is None
        and event.ruling.answered != declaration.ruling.answered
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
    label="Change what I said",
    title="Correct this declaration",
    button="Send the correction",
    done="Your correction is in the register.",
    words="We keep the old answer too. Whoever acts on it sees both.",
    place=70,
    is_move=lambda _: False,
    call="a correction",
    takes=lambda declaration: declaration.kind in CORRECTIONS,
    whose=the_worker("correct it"),
    roles=WORKER,
    of=Of.OWN,
    bodies=tuple(CORRECTIONS.values()),
    body=lambda _, situation: CORRECTIONS[situation.declaration.kind],
    event=DeclarationCorrected,
    says=lambda situation, correction: [_corrected(situation, correction)],
    leads=dict.fromkeys((*GOES_ON, Status.CLOSED), GOES_ON),
    over="This was withdrawn.",
    wrong=_wrong,
    follows=_follows,
    today=_latest_day,
    said_before=_said_before,
    is_again_once_over=False,
)
