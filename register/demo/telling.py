"""One story while it is played, and the texts that people write in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import cycle
from random import Random
from typing import Any

from events.names import Why
from register.acts.acknowledging import ANOTHER_KEY_WORKER, possible_key_workers
from register.acts.completing import done_by
from register.deadlines import LONDON, london_day, working_day_after
from register.declarations.declaration import Action, Declaration
from register.demo.casting import Part, with_days
from register.demo.moments import NATION, at
from register.demo.stories import Pace, Replies, Story
from register.kinds import all_kinds, answers_in, brought_named
from register.kinds.kind import Asked, Completion
from register.register import Register
from register.standing.holding import who_holds

PACES: dict[Pace, float] = {"at once": 0.42, "in time": 0.43, "slow": 0.15}
"""How likely each pace is for a story that names none."""
DEVICE_TAKES = timedelta(seconds=70)
"""The time between saving a declaration on a device and its receipt."""
AHEAD = timedelta(minutes=7)
ACTIONS_BY_LOT = {"personal-number": 0.4, "out-of-hours-encounter": 0.06}
"""How likely an acknowledgement agrees an action that neither story nor policy asks for."""


class Words:
    """Replies in random order; each comes once before any comes again."""

    def __init__(self, replies: dict[str, Replies], lot: Random) -> None:
        self._left: dict[tuple[str, str], Iterator[str]] = {}
        for kind, by_call in replies.items():
            for call, sentences in by_call.items():
                self._left[kind, call] = cycle(lot.sample(sentences, len(sentences)))

    def have(self, kind: str, call: str) -> bool:
        return (kind, call) in self._left

    def next(self, kind: str, call: str) -> str:
        return next(self._left[kind, call])


@dataclass
class Telling:
    """One story while it is played."""

    register: Register
    words: Words
    part: Part
    pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        drawn = self.part.lot.choices(list(PACES), list(PACES.values()))[0]
        self.pace = self.story.pace or drawn

    @property
    def story(self) -> Story:
        return self.part.story

    @property
    def id(self) -> str:
        return str(self.part.id)

    @property
    def lot(self) -> Random:
        return self.part.lot

    @property
    def now(self) -> datetime:
        return self.register.log.now()

    def is_here(self, person: str) -> bool:
        return self.register.read.directory().is_here(person)

    def evidence(self) -> str:
        return self.story.evidence or self.words.next(self.story.kind, "evidence")

    def reply(self, call: str) -> str:
        return self.story.note or self.words.next(self.story.kind, call)

    def acting(self, declaration: Declaration) -> str:
        """The id of the person who must act on the declaration now. Raises `ValueError` if there
        is nobody."""
        role = declaration.acts
        directory = self.register.read.directory()
        holder = role and who_holds(directory, role, declaration.matter)
        if holder is None:
            raise ValueError(f"nobody is to act on {self.story.kind} of {self.part.worker}")
        return holder


def declare(telling: Telling, now: datetime) -> Declaration:
    part, story = telling.part, telling.story
    captured_at = now - DEVICE_TAKES - timedelta(days=story.offline_days)
    if story.clock_ahead:
        captured_at = now + AHEAD
    body = {
        "kind": story.kind,
        "happened_on": part.happened_on.isoformat(),
        "captured_at": captured_at.astimezone(LONDON).isoformat(timespec="seconds"),
        "details": part.details,
        "late_reason": story.late_reason,
    }
    if all_kinds()[story.kind].service_user is not Asked.ABSENT:
        body["service_user"] = part.service_user
    return telling.register.declare(part.worker, telling.id, body).state


def correct(telling: Telling) -> Declaration:
    correction, part = telling.story.correction, telling.part
    if correction is None:
        raise ValueError("nothing is to be corrected")
    details = part.details | with_days(correction.details, part.happened_on)
    body = {"details": details, "reason": correction.reason}
    return telling.register.correct(part.worker, telling.id, body)


def settlement(telling: Telling, declaration: Declaration) -> dict[str, Any]:
    """A decision or an answer: the story's outcome if it is allowed, and findings that fit it."""
    kind, wanted = all_kinds()[declaration.kind], telling.story.outcome
    allowed = declaration.outcomes
    outcome = wanted if wanted in allowed else telling.lot.choice(allowed)
    found = {name: name in kind.outcomes[outcome].needs for name in kind.findings.model_fields}
    said: dict[str, Any] = {"outcome": outcome, **found, "reason": telling.reply(outcome)}
    if kind.outcomes[outcome].has_conditions:
        said["conditions"] = [_agreed(telling, declaration)]
    return said


def review(declaration: Declaration) -> dict[str, Any]:
    """It is as the worker says now; what somebody had settled stays so."""
    is_correction = declaration.review is not None and declaration.review.account is not None
    stays = {"settled": True} if is_correction and declaration.is_firm_settled else {}
    return {"stands": False, **stays, "reason": "I spoke with them, and it is as they say now."}


def acknowledgement(telling: Telling, declaration: Declaration) -> dict[str, Any]:
    story = telling.story
    said: dict[str, Any] = {
        "note": telling.reply(Why.ACKNOWLEDGE),
        "actions": actions(telling, declaration),
    }
    if telling.words.have(story.kind, "risk_assessments"):
        said["confidentiality_discussed"] = True
        said["risk_assessment"] = telling.words.next(story.kind, "risk_assessments")
    if telling.words.have(story.kind, "duties_considered"):
        said["duties_considered"] = telling.words.next(story.kind, "duties_considered")
    if ANOTHER_KEY_WORKER in declaration.ruling.needs and not said["actions"]:
        situation = telling.register.situation(telling.acting(declaration), declaration)
        said["new_key_worker"] = telling.lot.choice(sorted(possible_key_workers(situation)))
    return said


def actions(telling: Telling, declaration: Declaration) -> list[dict[str, Any]]:
    story, lot = telling.story, telling.lot
    by_lot = lot.random() < ACTIONS_BY_LOT.get(story.kind, 0)
    if not (story.action or "action" in declaration.ruling.needs or by_lot):
        return []
    return [_agreed(telling, declaration)]


def _agreed(telling: Telling, declaration: Declaration) -> dict[str, Any]:
    """What somebody is to do, and until when: the worker, unless few may know of it."""
    story, lot, worker = telling.story, telling.lot, declaration.worker
    due_on = working_day_after(telling.now, lot.randint(2, 5), NATION)
    what = story.action or telling.words.next(story.kind, "actions")
    is_theirs = telling.is_here(worker) and not all_kinds()[story.kind].goes_further
    by = worker if is_theirs else telling.acting(declaration)
    return {"what": what, "by": by, "due_on": due_on.isoformat()}


def not_before(telling: Telling, declaration: Declaration, action: Action) -> datetime:
    """The moment after which an action can be done: to say how something went, it must be over."""
    brought = brought_named(declaration.kind, action.brought)
    answers = answers_in(declaration.kind, declaration.details)
    if brought is None or brought.after is None or answers is None:
        return telling.now
    return max(telling.now, at(brought.after(answers), time(21)))


def completion(telling: Telling, action: Action) -> dict[str, Any]:
    """What is said by whoever did an action; an outcome of a gift asks how, when and to whom."""
    if issubclass(done_by(telling.story.kind, action.brought), Completion):
        return {"evidence": telling.evidence()}
    day = london_day(telling.now).isoformat()
    to = telling.words.next(telling.story.kind, "returned_to")
    return {"how": telling.evidence(), "returned_on": day, "to": to}


def text(words: str) -> dict[str, str]:
    return {"text": words}
