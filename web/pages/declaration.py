"""The page of a declaration: what was declared, its history, and what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from starlette.responses import Response

from register.acts import all_acts
from register.acts.act import Act
from register.acts.informing import asked_before, inform
from register.acts.photographing import room
from register.acts.situation import Situation
from register.alerts.in_sentences import SENTENCES, UNDELIVERED
from register.alerts.whose_move import whose_move
from register.declarations import history
from register.declarations.as_at import AsAt
from register.declarations.declaration import Declaration
from register.kinds import answers_in as read_answers
from register.kinds import mark_of
from register.reading.further import Past, whole_past
from register.standing.holding import doer
from web.forms import written
from web.forms.at_risk import at_risk
from web.forms.declared import answers_in, duties_besides, evidence_in, lapse, to_do_now
from web.forms.earlier import earlier
from web.forms.entered import entered_in_words
from web.forms.lateness import lateness
from web.forms.listed import listed
from web.forms.others_about import others_about
from web.forms.silence import silent_about
from web.forms.versions import versions_shown
from web.forms.ways import ways_if_left_alone
from web.pages.declare import ENTERED
from web.pages.inbox import awaiting
from web.pages.looks.at_own import latest
from web.requests.visit import Visit, above, auditor
from web.requests.way_back import way_back
from web.templating import kind_title, needs, sentence

MOST_LOOKS = 3
"""How many looks at their own declaration its worker sees on its page."""


def show(visit: Visit) -> Response:
    as_at = visit.register.read.as_at(written.moment(visit.query.get("as_at", "")))
    declaration = _looked_at(visit, as_at)
    directory = visit.directory if as_at.is_now else visit.register.read.directory_at(as_at)
    past = _past(visit, declaration, as_at)
    done, is_own = _done(visit, declaration, past), declaration.worker == visit.by
    return visit.page(
        "declaration.html",
        kind_title(declaration.kind, is_own=is_own),
        back=way_back(visit),
        declaration=declaration,
        as_at=as_at,
        **_in_time(visit, declaration, as_at),
        **(_just_now(visit, declaration) if as_at.is_now else {}),
        move=whose_move(declaration, directory),
        alerted=_alerted(visit, declaration) if auditor(visit) or as_at.is_now else (),
        services=directory.services,
        answers=answers_in(declaration, visit.register.read.name),
        evidence=evidence_in(declaration),
        doers={
            each.id: found.person if (found := doer(each, declaration.matter, directory)) else None
            for each in declaration.open_actions
        },
        versions=versions_shown(declaration, visit.register.read.name),
        photographs=visit.register.photographs.conditions(declaration),
        on_behalf=entered_in_words(visit, declaration),
        history=history.lines(past, visit.register.read.name),
        lateness=lateness(visit, declaration),
        noted=_noted(visit, declaration),
        done=done,
        next_in_inbox=_next_in_inbox(visit, declaration) if done else None,
        clause=visit.register.clause_in_words(declaration.ruling.source),
        duties_besides=duties_besides(visit, declaration),
        name=visit.register.read.name,
        looked=latest(visit, declaration.id, MOST_LOOKS) if is_own and as_at.is_now else None,
        moments=visit.register.read.history(visit.by, visit.path["id"]) if auditor(visit) else (),
    )


def _just_now(visit: Visit, declaration: Declaration) -> dict[str, Any]:
    """What is shown only of how it stands now."""
    return {
        "silent": silent_about(visit, declaration),
        "has_receipt": visit.register.receipts.promises.begin() is not None,
        "listed": listed(visit, declaration),
        "others_about": others_about(visit, declaration),
        "what_else": earlier(visit, declaration),
        "to_do_now": to_do_now(visit, declaration),
        "at_risk": at_risk(visit, declaration),
        "remain": ways_if_left_alone(visit, declaration),
        "may": what_may_be_done(visit, declaration),
    }


def _in_time(visit: Visit, declaration: Declaration, as_at: AsAt) -> dict[str, Any]:
    """Whether it came after an ending, and until when what was decided holds."""
    up_to = None if as_at.is_now else as_at.position
    after_ending = visit.after_ending([declaration], up_to)
    return {"after_ending": after_ending, "lapse": lapse(declaration, as_at.day)}


def _alerted(visit: Visit, declaration: Declaration) -> list[tuple[str, datetime]]:
    """What happened to its alerts, in sentences, each with its moment: to auditors everything, to
    whoever else stands above the worker of what somebody was not told."""
    if declaration.worker == visit.by:
        return []
    shown = tuple(SENTENCES) if auditor(visit) else UNDELIVERED
    events = visit.register.silences.told(declaration.id)
    name = visit.register.read.name
    return [
        (SENTENCES[type(event)](event, name), event.moment)
        for event in events
        if isinstance(event, shown)
    ]


def _noted(visit: Visit, declaration: Declaration) -> list[str]:
    """What is out of the ordinary about it, in sentences for the worker; others have tags."""
    if declaration.worker != visit.by:
        return []
    answers = read_answers(declaration.kind, declaration.details)
    marks = (mark_of(declaration.kind, flag) for flag in declaration.ruling.flags)
    return [sentence for each in marks if (sentence := each.sentence(answers))]


def _looked_at(visit: Visit, as_at: AsAt) -> Declaration:
    if as_at.is_now:
        return visit.look_at(visit.path["id"])
    then = visit.register.read.declaration(visit.by, visit.path["id"], str(as_at.position))
    visit.note_shown([then])
    return then


def _past(visit: Visit, declaration: Declaration, as_at: AsAt) -> Past:
    read, unguarded = visit.register.read, visit.register.unguarded
    up_to = None if as_at.is_now else as_at.position
    return whole_past(read, unguarded, visit.by, declaration, up_to)


def _done(visit: Visit, declaration: Declaration, past: Past) -> str | None:
    """What the person is told after the act that the address names. The history has to bear it
    out, as an address may be saved or shared."""
    if visit.query.get("done") == ENTERED:
        return _entered(visit, declaration)
    named = (act for act in all_acts() if act.name == visit.query.get("done"))
    act = next((act for act in named if act.was_last_done(visit.by, past)), None)
    if act is None:
        return None
    asked_by = asked_before(declaration) if act is inform else None
    if asked_by:
        return f"Thank you. {sentence(visit.called(asked_by, declaration))} has your answer."
    worker = visit.register.read.name(declaration.worker)
    return act.done.format(worker=worker, move=_whose_move(visit, declaration))


def _entered(visit: Visit, declaration: Declaration) -> str | None:
    """What whoever has just entered it for its worker is told."""
    if declaration.matter.entered_by != visit.by or declaration.version > 1:
        return None
    worker = visit.register.read.name(declaration.worker)
    move = _whose_move(visit, declaration)
    return f"It is in the register in the name of {worker}, who is asked to confirm it. {move}."


def _whose_move(visit: Visit, declaration: Declaration) -> str:
    move, is_own = visit.whose_move(declaration), declaration.worker == visit.by
    if move is None or move.person is None:
        return "Nobody could act, please speak to your administrator"
    who = visit.called(move.person, declaration)
    return needs(move, who, visit.now, visit.now, is_own=is_own)


def _next_in_inbox(visit: Visit, declaration: Declaration) -> str | None:
    """The address of what else waits for whoever acts, the most urgent first; the inbox if nothing
    does. None for everybody else."""
    if not above(visit) or declaration.worker == visit.by:
        return None
    waiting = (each.alert.declaration for each in awaiting(visit)["waiting"])
    others = (each for each in waiting if each is not None and each != declaration.id)
    return next((f"/declarations/{each}" for each in others), "/inbox")


PHOTOGRAPH_PLACE = 80
"""Where the button for adding a photograph stands among the acts."""


@dataclass(frozen=True)
class May:
    """Something that a person may do now. `is_move`: the declaration waits for it."""

    address: str
    label: str
    is_move: bool = False


def what_may_be_done(visit: Visit, declaration: Declaration) -> list[May]:
    if declaration.erased_at is not None:
        return []
    whole = visit.register.situation(visit.by, declaration)
    possible = [
        (act.place, _may(act, situation))
        for act in all_acts()
        for situation in act.one_by_one(whole)
        if act.may(situation)
    ]
    if declaration.worker == visit.by and room(declaration) > 0:
        address = f"/declarations/{declaration.id}/photographs"
        possible.append((PHOTOGRAPH_PLACE, May(address, "Add a photograph")))
    return [may for _, may in sorted(possible, key=itemgetter(0))]


def _may(act: Act[Any], situation: Situation) -> May:
    declaration = situation.declaration
    address = act.address(declaration.id, situation.part)
    return May(address, act.label_for(situation), act.is_move(declaration))
