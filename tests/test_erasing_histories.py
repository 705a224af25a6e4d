"""Whatever happened before, what is erased leaves lists that are what the log says, and pages that
can be shown."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from events.proof.notes import SecretKey
from events.proof.tombstones import NOTHING_BEFORE, Tombstone
from register.console.rebuilding import rebuild
from register.declarations import history as history_of
from register.projections.register_list import Filter
from register.proving.tombstones import Published, keep_tombstones, last_kept_tombstone
from register.register import Register
from tests.histories import REFERENCES, History, lived

KEY = SecretKey.new("register.example/log")


def erase(register: Register, **wanted: object) -> None:
    """As the register does what a policy asks for; the tombstone is kept as if published."""
    erasures = register.erasures
    asked, _ = erasures.ask(None, {"reason": "Kept long enough", **wanted})
    confirmed = erasures.confirm_by_policy(asked.id)
    stored = next(each for each in register.log.stream(confirmed.id)[::-1])
    with register.log.database.read() as connection:
        last = last_kept_tombstone(connection)
    number, before = (1, NOTHING_BEFORE) if last is None else (last.number + 1, last.digest)
    declarations, entries = stored.declarations, stored.entries  # type: ignore[attr-defined]
    new = Tombstone(number, before, asked.id, declarations, entries)
    all_before = [Published(KEY.public, new, "")] * (number - 1)
    keep_tombstones(
        register.log.database,
        [*all_before, Published(KEY.public, new, str(new.signed(KEY)))],
        register.now(),
    )
    assert erasures.erase_due() == 1


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
        erase(register, of="service_user", service_user=REFERENCES[0])
        look_everywhere(register)
        assert rebuild(register.log, tmp_path, lambda _done, _total: None) == []
        story.go_on(8)
        assert rebuild(register.log, tmp_path, lambda _done, _total: None) == []


def _erase_something(story: History, chance: random.Random) -> None:
    one, other = chance.sample(story.declared, 2)
    erase(story.register, of="declaration", declaration=str(one))
    found = story.register.unguarded.declaration(other)
    assert found is not None
    entry = chance.randint(1, len(found.past))
    erase(story.register, of="entry", declaration=str(other), entry=entry)
