"""Whatever happened before, what is erased leaves lists that are what the log says, and pages that
can be shown."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from register.console.rebuilding import rebuild
from register.declarations import history as history_of
from register.projections.register_list import Filter
from register.register import Register
from tests.erasing import erase_at_once
from tests.histories import REFERENCES, History, lived


def look_everywhere(register: Register) -> None:
    for person in register.read.directory().people:
        for each in register.read.declarations(person, Filter(limit=100)).items:
            history_of.lines(each.past, register.read.name)
            register.read.declaration(person, str(each.id), str(each.position))
        register.read.alerts(person)
        register.read.own(person)


@pytest.mark.parametrize("seed", [3, 17])
def test_lists_and_pages_hold_after_erasing(database_url: str, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with lived(database_url, seed, calls=45) as story:
        register = story.register
        _erase_something(story, chance)
        story.go_on(12)
        erase_at_once(register, of="service_user", service_user=REFERENCES[0])
        look_everywhere(register)
        assert rebuild(register.log, tmp_path, lambda _done, _total: None) == []
        story.go_on(8)
        assert rebuild(register.log, tmp_path, lambda _done, _total: None) == []


def _erase_something(story: History, chance: random.Random) -> None:
    one, other = chance.sample(story.declared, 2)
    erase_at_once(story.register, of="declaration", declaration=str(one))
    found = story.register.unguarded.declaration(other)
    assert found is not None
    entry = chance.randint(1, len(found.past))
    erase_at_once(story.register, of="entry", declaration=str(other), entry=entry)
