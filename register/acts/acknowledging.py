"""A line manager acknowledges: they have read it, and say what was agreed. It is not approval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from events.declarations import AcknowledgementWords, DeclarationAcknowledged
from events.event import Event
from events.names import Role, Status, Why
from register.acts.act import Act, Seen, whoever_must_act
from register.acts.agreeing import MOST_ACTIONS, ActionWanted, action_agreed, not_so, wrong_people
from register.acts.situation import Situation
from register.answers import Text
from register.errors import FieldError


class Acknowledgement(Seen):
    note: Text = Field(title="What was said and agreed?")
    actions: Annotated[list[ActionWanted], Field(max_length=MOST_ACTIONS)] = Field(
        title="What is to be done, by whom, by when?"
    )
    confidentiality_discussed: bool | None = Field(
        default=None, title="Did you talk about confidentiality?"
    )
    risk_assessment: Text | None = Field(
        default=None, title="What does the risk assessment say, or where is it?"
    )
    duties_considered: Text | None = Field(
        default=None,
        title="What does it mean for their post, and for how they stand with the organisation, "
        "colleagues, service users and the public?",
    )
    new_key_worker: Annotated[str, Field(min_length=1, max_length=100)] | None = Field(
        default=None, title="Who is the new key worker?"
    )


Said = Mapping[str, Any]
"""What an acknowledgement says, by field; what was left out may be missing."""
ANOTHER_KEY_WORKER = "another_key_worker"
ASKED = "The policy asks for this; please answer it."


def _has_talked(said: Said) -> FieldError | None:
    talked = said.get("confidentiality_discussed")
    if talked is None:
        return FieldError("confidentiality_discussed", ASKED)
    if not talked and not said.get("actions"):
        return FieldError("actions", "If you have not talked yet, agree an action to do so.")
    return None


def _says_what_risk(said: Said) -> FieldError | None:
    return None if said.get("risk_assessment") else FieldError("risk_assessment", ASKED)


def _considers_duties(said: Said) -> FieldError | None:
    return None if said.get("duties_considered") else FieldError("duties_considered", ASKED)


def _agrees_an_action(said: Said) -> FieldError | None:
    if said.get("actions"):
        return None
    return FieldError("actions", "The policy asks for at least one action.")


def _finds_another(said: Said) -> FieldError | None:
    if said.get("new_key_worker") or said.get("actions"):
        return None
    words = "Name another key worker, or agree an action by which somebody finds one."
    return FieldError("new_key_worker", words)


NEEDS: Mapping[str, Callable[[Said], FieldError | None]] = {
    "confidentiality_discussed": _has_talked,
    "risk_assessment": _says_what_risk,
    "duties_considered": _considers_duties,
    "action": _agrees_an_action,
    ANOTHER_KEY_WORKER: _finds_another,
}
"""What a policy may want an acknowledgement to say, by name: each tells what is missing. A talk
that has not happened is answered by an action to have it, and so is a key worker who is not found
yet."""


IN_WORDS = {
    "confidentiality_discussed": "whether you talked about confidentiality",
    "risk_assessment": "what the risk assessment says",
    "duties_considered": "what it means for their post, and for those whom it touches",
    "action": "an action",
    ANOTHER_KEY_WORKER: "who the key worker is instead",
}
"""What a policy may want an acknowledgement to say, for people."""


def unsaid(needs: Sequence[str], said: Said) -> list[FieldError]:
    """What the policy asks an acknowledgement to say and it does not, once for each field."""
    missing = (NEEDS[need](said) for need in needs)
    return list({error.field: error for error in missing if error is not None}.values())


def _acknowledged(situation: Situation, said: Acknowledgement) -> DeclarationAcknowledged:
    return DeclarationAcknowledged(
        originator_id=situation.declaration.id,
        acknowledged_by=situation.by.id,
        acknowledged_at=situation.now,
        made_on=situation.declaration.facts_version,
        confidentiality_discussed=said.confidentiality_discussed,
        new_key_worker=said.new_key_worker,
        actions=len(said.actions),
        source=situation.source,
        words=AcknowledgementWords(said.note, said.risk_assessment, said.duties_considered),
    )


def _says(situation: Situation, said: Acknowledgement) -> list[Event]:
    agreed = (action_agreed(situation, action) for action in said.actions)
    return [_acknowledged(situation, said), *agreed]


def _wrong(situation: Situation, said: Acknowledgement) -> list[FieldError]:
    """What the policy asks an acknowledgement to say, and people who cannot be given an action."""
    wrong = unsaid(situation.declaration.ruling.needs, dict(said))
    wrong += wrong_people(situation, "actions", said.actions)
    named = said.new_key_worker
    if named is not None and named not in possible_key_workers(situation):
        wrong.append(not_so(situation, "new_key_worker", MAY_NOT_BE_KEY_WORKER, named))
    return wrong


MAY_NOT_BE_KEY_WORKER = "Name a worker of that service who may be the key worker."


def possible_key_workers(situation: Situation) -> set[str]:
    """Everybody who may be the service user's key worker in the worker's place: the workers of that
    service who are not excluded themselves."""
    declaration, directory = situation.declaration, situation.directory
    excluded = {line.worker for line in situation.excluded(declaration.service_user)}
    return {
        person.id
        for person in directory.people.values()
        if declaration.service in person.services
        and Role.WORKER in person.roles
        and directory.is_here(person.id)
        and person.id not in excluded | {declaration.worker}
    }


acknowledge = ACT = Act(
    name="acknowledgement",
    operation="acknowledge",
    summary="Acknowledge",
    label="Acknowledge",
    title="Acknowledge",
    button="Acknowledge",
    done="You have acknowledged this.",
    participle="acknowledged",
    answers=Why.ACKNOWLEDGE,
    awaited="Acknowledge",
    place=10,
    call="an acknowledgement",
    takes=lambda declaration: declaration.ruling.status == Status.AWAITING_ACKNOWLEDGEMENT,
    whose=whoever_must_act("acknowledge it"),
    bodies=(Acknowledgement,),
    event=DeclarationAcknowledged,
    says=_says,
    leads={Status.AWAITING_ACKNOWLEDGEMENT: (Status.CLOSED, Status.AWAITING_ACTION)},
    said_before=lambda declaration: declaration.since(declaration.route_version),
    over="This was acknowledged already.",
    wrong=_wrong,
)
