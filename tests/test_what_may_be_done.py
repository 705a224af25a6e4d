"""A button stands on the page exactly when the act would be taken, and so does its form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from events.directory import PersonLeft
from events.ids import own_id
from register.acts import all_acts
from register.acts.act import Act
from register.acts.completing import complete
from register.acts.situation import Situation
from register.declarations.declaration import Declaration
from register.declarations.names import Status
from register.errors import InvalidError, RegisterError
from register.kinds.kind import Completion
from tests.cast import CAST, gift
from tests.usual import simplest
from tests.visits import House, copied
from web.errors import STATUS

FRAME = "A silver frame waits for the service director"
NEIGHBOUR = "A neighbour moves into the service"
FRIEND = "A friendship asked for, no longer vulnerable, no imbalance"
REASON = {"reason": "As we agreed"}
TEXT = {"text": "Some more of it"}
DEARER = gift(worth="160.00")
KEEP, RETURN = {"outcome": "keep", **REASON}, {"outcome": "return", **REASON}


def acknowledgement(house: House, *by: str) -> dict[str, Any]:
    due_on = str(house.now.date() + timedelta(days=3))
    return {
        "note": "We talked about it.",
        "actions": [{"what": "Tell the team", "by": each, "due_on": due_on} for each in by],
        "confidentiality_discussed": True,
        "risk_assessment": "In the care plan.",
    }


@contextmanager
def states(built: Path, folder: Path) -> Iterator[tuple[House, dict[str, str]]]:
    """A house with a declaration in every state, each by its name."""
    with copied(built, folder) as house:
        register, declare = house.register, house.declare
        made = {
            "a gift": declare(FRAME),
            "a gift kept": declare(FRAME),
            "a gift to go back": declare(FRAME),
            "a gift asked about": declare(FRAME),
            "a gift withdrawn": declare(FRAME),
            "a gift taken back": declare(FRAME),
            "a gift corrected": declare(FRAME),
            "a gift kept and corrected": declare(FRAME),
            "a gift opened again": declare(FRAME),
            "a token": declare("A pen is token and closes itself"),
            "a token asked about": declare("A pen is token and closes itself"),
            "a manager's gift": declare("A line manager's own gift goes to the director"),
            "a neighbour": declare(NEIGHBOUR),
            "a neighbour with actions": declare(NEIGHBOUR),
            "a neighbour no longer excluded": declare(NEIGHBOUR),
            "a friendship": declare(FRIEND),
            "a friendship answered": declare(FRIEND),
            "entered for a worker": house.enter(FRAME, "ben"),
            "at the other service": declare("The other policy sends a gift to the line manager"),
        }
        register.decide("carol", made["a gift kept"], KEEP)
        register.decide("carol", made["a gift to go back"], RETURN)
        register.ask("carol", made["a gift asked about"], TEXT)
        for taken_back in ("a gift withdrawn", "a gift taken back"):
            register.withdraw("amina", made[taken_back], REASON)
        register.review("carol", made["a gift withdrawn"], {"stands": False, **REASON})
        register.decide("carol", made["a gift kept and corrected"], KEEP)
        for corrected in ("a gift corrected", "a gift kept and corrected"):
            register.correct("amina", made[corrected], {"details": DEARER, **REASON})
        agreed = acknowledgement(house, "amina", "ben")
        register.acknowledge("ben", made["a neighbour with actions"], agreed)
        register.lift_exclusion("ben", made["a neighbour no longer excluded"], REASON)
        register.decide("carol", made["a gift opened again"], KEEP)
        register.reopen("carol", made["a gift opened again"], REASON)
        register.ask("ben", made["a token asked about"], TEXT)
        refusal = {"outcome": "not_appropriate", **REASON}
        findings = {"no_longer_vulnerable": False, "no_imbalance_of_power": False}
        register.answer("ben", made["a friendship answered"], {**refusal, **findings})
        yield house, made


@pytest.fixture(scope="module")
def as_it_is(built_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with states(built_house, tmp_path_factory.mktemp("here") / "data") as world:
        yield world


@pytest.fixture(scope="module")
def after_ben_left(built_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """His duties are Carol's now, and so is what he had agreed to do."""
    with states(built_house, tmp_path_factory.mktemp("left") / "data") as (house, made):
        left = PersonLeft(
            originator_id=own_id("person", "ben"), person="ben", left_on=house.now.date()
        )
        house.register.change_directory([left])
        yield house, made


def corrected(house: House, situation: Situation) -> dict[str, Any]:
    facts = {"details": situation.declaration.details, "reason": "It was another day"}
    return {**facts, "happened_on": str(house.now.date() - timedelta(days=40))}


def completed(house: House, situation: Situation) -> dict[str, Any]:
    if complete.body(complete, situation) is Completion:
        return {"evidence": "Seen by the team"}
    return {"how": "By hand", "returned_on": str(house.now.date()), "to": "Her daughter"}


