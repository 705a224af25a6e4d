"""Deciding and answering: the questions, and what the worker declared of this kind before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from register.acts.answering import answer
from register.acts.deciding import decide
from register.acts.settling import (
    CONDITIONS,
    SETTLEMENTS,
    asks_to_settle,
    consequences,
    lacking_for,
    outcomes_of,
)
from register.acts.situation import Situation
from register.kinds.kind import Outcome
from register.projections.register_list import Filter
from web.forms import declared
from web.forms.act_form import FilledForm, form_of
from web.forms.questions import Question, questions
from web.pages.acknowledge import who_may_be_asked
from web.requests.visit import Visit
from web.templating import answered_in_words, sentence

MOST_EARLIER = 10


def asks(visit: Visit, situation: Situation) -> list[Question]:
    """The questions of the kind, with only the outcomes that this declaration allows; none for a
    kind that is gone."""
    declaration = situation.declaration
    if declaration.kind not in SETTLEMENTS:
        return []
    which, *others = questions(SETTLEMENTS[declaration.kind])
    allowed = outcomes_of(declaration)
    names = {name: sentence(each.says) for name, each in allowed.items()}
    which = replace(which, choices=tuple(allowed), names=names)
    return [which, *(_with_doers(visit, situation, each) for each in others)]


def _with_doers(visit: Visit, situation: Situation, asked: Question) -> Question:
    """A list of conditions, with the people who may be given one; any other question as it is."""
    if asked.name != CONDITIONS:
        return asked
    names = who_may_be_asked(visit, situation)
    people = tuple(each for each in names if each)
    parts = (
        replace(each, widget="select", choices=people, names=names) if each.name == "by" else each
        for each in asked.parts
    )
    return replace(asked, parts=tuple(parts))


def _not_yet(situation: Situation) -> list[str]:
    """What is missing for an outcome, each with the outcomes that it is missing for."""
    without: dict[str, list[str]] = {}
    for outcome in outcomes_of(situation.declaration).values():
        if lacking := lacking_for(situation, outcome):
            without.setdefault(lacking, []).append(f"that {outcome.says}")
    return [
        f"{lacking} Until then you cannot say {' or '.join(said)}."
        for lacking, said in without.items()
    ]


def _only_where(situation: Situation) -> list[str]:
    """The outcomes that need findings, each in a sentence with the answers it needs."""
    needing = [each for each in outcomes_of(situation.declaration).values() if each.needs]
    if not needing:
        return []
    asked = {each.name: each for each in questions(SETTLEMENTS[situation.declaration.kind])}
    return [_needing(each, [asked[finding] for finding in each.needs]) for each in needing]


def _needing(outcome: Outcome, findings: Sequence[Question]) -> str:
    answers = [answered_in_words(replace(each, value=True)) for each in findings]
    if len(set(answers)) == 1:
        which = {1: "the answer below is", 2: "both answers below are"}
        below = which.get(len(answers), "all answers below are")
        return f"You can only say that {outcome.says} if {below} {answers[0]}."
    needed = (f"{each.label} {so}" for each, so in zip(findings, answers, strict=True))
    return f"You can only say that {outcome.says} if you answer: {'; '.join(needed)}."


def _of_the_policy(form: FilledForm) -> dict[str, Any]:
    """What the template shows of the outcomes that the policy allows."""
    allowed = list(outcomes_of(form.situation.declaration).values())
    return {
        **declared.beside(form),
        "only": allowed[0].says if len(allowed) == 1 else None,
        "only_where": [*_not_yet(form.situation), *_only_where(form.situation)],
    }


def _with_earlier(form: FilledForm) -> dict[str, Any]:
    """The same, and the worker's earlier declarations of this kind that this person may see."""
    declaration = form.situation.declaration
    wanted = Filter(
        worker=declaration.worker,
        kind=declaration.kind,
        after=declaration.position_of(1),
        limit=MOST_EARLIER,
    )
    page = form.visit.register.read.declarations(form.visit.by, wanted)
    form.visit.note_shown(page.items)
    return {**_of_the_policy(form), "earlier": page.items, "has_more": page.next is not None}


def _follows(form: FilledForm, said: Sequence[Any]) -> dict[str, Any]:
    return {"sentences": consequences(form.situation, said, form.visit.register.read.name)}


DECIDE = form_of(decide, asks=asks, template="decide.html", beside=_with_earlier, follows=_follows)


def _title(_visit: Visit, situation: Situation) -> str:
    return asks_to_settle(situation.declaration.kind, answer.title)


ANSWER = form_of(
    answer,
    asks=asks,
    title=_title,
    template="answer.html",
    beside=_of_the_policy,
    follows=_follows,
)
