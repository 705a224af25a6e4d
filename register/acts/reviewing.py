"""Whoever acts, or settled it, looks again: at a correction, or at a withdrawal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from events.declarations import (
    DeclarationCorrected,
    DeclarationMade,
    DeclarationReviewed,
    DeclarationWithdrawn,
    ReviewWords,
    Ruling,
)
from events.event import Event
from events.names import Reviewed, Status, Why
from register.acts.act import Act, Seen, whoever_must_act
from register.acts.settling import answers_of_the_rule, lacking_by_newest
from register.acts.situation import Situation
from register.answers import Text, turned_round
from register.declarations.declaration import OPEN, Declaration
from register.errors import ConflictError, FieldError
from register.ruling.places import facts_in, place_named, rule_again
from register.ruling.ruling import flags_with_words, in_plain

ONLY_AS_IT_WAS = "What was said can no longer be read; so it can only stay as it was."


IS_RIGHT = "Is the correction right?"
THEN = "Yes: it counts from now on. No: what was said before still counts."


class LookedAgain(Seen):
    stands: Annotated[bool, turned_round(IS_RIGHT, THEN)] = Field(
        title="Should it stay as it was before?",
        description="Yes: what the worker said last does not count. No: it holds from now on.",
    )
    settled: bool | None = Field(
        default=None,
        title="If it is right: does what was settled stay settled?",
        description="Yes: nothing more is asked. No: it is asked again, from the beginning.",
    )
    reason: Text = Field(title="Why?")


TO_CHECK = {
    Reviewed.CORRECTION: "Check a correction",
    Reviewed.WITHDRAWAL: "Check a withdrawal",
}
"""What is to be looked at again, as whoever does it is asked."""


def looked_at(declaration: Declaration) -> Reviewed:
    review = declaration.review
    return Reviewed.CORRECTION if review is None else review.of


def _asked_now(situation: Situation) -> Ruling:
    """What the rules make of the newest facts alone."""
    declaration, newest = situation.declaration, situation.declaration.newest
    facts = facts_in(declaration, newest, situation.besides)
    if facts is None:
        raise ConflictError(ONLY_AS_IT_WAS)
    policies, directory = situation.policies, situation.directory
    place = place_named(declaration, newest.service_user, policies, directory)
    return rule_again(declaration, facts, place, policies, directory, situation.now)


def _reviewed(situation: Situation, said: LookedAgain) -> list[Event]:
    declaration, of = situation.declaration, looked_at(situation.declaration)
    version = declaration.review.version if declaration.review else declaration.facts_version
    holds = not said.stands and of is Reviewed.CORRECTION
    ruling = _asked_now(situation) if holds else None
    reviewed = DeclarationReviewed(
        originator_id=declaration.id,
        reviewed_by=situation.by.id,
        reviewed_at=situation.now,
        of=of,
        looked_at=version,
        stands=said.stands,
        settled=bool(said.settled),
        ruling=in_plain(ruling) if ruling else None,
        source=situation.source,
        words=ReviewWords(said.reason, flags_with_words(ruling) if ruling else None),
    )
    return [reviewed]


def _wrong(situation: Situation, said: LookedAgain) -> list[FieldError]:
    """`settled` is said only of a correction to what was settled, and that holds."""
    review = situation.declaration.review
    may_stay_settled = (
        review is not None
        and review.of is Reviewed.CORRECTION
        and situation.declaration.is_firm_settled
    )
    if said.settled and (said.stands or not may_stay_settled):
        return [FieldError("settled", "Nothing was settled that could stay so.")]
    lacking = lacking_by_newest(situation) if said.settled else ""
    return [FieldError("settled", lacking)] if lacking else []


def _follows(situation: Situation, said: Sequence[Event]) -> list[Event]:
    """The answer that the rule itself gives to the newest facts, if it is asked anew."""
    declaration = situation.declaration
    return [
        answer
        for event in said
        if isinstance(event, DeclarationReviewed) and event.ruling and not event.settled
        for answer in answers_of_the_rule(
            declaration.id,
            declaration.kind,
            event.ruling,
            declaration.newest.version,
            situation.now,
        )
    ]


def _said_before(declaration: Declaration) -> Sequence[Event]:
    """What was said since the worker last said something: a review is of that."""
    words = (DeclarationMade, DeclarationCorrected, DeclarationWithdrawn)
    last = max(each.originator_version for each in declaration.past if isinstance(each, words))
    return declaration.since(last)


def _is_over(situation: Situation) -> bool:
    return situation.declaration.review is None and not situation.declaration.is_unlooked


review = ACT = Act(
    name="review",
    operation="look_again",
    summary="Look again at a correction or a withdrawal",
    label=lambda situation: TO_CHECK[looked_at(situation.declaration)],
    title="Look again",
    button="Send",
    done="What you said about it is in the register.",
    answers=Why.REVIEW,
    awaited="Look again",
    place=9,
    is_move=lambda declaration: declaration.review is not None,
    call="a review",
    takes=lambda declaration: declaration.acts is not None,
    whose=whoever_must_act("look at it again"),
    bodies=(LookedAgain,),
    event=DeclarationReviewed,
    says=_reviewed,
    leads={
        Status.AWAITING_REVIEW: (*OPEN, Status.CLOSED, Status.WITHDRAWN),
        **dict.fromkeys(OPEN, (*OPEN, Status.CLOSED)),
    },
    over="There is nothing to look at again.",
    is_over=_is_over,
    said_before=_said_before,
    is_again_once_over=False,
    wrong=_wrong,
    follows=_follows,
)
