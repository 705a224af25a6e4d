"""Which act leads from which state to which: the table is true, and nothing else happens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from events.declarations import ActionAgreed, DeclarationDecided
from events.event import Event
from events.names import Status
from register.acts import all_acts
from register.acts.states import described, steps
from register.declarations.declaration import Declaration
from register.declarations.folding import evolve
from register.declarations.replaying import declarations_at
from tests.histories import lived

DOCUMENT = Path(__file__).parent.parent / "docs" / "states.md"


def test_the_document_is_what_the_acts_say() -> None:
    made = "\n".join(described()) + "\n"
    assert DOCUMENT.read_text(encoding="utf-8") == made, (
        "make it again: python -m register states > docs/states.md"
    )


def follows_from_an_act(event: Event) -> bool:
    """Stored with the act before it: an action that it agreed, or what the rule answers."""
    return isinstance(event, ActionAgreed) or (
        isinstance(event, DeclarationDecided) and event.decided_by is None
    )


def act_of(event: Event) -> str | None:
    return next((act.name for act in all_acts() if act.is_said_by(event)), None)


def taken(declaration: Declaration) -> Iterator[tuple[str, Status, Status]]:
    """Every step of a declaration's life: the act, the state before it, and the state after it."""
    state: Declaration | None = None
    act: tuple[str, Status] | None = None
    for event in declaration.past:
        if state is not None and not follows_from_an_act(event):
            if act is not None:
                yield (*act, state.status)
            name = act_of(event)
            act = None if name is None else (name, state.status)
        state = evolve(state, event)
    if state is not None and act is not None:
        yield (*act, state.status)


@pytest.mark.parametrize("seed", range(800, 804))
def test_in_whatever_is_lived_every_step_is_in_the_table(tmp_path: Path, seed: int) -> None:
    allowed = set(steps())
    with lived(f"sqlite:///{tmp_path / 'register.sqlite'}", seed) as history:
        everything = list(declarations_at(history.register.log, 10**9))
    steps_taken = {step for declaration in everything for step in taken(declaration)}
    assert steps_taken
    assert steps_taken - allowed == set()
