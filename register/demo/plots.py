"""Plays a story: it is told, looked at, asked about and settled, and its actions are done."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, timedelta

from events.names import Status
from register.declarations.declaration import Declaration
from register.demo.moments import in_office, soon
from register.demo.stage import Plot
from register.demo.stories import Pace, Stop
from register.demo.telling import (
    Telling,
    acknowledgement,
    completion,
    correct,
    declare,
    not_before,
    review,
    settlement,
    text,
)

Step = Generator[datetime, datetime, Declaration]
"""A part of a plot: it yields the moments at which it goes on, and returns the declaration."""

WORKING_DAYS: dict[Pace, tuple[int, int]] = {"at once": (0, 0), "in time": (1, 1), "slow": (3, 6)}
"""The fewest and the most working days until the person who must act does so."""
SLOW_DECISION = (6, 9)
DAYS_TO_DO: dict[Pace, tuple[int, int]] = {"at once": (1, 2), "in time": (1, 2), "slow": (5, 9)}
"""The fewest and the most working days until an agreed action is done."""

FURTHER_AFTER = timedelta(days=9)


def plot(telling: Telling) -> Plot:
    story = telling.story
    now = yield telling.part.moment
    declaration = declare(telling, now)
    if story.added:
        now = yield soon(now, 3, telling.lot)
        declaration = telling.register.inform(telling.part.worker, telling.id, text(story.added))
    if story.correction and not story.correction.after_days:
        now = yield soon(now, 5, telling.lot)
        declaration = correct(telling)
    if story.withdrawn:
        yield soon(now, 6, telling.lot)
        body = {"reason": story.withdrawn}
        declaration = telling.register.withdraw(telling.part.worker, telling.id, body)
        yield from settle(telling, declaration)
        return
    if story.until != Stop.DECLARED:
        declaration = yield from follow_up(telling, declaration, now)
        yield from later(telling, declaration)


def follow_up(telling: Telling, declaration: Declaration, now: datetime) -> Step:
    """Look at the declaration, ask about it, settle it, and do what was agreed; stop at the step
    that the story names in `until`."""
    until = telling.story.until
    declaration = yield from look(telling, declaration, now)
    if until == Stop.OPENED:
        return declaration
    declaration = yield from question(telling, declaration)
    if until == Stop.ASKED:
        return declaration
    declaration = yield from settle(telling, declaration)
    if until == Stop.SETTLED:
        return declaration
    return (yield from do_what_was_agreed(telling, declaration))


def look(telling: Telling, declaration: Declaration, now: datetime) -> Step:
    """The person who must act opens it; if they are slow, so late that it is overdue."""
    if declaration.is_settled:
        return declaration
    opened = in_office(now, _working_days(telling, declaration), telling.lot)
    yield opened if telling.story.until != Stop.OPENED else soon(now, 2, telling.lot)
    return telling.register.look_at(telling.acting(declaration), telling.id)


def _working_days(telling: Telling, declaration: Declaration) -> int:
    slow_decision = telling.pace == "slow" and declaration.status == Status.AWAITING_DECISION
    return telling.lot.randint(*(SLOW_DECISION if slow_decision else WORKING_DAYS[telling.pace]))


def question(telling: Telling, declaration: Declaration) -> Step:
    story = telling.story
    worker = telling.part.worker
    if story.asked is None or declaration.is_settled or not telling.is_here(worker):
        return declaration
    now = yield soon(telling.now, 1, telling.lot)
    asking = telling.acting(declaration)
    declaration = telling.register.ask(asking, telling.id, text(story.asked))
    if story.said:
        yield soon(now, 26, telling.lot)
        if telling.is_here(worker):
            declaration = telling.register.inform(worker, telling.id, text(story.said))
    return declaration


def settle(telling: Telling, declaration: Declaration) -> Step:
    if declaration.is_settled:
        return declaration
    yield in_office(telling.now, 0, telling.lot)
    by, id_text = telling.acting(declaration), telling.id
    match declaration.status:
        case Status.AWAITING_DECISION:
            declaration = telling.register.decide(by, id_text, settlement(telling, declaration))
        case Status.AWAITING_ANSWER:
            declaration = telling.register.answer(by, id_text, settlement(telling, declaration))
        case Status.AWAITING_REVIEW:
            declaration = telling.register.review(by, id_text, review(declaration))
        case _:
            declaration = telling.register.acknowledge(
                by, id_text, acknowledgement(telling, declaration)
            )
    if telling.story.handed_over:
        body = telling.story.handed_over.model_dump()
        return telling.register.hand_over(by, id_text, body)
    return declaration


def do_what_was_agreed(telling: Telling, declaration: Declaration) -> Step:
    """Do the agreed actions. The action of a person who has left stays open."""
    for action in declaration.open_actions:
        days = telling.lot.randint(*DAYS_TO_DO[telling.pace])
        yield in_office(not_before(telling, declaration, action), days, telling.lot)
        if telling.is_here(action.by):
            body = completion(telling, action)
            declaration = telling.register.complete(action.by, telling.id, action.id, body)
    return declaration


def later(telling: Telling, declaration: Declaration) -> Plot:
    """Play what comes long after: a late correction, the lifting of an exclusion, and that the
    worker takes it further."""
    story, lot = telling.story, telling.lot
    now = telling.now
    if story.correction and story.correction.after_days:
        now = yield soon(now + timedelta(days=story.correction.after_days), 4, lot)
        if telling.is_here(telling.part.worker):
            declaration = yield from follow_up(telling, correct(telling), now)
    if story.lifted and declaration.excludes:
        yield in_office(now + timedelta(days=story.lifted_after_days), 0, lot)
        body = {"reason": story.lifted}
        telling.register.lift_exclusion(telling.acting(declaration), telling.id, body)
    if story.taken_further:
        yield soon(now + FURTHER_AFTER, 4, lot)
        further = story.taken_further.model_dump()
        telling.register.take_further(telling.part.worker, telling.id, further)