FINDINGS = {"no_longer_vulnerable": True, "no_imbalance_of_power": True}
BODIES: dict[str, Callable[[House, Situation], Any]] = {
    "acknowledgement": lambda house, _: acknowledgement(house),
    "decision": lambda *_: {**RETURN, "reason": "It is worth too much"},
    "answer": lambda *_: {"outcome": "appropriate", **FINDINGS, **REASON},
    "information-request": lambda *_: {"text": "Who gave it?"},
    "information": lambda *_: {"text": "Her sister"},
    "correction": corrected,
    "review": lambda *_: {"stands": True, "reason": "It stays as it was"},
    "withdrawal": lambda *_: {"reason": "By mistake"},
    "confirmation": lambda *_: {},
    "lift": lambda *_: {"reason": "They moved away"},
    "completion": completed,
    "reopening": lambda *_: {"reason": "I know more now"},
    "hand-over": lambda *_: {"to": "hr", "reference": "HR-7"},
    "note": lambda *_: {"text": "She rang about it"},
}
"""What is said with each act, so that nothing is wrong with the words. An act that is not among
them is tried with the simplest body that its model takes."""


def body_of(act: Act[Any], house: House, situation: Situation) -> Any:
    said = BODIES.get(act.name)
    return said(house, situation) if said else simplest(act.body(act, situation))


def test_only_acts_that_there_are_stand_in_the_table() -> None:
    assert BODIES.keys() <= {act.name for act in all_acts()}


@dataclass(frozen=True)
class Attempt:
    """An act on one declaration, or on one part of it, by somebody."""

    act: Act[Any]
    situation: Situation
    body: Any

    @property
    def address(self) -> str:
        return self.act.address(self.situation.declaration.id, self.situation.part)

    @property
    def refused(self) -> int | None:
        """The status with which the rule refuses it; None if its form may be filled in."""
        try:
            said = self.act(self.situation, self.body)
        except InvalidError:
            return None
        except RegisterError as error:
            return STATUS[error.code]
        assert isinstance(said[0], self.act.event)
        return None


def attempts(house: House, by: str, declaration: Declaration) -> Iterator[Attempt]:
    whole = house.register.situation(by, declaration)
    for act in all_acts():
        for situation in act.one_by_one(whole):
            yield Attempt(act, situation, body_of(act, house, situation))


def as_form(body: object, name: str = "") -> dict[str, Any]:
    """A body as the fields of a form, as in `actions.0.by`."""
    if not isinstance(body, dict | list):
        return {name: str(body).lower() if isinstance(body, bool) else body}
    parts = body.items() if isinstance(body, dict) else enumerate(body)
    fields = (as_form(part, f"{name}.{key}" if name else str(key)) for key, part in parts)
    return {key: value for each in fields for key, value in each.items() if value is not None}


EVERYBODY = [("as_it_is", by) for by in sorted(CAST.people)]
WHOM_IT_CONCERNS = [("after_ben_left", "amina"), ("after_ben_left", "carol")]
"""Whoever took over from Ben, and somebody whose line manager he was."""


@pytest.mark.parametrize(("world", "by"), EVERYBODY + WHOM_IT_CONCERNS)
def test_buttons_and_forms_are_there_exactly_when_the_act_would_be_taken(
    request: pytest.FixtureRequest, world: str, by: str
) -> None:
    """A form is also sent, once for each act and each way to refuse it: with the words of the act
    where it is refused, and with none where it would be taken, so that the world stays as it is."""
    house, made = request.getfixturevalue(world)
    visitor, sent = house.as_(by), set()
    for name, wanted in made.items():
        declaration = house.register.unguarded.declaration(UUID(wanted))
        page = visitor.get(f"/declarations/{wanted}")
        for attempt in attempts(house, by, declaration):
            about, address, refused = f"{by}, {name}", attempt.address, attempt.refused
            if page.status == 200:
                assert (address in page.links) is (refused is None), (about, address)
            assert visitor.get(address).status == (refused or 200), (about, address)
            is_nothing_wrong = not (refused or attempt.body)  # then it would be done
            if (attempt.act.name, refused) not in sent and not is_nothing_wrong:
                sent.add((attempt.act.name, refused))
                form = as_form(attempt.body) if refused else {}
                assert visitor.post(address, form).status == (refused or 422), (about, address)


def test_every_state_is_among_them(as_it_is: tuple[House, dict[str, str]]) -> None:
    house, made = as_it_is
    known = (house.register.unguarded.declaration(UUID(each)) for each in made.values())
    assert {each.status for each in known if each is not None} == set(Status)


def test_whoever_takes_over_from_a_leaver_finds_the_button_the_form_and_the_alert(
    after_ben_left: tuple[House, dict[str, str]],
) -> None:
    house, made = after_ben_left
    wanted = made["a neighbour with actions"]
    declaration = house.register.unguarded.declaration(UUID(wanted))
    assert declaration is not None
    (address,) = (
        f"/declarations/{wanted}/actions/{action.id}/completion"
        for action in declaration.open_actions
        if action.by == "ben"
    )
    carol = house.as_("carol")
    assert address in carol.get(f"/declarations/{wanted}").links
    assert carol.get(address).status == 200
    assert carol.post(address, {"evidence": "The team knows"}).status == 303
