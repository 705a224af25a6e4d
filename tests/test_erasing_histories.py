"""Whatever happened before, what is erased leaves lists that are what the log says, as at any
moment; pages that can be shown; nobody who sees more than they may; pictures that are there whole,
or gone; and proofs that verify."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from events.log.tables import photographs
from events.proof.notes import SecretKey
from register.acts.photographing import room
from register.console.rebuilding import rebuild
from register.console.verifying import verify
from register.declarations import history as history_of
from register.declarations.declaration import Declaration
from register.declarations.folding import evolve
from register.declarations.replaying import declarations_at
from register.errors import RegisterError
from register.photographs.keeping import ERASED, KEPT
from register.projections.register_list import Filter
from register.proving.kept import last_kept
from register.proving.places import Folder
from register.proving.signing import Signer
from register.standing.seeing import may_see
from tests.at_length import these_now
from tests.histories import REFERENCES, History, lived
from tests.pictures import picture
from tests.test_read_models import as_listed, as_replayed, can_read, found

ROUNDS, CALLS = 4, 14
ENDLESS = 10**9


@dataclass
class Erasing:
    """A history of which now and then something is erased, once it is published outside."""

    story: History
    folder: Path
    chance: random.Random
    key: SecretKey = field(default_factory=lambda: SecretKey.new("register.example/log"))
    erased: Counter[str] = field(default_factory=Counter)
    """What was erased, by what it was."""
    whole: set[UUID] = field(default_factory=set)
    """The declarations that went whole."""
    kept: list[Path] = field(default_factory=list)
    """Checkpoints that somebody has kept."""

    def __post_init__(self) -> None:
        for each in ("own", "outside"):
            (self.folder / each).mkdir()
        own, self.outside = Folder(self.folder / "own"), Folder(self.folder / "outside")
        self.signer = Signer(
            self.story.register.log.database, own, self.outside, lambda: [self.key]
        )
        self.sign()

    def sign(self) -> None:
        assert self.signer.sign() is None
        with self.story.register.log.database.read() as connection:
            last = last_kept(connection)
        assert last is not None
        self.kept.append(self.folder / f"checkpoint-{len(self.kept)}")
        self.kept[-1].write_text(last.note)

    def erase_something(self) -> None:
        """Of what was erased least often by now."""
        choices = dict(self._choices())
        fewest = min(self.erased[each] for each in choices)
        of = self.chance.choice([each for each in choices if self.erased[each] == fewest])
        wanted = choices[of]
        erasures = self.story.register.erasures
        asked, _ = erasures.ask(None, {"of": of, "reason": "Kept long enough", **wanted})
        self.whole |= {*erasures.confirm_by_policy(asked.id).declarations}
        self.sign()
        assert erasures.erase_due().erasures == 1
        self.erased[of] += 1

    def _choices(self) -> Iterator[tuple[str, dict[str, object]]]:
        """What may be erased now: not what was before."""
        left = [each for each in self._declarations() if each.erased_at is None]
        while len(left) < 2:
            self.story.go_on(CALLS)
            left = [each for each in self._declarations() if each.erased_at is None]
        one, other = self.chance.sample(left, 2)
        yield "declaration", {"declaration": str(one.id)}
        entry = self.chance.randint(1, len(other.past))
        yield "entry", {"declaration": str(other.id), "entry": entry}
        yield from self._photographs()
        referred = [each for each in left if each.service_user in REFERENCES]
        if referred:
            yield "service_user", {"service_user": self.chance.choice(referred).service_user}
        directory = self.story.register.read.directory()
        people, today = directory.people, directory.today
        have_left = [each.worker for each in left if not people[each.worker].is_here(today)]
        if have_left:
            yield "person", {"person": self.chance.choice(have_left)}

    def _photographs(self) -> Iterator[tuple[str, dict[str, object]]]:
        """One more is added: those that are not chosen may go with their declaration."""
        takes = [each for each in self._declarations() if room(each)]
        if takes:
            to, new = self.chance.choice(takes), UUID(int=self.chance.getrandbits(128), version=4)
            with suppress(RegisterError):  # not every worker may add one any more
                self.story.register.add_photograph(to.worker, str(to.id), str(new), picture())
        there = [
            {"declaration": str(each.id), "photograph": str(one.id)}
            for each in self._declarations()
            for one in each.photographs
            if one.erased_at is None
        ]
        if there:
            yield "photograph", dict(self.chance.choice(there))

    def _declarations(self) -> list[Declaration]:
        return list(declarations_at(self.story.register.log, ENDLESS))

    # What holds

    def check_rebuilt_is_inline(self) -> None:
        log = self.story.register.log
        assert rebuild(log, self.folder, lambda _done, _total: None) == []

    def check_as_at_is_replayed(self) -> int:
        """At every position; gives how many there are."""
        register = self.story.register
        held: dict[UUID, Declaration] = {}
        events = list(register.log.after())
        for event in events:
            before = held.get(event.originator_id)
            if before is not None or event.TOPIC == "declaration-made":
                held[event.originator_id] = evolve(before, event)
            expected = {each.id: as_replayed(register, each) for each in held.values()}
            assert as_listed(register.log, event.position) == expected, event.position
        for each in held.values():
            position = self.chance.randint(each.past[0].position, events[-1].position)
            then = {state.id: state for state in declarations_at(register.log, position)}
            assert register.unguarded.declaration(each.id, position) == then[each.id]
        return len(events)

    def check_nobody_sees_more(self) -> int:
        """Lists and pages show each person what they may see, and nothing that went; gives how much
        was hidden from somebody."""
        register, hidden = self.story.register, 0
        register.clock.tick()
        directory, everything = register.read.directory(), self._declarations()
        for person in directory.people.values():
            seen = {each.id for each in everything if may_see(person, each, directory)}
            assert found(register, person, Filter(limit=1000)) == seen, person.id
            for each in everything:
                assert can_read(register, person, each) == (each.id in seen)
                if each.id in seen:
                    assert history_of.lines(each.past, register.read.name)
            hidden += len(everything) - len(seen)
            register.read.alerts(person.id)
            register.read.own(person.id)
        went = [each.past for each in everything if each.id in self.whole]
        assert not [event for past in went for event in past if getattr(event, "words", None)]
        return hidden

    def check_pictures_are_whole_or_gone(self) -> None:
        register = self.story.register
        states = {
            (each.id, one.photograph.id): one.state
            for each in self._declarations()
            for one in register.photographs.conditions(each)
        }
        query = sa.select(photographs.c.declaration, photographs.c.photograph)
        with register.log.database.read() as connection:
            stored = {tuple(row) for row in connection.execute(query)}
        assert states == {each: KEPT if each in stored else ERASED for each in states}
        assert stored <= states.keys()

    def check_proofs_verify(self) -> int:
        """With every checkpoint that was ever signed; gives the words of how many are erased."""
        self.sign()
        log, places, keys = self.story.register.log, [self.outside], [self.key.public]
        done = verify(log.database, log.mapper, places, keys, self.kept, lambda *_: None)
        assert done.faults == []
        return len(done.erased)


@pytest.mark.parametrize("seed", these_now({1000}, range(1000, 1040)))
def test_lists_pages_and_proofs_hold_after_erasing(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    with lived(database_url, seed, calls=CALLS * 3) as story:
        erasing = Erasing(story, tmp_path, random.Random(seed))
        for _ in range(ROUNDS):
            erasing.erase_something()
            erasing.check_rebuilt_is_inline()
            story.go_on(CALLS)
        erasing.check_rebuilt_is_inline()
        erasing.check_pictures_are_whole_or_gone()
        positions = erasing.check_as_at_is_replayed()
        hidden, gone = erasing.check_nobody_sees_more(), erasing.check_proofs_verify()
    assert hidden > 0
    assert gone > 0
    print(f"{seed}: {dict(erasing.erased)}, {gone} of {positions} entries, {hidden} hidden")
