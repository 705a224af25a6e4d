"""What comes of a story: told, looked at, asked about, settled, done."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any

from register.deadlines import LONDON, working_day_after
from register.declaration import Declaration
from register.demo.casting import Part, with_days
from register.demo.moments import NATION, in_office, soon
from register.demo.stage import Plot
from register.demo.stories import Pace, Replies, Story
from register.register import Register

Step = Generator[datetime, datetime, Declaration]
"""A part of a plot: it leaves the declaration as it then stands."""

PACES: dict[Pace, float] = {"at once": 0.42, "in time": 0.43, "slow": 0.15}
WORKING_DAYS: dict[Pace, tuple[int, int]] = {"at once": (0, 0), "in time": (1, 1), "slow": (3, 6)}
"""After how many working days the one who must act does so."""
SLOW_DECISION = (6, 9)
DEVICE_TAKES = timedelta(seconds=70)
"""Between the device's writing it down and the register's taking it."""
ACTIONS_BY_LOT = {"personal-number": 0.4, "out-of-hours-encounter": 0.06}
"""How often an acknowledgement agrees an action that nothing asks for."""


class Words:
    """Replies in an order drawn by lot, each once before any comes again."""

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
    """One story on its way through the register."""

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

    def reply(self, call: str) -> str:
        return self.story.note or self.words.next(self.story.kind, call)

    def acting(self, declaration: Declaration) -> str:
        """Who must act on it now."""
        role = declaration.outcome.acts
        directory = self.register.read.directory()
        holder = role and directory.holder(role, declaration.worker, declaration.service)
        if holder is None:
            raise ValueError(f"nobody is to act on {self.story.kind} of {self.part.worker}")
        return holder


def plot(telling: Telling) -> Plot:
    story = telling.story
    now = yield telling.part.moment
    declaration = declare(telling, now)
    if story.added:
        now = yield soon(now, 3, telling.lot)
        declaration = telling.register.inform(telling.part.worker, telling.id, _text(story.added))
    if story.correction and not story.correction.after_days:
        now = yield soon(now, 5, telling.lot)
        declaration = correct(telling)
    if story.withdrawn:
        yield soon(now, 6, telling.lot)
        body = {"reason": story.withdrawn}
        telling.register.withdraw(telling.part.worker, telling.id, body)
        return
    if story.until != "declared":
        declaration = yield from follow_up(telling, declaration, now)
        yield from later(telling, declaration)


def declare(telling: Telling, now: datetime) -> Declaration:
    part, story = telling.part, telling.story
    captured_at = now - DEVICE_TAKES - timedelta(days=story.offline_days)
    if story.clock_ahead:
        captured_at = now + timedelta(minutes=7)
    body = {
        "kind": story.kind,
        "happened_on": part.happened_on.isoformat(),
        "captured_at": captured_at.astimezone(LONDON).isoformat(timespec="seconds"),
        "service_user": part.service_user,
        "details": part.details,
        "late_reason": story.late_reason,
    }
    return telling.register.declare(part.worker, telling.id, body).declaration


def correct(telling: Telling) -> Declaration:
    correction, part = telling.story.correction, telling.part
    if correction is None:
        raise ValueError("nothing is to be corrected")
    details = part.details | with_days(correction.details, part.happened_on)
    body = {"details": details, "reason": correction.reason}
    return telling.register.correct(part.worker, telling.id, body)


def follow_up(telling: Telling, declaration: Declaration, now: datetime) -> Step:
    """Looked at, asked about, settled, and what was agreed done, as far as it has come."""
    until = telling.story.until
    declaration = yield from look(telling, declaration, now)
    if until == "opened":
        return declaration
    declaration = yield from question(telling, declaration)
    if until == "asked":
        return declaration
    declaration = yield from settle(telling, declaration)
    if until == "settled":
        return declaration
    return (yield from do_what_was_agreed(telling, declaration))


def look(telling: Telling, declaration: Declaration, now: datetime) -> Step:
    """The one who must act opens it; the slow ones so late that it is overdue."""
    if declaration.is_settled:
        return declaration
    opened = in_office(now, _working_days(telling, declaration), telling.lot)
    yield opened if telling.story.until != "opened" else soon(now, 2, telling.lot)
    return telling.register.look_at(telling.acting(declaration), telling.id)


def _working_days(telling: Telling, declaration: Declaration) -> int:
    slow_decision = telling.pace == "slow" and declaration.status == "awaiting_decision"
    return telling.lot.randint(*(SLOW_DECISION if slow_decision else WORKING_DAYS[telling.pace]))


def question(telling: Telling, declaration: Declaration) -> Step:
    story = telling.story
    if story.asked is None or declaration.is_settled:
        return declaration
    now = yield soon(telling.register.log.now(), 1, telling.lot)
    asking = telling.acting(declaration)
    declaration = telling.register.ask(asking, telling.id, _text(story.asked))
    if story.said:
        yield soon(now, 26, telling.lot)
        declaration = telling.register.inform(telling.part.worker, telling.id, _text(story.said))
    return declaration


def settle(telling: Telling, declaration: Declaration) -> Step:
    if declaration.is_settled:
        return declaration
    yield in_office(telling.register.log.now(), 0, telling.lot)
    by, id_text = telling.acting(declaration), telling.id
    match declaration.status:
        case "awaiting_decision":
            return telling.register.decide(by, id_text, decision(telling, declaration))
        case "awaiting_answer":
            return telling.register.answer(by, id_text, answer(telling, declaration))
        case _:
            return telling.register.acknowledge(by, id_text, acknowledgement(telling, declaration))


def decision(telling: Telling, declaration: Declaration) -> dict[str, Any]:
    outcome = _outcome(telling, declaration)
    return {"outcome": outcome, "reason": telling.reply(outcome)}


def answer(telling: Telling, declaration: Declaration) -> dict[str, Any]:
    outcome = _outcome(telling, declaration)
    return {
        "outcome": outcome,
        "no_longer_vulnerable": outcome == "appropriate" or telling.lot.random() < 0.5,
        "no_imbalance_of_power": outcome == "appropriate",
        "reason": telling.reply(outcome),
    }


def _outcome(telling: Telling, declaration: Declaration) -> str:
    wanted = telling.story.outcome
    return wanted if wanted in declaration.outcomes else telling.lot.choice(declaration.outcomes)


def acknowledgement(telling: Telling, declaration: Declaration) -> dict[str, Any]:
    story = telling.story
    said: dict[str, Any] = {
        "note": telling.reply("acknowledge"),
        "actions": actions(telling, declaration),
    }
    if telling.words.have(story.kind, "risk_assessments"):
        said["confidentiality_discussed"] = True
        said["risk_assessment"] = telling.words.next(story.kind, "risk_assessments")
    if story.handed_over:
        said["handed_over"] = story.handed_over.model_dump()
    return said


def actions(telling: Telling, declaration: Declaration) -> list[dict[str, Any]]:
    story, lot = telling.story, telling.lot
    by_lot = lot.random() < ACTIONS_BY_LOT.get(story.kind, 0)
    if not (story.action or declaration.outcome.needs_action or by_lot):
        return []
    due_on = working_day_after(telling.register.log.now(), lot.randint(2, 5), NATION)
    what = story.action or telling.words.next(story.kind, "actions")
    is_here = telling.register.read.directory().is_here(declaration.worker)
    by = declaration.worker if is_here else telling.acting(declaration)
    return [{"what": what, "by": by, "due_on": due_on.isoformat()}]


def do_what_was_agreed(telling: Telling, declaration: Declaration) -> Step:
    """Those who are slow take longer than was agreed."""
    shortest, longest = (5, 9) if telling.pace == "slow" else (1, 2)
    for action in declaration.open_actions:
        days = telling.lot.randint(shortest, longest)
        yield in_office(telling.register.log.now(), days, telling.lot)
        evidence = telling.story.evidence or telling.words.next(telling.story.kind, "evidence")
        body = {"evidence": evidence}
        declaration = telling.register.complete(action.by, telling.id, action.id, body)
    return declaration


def later(telling: Telling, declaration: Declaration) -> Plot:
    """What comes when everything seemed to be over."""
    story, lot = telling.story, telling.lot
    now = telling.register.log.now()
    if story.correction and story.correction.after_days:
        now = yield soon(now + timedelta(days=story.correction.after_days), 4, lot)
        declaration = yield from follow_up(telling, correct(telling), now)
    if story.lifted:
        yield in_office(now + timedelta(days=story.lifted_after_days), 0, lot)
        body = {"reason": story.lifted}
        telling.register.lift_exclusion(telling.acting(declaration), telling.id, body)


def _text(words: str) -> dict[str, str]:
    return {"text": words}
