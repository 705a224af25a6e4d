"""A button stands on the page exactly when the act would be taken, and so does its form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from events.directory import PersonLeft
from events.ids import own_id
from register.acts.acknowledging import acknowledge
from register.acts.answering import answer
from register.acts.completing import complete
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.informing import inform
from register.acts.lifting import lift
from register.acts.requesting import ask
from register.acts.withdrawing import withdraw
from register.declarations.declaration import Declaration
from register.declarations.names import Status
from register.errors import InvalidError, RegisterError
from tests.cast import CAST
from tests.visits import House, copied

FRAME = "A silver frame waits for the service director"
NEIGHBOUR = "A neighbour moves into the service"
FRIEND = "A friendship asked for, no longer vulnerable, no imbalance"
REASON = {"reason": "As we agreed"}
TEXT = {"text": "Some more of it"}
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
            "a token": declare("A pen is token and closes itself"),
            "a manager's gift": declare("A line manager's own gift goes to the director"),
            "a neighbour": declare(NEIGHBOUR),
            "a neighbour with actions": declare(NEIGHBOUR),
            "a neighbour no longer excluded": declare(NEIGHBOUR),
            "a friendship": declare(FRIEND),
            "a friendship answered": declare(FRIEND),
            "at the other service": declare("The other policy sends a gift to the line manager"),
        }
        register.decide("carol", made["a gift kept"], KEEP)
        register.decide("carol", made["a gift to go back"], RETURN)
        register.ask("carol", made["a gift asked about"], TEXT)
        register.withdraw("amina", made["a gift withdrawn"], REASON)
        agreed = acknowledgement(house, "amina", "ben")
        register.acknowledge("ben", made["a neighbour with actions"], agreed)
        register.lift_exclusion("ben", made["a neighbour no longer excluded"], REASON)
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


@dataclass(frozen=True)
class Attempt:
    """An act as the rule takes it, and where its form is."""

    rule: Callable[..., Any]
    body: Any
    address: str


def attempts(house: House, declaration: Declaration) -> list[Attempt]:
    here = f"/declarations/{declaration.id}"
    facts = {"details": {**(declaration.details or {})}, "reason": "It was another day"}
    facts["happened_on"] = str(house.now.date() - timedelta(days=40))
    may = {"outcome": "appropriate", "no_longer_vulnerable": True, "no_imbalance_of_power": True}
    return [
        Attempt(acknowledge, acknowledgement(house), f"{here}/acknowledgement"),
        Attempt(decide, RETURN, f"{here}/decision"),
        Attempt(answer, {**may, **REASON}, f"{here}/answer"),
        Attempt(ask, {"text": "Who gave it?"}, f"{here}/information-request"),
        Attempt(inform, {"text": "Her sister"}, f"{here}/information"),
        Attempt(correct, facts, f"{here}/correction"),
        Attempt(withdraw, {"reason": "By mistake"}, f"{here}/withdrawal"),
        Attempt(lift, {"reason": "They moved away"}, f"/exclusions/{declaration.id}/lift"),
        *(
            Attempt(
                partial(complete, action_id=action.id),
                {"evidence": "Seen by the team"},
                f"{here}/actions/{action.id}",
            )
            for action in declaration.actions
        ),
    ]


def is_taken(house: House, by: str, declaration: Declaration, attempt: Attempt) -> bool:
    situation = house.register.situation(by, declaration)
    try:
        return bool(attempt.rule(situation, attempt.body))
    except InvalidError:
        return True  # its form would be shown again
    except RegisterError:
        return False


@pytest.mark.parametrize("world", ["as_it_is", "after_ben_left"])
@pytest.mark.parametrize("by", sorted(CAST.people))
def test_buttons_and_forms_are_there_exactly_when_the_act_would_be_taken(
    request: pytest.FixtureRequest, world: str, by: str
) -> None:
    house, made = request.getfixturevalue(world)
    if not house.register.read.directory().is_here(by):
        return
    visitor = house.as_(by)
    for name, wanted in made.items():
        declaration = house.register.unguarded.declaration(UUID(wanted))
        page = visitor.get(f"/declarations/{wanted}")
        for attempt in attempts(house, declaration):
            taken = is_taken(house, by, declaration, attempt)
            about = f"{by}, {name}, {attempt.address}"
            if page.status == 200:
                assert (attempt.address in page.links) is taken, about
            form = visitor.get(attempt.address)
            assert (form.status == 200) is taken, (about, form.status)
            assert form.status in (200, 403, 404, 409), about


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
        f"/declarations/{wanted}/actions/{action.id}"
        for action in declaration.open_actions
        if action.by == "ben"
    )
    carol = house.as_("carol")
    assert address in carol.get(f"/declarations/{wanted}").links
    assert carol.get(address).status == 200
    assert carol.post(address, {"evidence": "The team knows"}).status == 303
