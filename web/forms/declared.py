"""Shows what was declared: on the declaration's page, and beside forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from register.acts.completing import done_by
from register.acts.settling import lapses_on
from register.answers import read
from register.deadlines import in_words
from register.declarations.declaration import Declaration
from register.kinds import all_kinds, brought_named
from register.kinds import answers_in as read_answers
from web.forms.act_form import FilledForm
from web.forms.earlier import earlier
from web.forms.lateness import lateness
from web.forms.listed import listed
from web.forms.others_about import others_about
from web.forms.people import named
from web.forms.questions import Question, filled, questions
from web.forms.versions import versions_shown
from web.requests.visit import Visit


def answers_in(declaration: Declaration, name: Callable[[str], str]) -> list[Question]:
    """The questions of a declaration's kind, with the worker's answers."""
    kind = all_kinds().get(declaration.kind)
    if kind is None or declaration.details is None:
        return []
    asked = named(filled(questions(kind.details), declaration.details), name)
    since = _since(declaration)
    return [replace(each, since=since.get(each.name)) for each in asked]


def _since(declaration: Declaration) -> dict[str, str]:
    """What is true by now instead of an answer, by question: an action that is done changed it."""
    changed = {}
    for action in declaration.actions:
        brought = brought_named(declaration.kind, action.brought)
        if brought and brought.since_done and isinstance(action.evidence, dict):
            done = read(brought.done, action.evidence, today=date.max)
            changed[brought.changes] = brought.since_done(done)
    return changed


def to_do_now(visit: Visit, declaration: Declaration) -> list[str]:
    """What the worker does, or does not do, for as long as it is not over."""
    kind, details = all_kinds().get(declaration.kind), declaration.details
    answers = read_answers(declaration.kind, details)
    if kind is None or answers is None or declaration.is_over or declaration.worker != visit.by:
        return []
    is_decided = declaration.decision is not None
    first = None if is_decided else visit.register.situation(visit.by, declaration).first
    return [*filter(None, [first]), *kind.to_do_now(answers, declaration.status)]


def lapse(declaration: Declaration, today: date) -> str | None:
    """Until when what was decided holds, or since when it no longer does, in a sentence."""
    end = lapses_on(declaration)
    if end is None:
        return None
    if today >= end:
        return f"This lapsed on {in_words(end)}: it holds no more."
    return f"This holds until {in_words(end - timedelta(days=1))}, and lapses the day after."


def evidence_in(declaration: Declaration) -> dict[str, list[Question]]:
    """The questions that whoever did an action answered, with their answers, by the action."""
    return {
        action.id: filled(questions(done_by(declaration.kind, action.brought)), action.evidence)
        for action in declaration.actions
        if isinstance(action.evidence, dict)
    }


def duties_besides(visit: Visit, declaration: Declaration) -> dict[str, str]:
    """The clauses of the further duties that hold, in our own words, by clause."""
    also = declaration.ruling.also
    return {each.clause: visit.register.clause_in_words(each) or "" for each in also}


def beside(form: FilledForm) -> dict[str, Any]:
    """What a form shows to the person who must act: the declaration, and the policy's clauses."""
    visit, declaration = form.visit, form.situation.declaration
    return {
        "what": visit.what(declaration),
        "after_ending": visit.after_ending([declaration]),
        "answers": answers_in(declaration, visit.register.read.name),
        "versions": versions_shown(declaration, visit.register.read.name),
        "lateness": lateness(visit, declaration),
        "clause": visit.register.clause_in_words(declaration.ruling.source),
        "duties_besides": duties_besides(visit, declaration),
        "advice": form.situation.advice,
        "name": visit.register.read.name,
        "listed": listed(visit, declaration),
        "others_about": others_about(visit, declaration),
        "what_else": earlier(visit, declaration),
    }
