"""What happened to an alert, each event in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from events.alerts import (
    AlertArrived,
    AlertDone,
    AlertEscalated,
    AlertFailed,
    AlertOpened,
    AlertPassed,
    AlertRaised,
    AlertReminded,
    AlertRepeated,
    AlertSent,
    AlertUnreachable,
)
from events.event import Event
from events.names import Because, Channel, Step
from register.alerts.whose_move import NEEDED
from register.deadlines import LONDON, in_words

Name = Callable[[str], str]
BY = {Channel.EMAIL: "an e-mail", Channel.PUSH: "a message to a phone", Channel.TEXT: "a text"}
AS = {
    Because.NAMED: "",
    Because.COVERS: ", who covers",
    Because.NEXT_ABOVE: ", the next above",
    Because.DIRECTOR: ", the director",
    Because.RESERVE: ", the service's reserve",
    Because.ANOTHER_DIRECTOR: ", another director",
    Because.LAST_RESORT: ", of the organisation's last resort",
}
"""Why it went on to somebody, after their name."""


def _raised(event: AlertRaised, name: Name) -> str:
    who = name(event.person) if event.person else "somebody, but there is nobody,"
    who += f" (for {name(event.for_person)})" if event.for_person else ""
    return f"The register asked {who} to {NEEDED[event.why]} by {at(event.due_at)}."


def at(moment: datetime) -> str:
    local = moment.astimezone(LONDON)
    return f"{in_words(local.date())}, {local:%H:%M}"


def _sent(event: AlertSent, name: Name) -> str:
    return f"The register sent {name(event.person)} {BY[event.channel]} about what waits for them."


def _arrived(event: AlertArrived, name: Name) -> str:
    return f"{BY[event.channel].capitalize()} about it reached {name(event.person)}."


def _failed(event: AlertFailed, name: Name) -> str:
    after = "it is not tried again" if event.is_final else "it is tried again"
    by = BY[event.channel].capitalize()
    return f"{by} about it did not reach {name(event.person)}; {after}."


def _unreachable(event: AlertUnreachable, name: Name) -> str:
    return f"No notice can reach {name(event.person)}, so others are asked at once."


def _looked(event: AlertOpened, name: Name) -> str:
    return f"{name(event.opened_by)} opened what the register had asked of them."


def _passed(event: AlertPassed, name: Name) -> str:
    if event.person is None:
        return "There is nobody any more of whom the register could ask this."
    covers = f", who covers for {name(event.for_person)}" if event.for_person else ""
    return f"What the register had asked passed to {name(event.person)}{covers}."


def _reminded(event: AlertReminded, name: Name) -> str:
    who = name(event.person) if event.person else "nobody"
    if event.step == Step.QUIET:
        return f"The register still has in hand what it asked; next on {at(event.next_at)}."
    return f"The register reminded {who}."


def _escalated(event: AlertEscalated, name: Name) -> str:
    if event.at_once:
        covers = f", who covers for {name(event.for_person)}," if event.for_person else ""
        return f"Somebody is at risk, so the register asked {name(event.person)}{covers} at once."
    before = f"{name(event.from_person)} has not acted" if event.from_person else "Nobody acted"
    covers = f" for {name(event.for_person)}" if event.for_person else ""
    return f"{before}, so the register asked {name(event.person)}{AS[event.because]}{covers}."


def _repeated(event: AlertRepeated, name: Name) -> str:
    if event.person is None:
        return "Nobody has acted, and there is nobody left whom the register could ask."
    return f"Nobody has acted, so the register asked {name(event.person)} once more."


def _done(_event: AlertDone, _name: Name) -> str:
    return "What the register had asked is done, or is no longer needed."


SENTENCES: dict[type[Event], Callable[[Any, Name], str]] = {
    AlertRaised: _raised,
    AlertSent: _sent,
    AlertArrived: _arrived,
    AlertFailed: _failed,
    AlertUnreachable: _unreachable,
    AlertOpened: _looked,
    AlertPassed: _passed,
    AlertReminded: _reminded,
    AlertEscalated: _escalated,
    AlertRepeated: _repeated,
    AlertDone: _done,
}
UNDELIVERED = (AlertFailed, AlertUnreachable)
"""What tells that somebody was not told."""
OF_ALERTS = tuple(each.TOPIC for each in SENTENCES)
