"""What is due to go: what was kept as long as its policy says, and what will have been soon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.event import Event
from register.erasing import coming as coming_up
from register.errors import ConflictError, ForbiddenError
from register.projections import settled
from tests.browser import Office, office, words
from tests.cast import A_DAY, SHORT_BREAKS, TODAY, amended, joined
from tests.pictures import picture

NOTE = {"note": "We talked.", "actions": []}
OFFICER = ("data_protection_officer",)
SIX_YEARS, TWO_YEARS, ONE_YEAR = (timedelta(days=each) for each in (2192, 731, 366))
A_MONTH = 30 * A_DAY


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as found:
        found.register.change_directory([joined(each, roles=OFFICER) for each in ("otto", "olga")])
        yield found


def coming(there: Office, by: str = "otto") -> dict[UUID, tuple[str, str]]:
    found = there.register.protection.retention.coming(by)
    return {each.due.declaration: (each.due.outcome, str(each.due.due_on)) for each in found}


def test_what_is_over_comes_within_thirty_days_of_the_last_day_that_its_policy_says(
    there: Office,
) -> None:
    met, gift = there.declare("amina", "out-of-hours-encounter"), there.declare("amina")
    there.register.acknowledge("ben", str(met), NOTE)
    there.register.withdraw("amina", str(gift), {"reason": "By mistake"})
    there.register.review("carol", str(gift), {"stands": False, "reason": "Agreed"})
    there.clock.goes_on(ONE_YEAR - A_MONTH - A_DAY)
    assert coming(there) == {}
    there.clock.goes_on(A_DAY)
    assert coming(there) == {gift: ("withdrawn", str(TODAY + ONE_YEAR))}
    there.clock.goes_on(SIX_YEARS - ONE_YEAR)
    assert coming(there)[met] == ("acknowledged", str(TODAY + SIX_YEARS))
    assert list(coming(there)) == [gift, met]  # the longest due first


def test_what_was_closed_at_once_and_what_was_decided_have_terms_of_their_own(
    there: Office,
) -> None:
    declined = there.declare("amina", offer="declined")
    kept = there.declare("amina")
    there.register.decide("carol", str(kept), {"outcome": "keep", "reason": "A farewell"})
    there.clock.goes_on(SIX_YEARS)
    assert coming(there) == {
        declined: ("closed", str(TODAY + TWO_YEARS)),
        kept: ("keep", str(TODAY + SIX_YEARS)),
    }


def test_what_is_opened_again_is_not_due_and_its_time_begins_anew(there: Office) -> None:
    met = there.declare("amina", "out-of-hours-encounter")
    there.register.acknowledge("ben", str(met), NOTE)
    there.clock.goes_on(SIX_YEARS)
    assert met in coming(there)
    there.register.reopen("ben", str(met), {"reason": "There is more"})
    assert coming(there) == {}
    there.register.acknowledge("ben", str(met), NOTE)
    assert coming(there) == {}
    there.clock.goes_on(SIX_YEARS)
    assert coming(there) == {met: ("acknowledged", str(TODAY + 2 * SIX_YEARS))}


def test_it_is_not_over_while_an_exclusion_stands_that_came_of_it(there: Office) -> None:
    known = there.declare("amina", "prior-acquaintance")
    said = {**NOTE, "confidentiality_discussed": True, "risk_assessment": "None"}
    there.register.acknowledge("ben", str(known), said)
    there.clock.goes_on(SIX_YEARS)
    assert coming(there) == {}
    there.register.lift_exclusion("ben", str(known), {"reason": "They moved away"})
    assert known in coming(there)


def test_an_officer_learns_of_nothing_that_they_must_not_know_of(there: Office) -> None:
    concern = there.declare("gus", "colleague-concern", subject="otto")
    there.register.withdraw("gus", str(concern), {"reason": "By mistake"})
    there.register.review("carol", str(concern), {"stands": False, "reason": "Agreed"})
    there.clock.goes_on(SIX_YEARS)
    assert concern in coming(there, "olga")
    assert coming(there) == {}
    page = words(there.browser("otto").get("/protection"))
    assert "There is nothing." in page
    assert there.browser("otto").get("/api/retention").json() == {"items": [], "next": None}


@pytest.mark.parametrize("by", ["amina", "carol", "dev", "ada"])
def test_nobody_else_reads_the_list(there: Office, by: str) -> None:
    with pytest.raises(ForbiddenError):
        coming(there, by)


def test_the_page_says_what_is_due_why_and_what_is_held(there: Office) -> None:
    declined = there.declare("amina", offer="declined")
    there.clock.goes_on(TWO_YEARS)
    otto = there.browser("otto")
    page = words(otto.get("/protection"))
    assert "731 days: not in this policy, a house rule." in page
    assert f"/holds?declaration={declined}" in otto.get("/protection").text
    held = {"declaration": str(declined), "reason": "A claim is made"}
    there.register.protection.holds.place("otto", held)
    assert "A legal hold is on it: it stays." in words(otto.get("/protection"))
    (item,) = otto.get("/api/retention").json()["items"]
    assert item["is_held"] is True
    assert "SU-1042" not in otto.get("/protection").text


# What the register asks for by itself


def waiting_for(there: Office, by: str = "otto") -> dict[UUID | None, str | None]:
    found = (each.erasure for each in there.register.erasures.all(by))
    return {each.declaration: each.asked_by for each in found if each.state == "asked"}


def test_on_the_day_its_erasure_is_asked_for_once_and_an_officer_says_the_word(
    there: Office,
) -> None:
    declined = there.declare("amina", offer="declined")
    there.clock.goes_on(TWO_YEARS - A_DAY)
    there.register.clock.tick()
    assert waiting_for(there) == {}
    there.clock.goes_on(A_DAY)
    there.register.clock.tick()
    assert waiting_for(there) == {declined: None}
    (asked,) = there.register.erasures.all("otto")
    there.register.erasures.refuse("otto", str(asked.erasure.id), {"reason": "Not yet"})
    there.clock.goes_on(A_DAY)
    there.register.clock.tick()
    assert waiting_for(there) == {}  # it was refused, so it is not asked for again


def test_nothing_is_asked_for_or_confirmed_that_a_legal_hold_is_on(there: Office) -> None:
    declined, other = (there.declare("amina", offer="declined") for _ in range(2))
    held = {"declaration": str(declined), "reason": "A claim is made"}
    there.register.protection.holds.place("otto", held)
    there.clock.goes_on(TWO_YEARS)
    there.register.clock.tick()
    assert waiting_for(there) == {other: None}
    wanted = {"of": "declaration", "declaration": str(declined), "reason": "They asked"}
    asked, _ = there.register.erasures.ask("olga", wanted)
    with pytest.raises(ConflictError, match="legal hold"):
        there.register.erasures.confirm("otto", str(asked.id))


def test_where_the_policy_says_so_it_goes_without_anybodys_word(tmp_path: Path) -> None:
    policies = amended(
        tmp_path, SHORT_BREAKS, "[retention]\n", "[retention]\ngoes_by_itself = true\n"
    )
    with office(tmp_path, policies) as there:
        declined = there.declare("amina", offer="declined")
        there.clock.goes_on(TWO_YEARS)
        there.register.clock.tick()
        there.register.change_directory([joined("otto", roles=OFFICER)])
        (gone,) = there.register.erasures.all("otto")
        assert (gone.erasure.declaration, gone.erasure.state) == (declined, "confirmed")
        assert gone.erasure.confirmed_by is None


# Many of one sort


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coming_up, "MOST", 2)
    monkeypatch.setattr(coming_up, "LOOKED_AT", 4)


def declined(there: Office, count: int, by: str = "amina") -> list[UUID]:
    """Gifts of one sort, each a day after the other; all are due on the day that it is then."""
    found = []
    for _ in range(count):
        found.append(there.declare(by, offer="declined"))
        there.clock.goes_on(A_DAY)
    there.clock.goes_on(TWO_YEARS)
    return found


def hold(there: Office, person: str) -> str:
    held = {"person": person, "reason": "A claim is made"}
    return str(there.register.protection.holds.place("otto", held)[0].id)


def asks(there: Office) -> set[UUID | None]:
    """What the register asks for now that it has not asked for before."""
    before = waiting_for(there)
    there.register.protection.retention.ask()
    return waiting_for(there).keys() - before.keys()


def refuse_all(there: Office) -> None:
    for each in there.register.erasures.all("otto"):
        if each.erasure.state == "asked":
            there.register.erasures.refuse("otto", str(each.erasure.id), {"reason": "Not yet"})


def test_those_of_one_day_are_all_come_by_in_parts(tmp_path: Path, database_url: str) -> None:
    with office(tmp_path, url=database_url) as there:
        gifts = {there.declare("amina", offer="declined") for _ in range(5)}
        with there.log.database.read() as connection:
            (sort,) = settled.sorts(connection)
            parts, after = [], None
            while rows := settled.over_by(connection, sort, TODAY, 2, after):
                parts.append([each.declaration for each in rows])
                after = settled.place(rows[-1])
        assert [len(each) for each in parts] == [2, 2, 1]
        assert set().union(*parts) == gifts


@pytest.mark.usefixtures("few")
def test_what_is_held_keeps_nothing_from_going_that_is_due_after_it(there: Office) -> None:
    held, after = declined(there, 3), declined(there, 3, "gus")
    hold(there, "amina")
    first, second, third = after
    assert list(coming(there)) == [*held[:2], first]
    reached: coming_up.Reached = {}
    undecided = partial(there.register.protection.retention.undecided, reached)
    assert [each.due.declaration for each in undecided()] == [first]
    assert [each.due.declaration for each in undecided()] == [second, third]
    assert asks(there) == {first}
    assert asks(there) == {second, third}


@pytest.mark.usefixtures("few")
def test_what_was_refused_keeps_nothing_from_going_that_is_due_after_it(there: Office) -> None:
    gifts = declined(there, 7)
    for two in (gifts[:2], gifts[2:4], gifts[4:6]):
        assert asks(there) == set(two)
        assert asks(there) == set()  # no more, until these are decided
        refuse_all(there)
    assert asks(there) == {gifts[6]}
    assert list(coming(there)) == [*gifts[:2], gifts[6]]
    refuse_all(there)
    assert list(there.register.protection.retention.undecided()) == []


@pytest.mark.usefixtures("few")
def test_what_is_not_held_any_more_goes_though_the_register_looked_further(there: Office) -> None:
    held = declined(there, 5)
    claim = hold(there, "amina")
    assert asks(there) == set()
    there.register.protection.holds.lift("otto", claim, {"reason": "It is over"})
    assert asks(there) == {held[4]}
    assert asks(there) == set(held[:2])


# What it takes to ask


@pytest.fixture
def read(there: Office, monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """The streams that were read with others, each as often as it was."""
    found: list[UUID] = []
    streams = there.log.streams

    def noted(wanted: Sequence[UUID], *more: Any, **named: Any) -> Iterator[Event]:
        found.extend(wanted)
        return streams(wanted, *more, **named)

    monkeypatch.setattr(there.log, "streams", noted)
    return found


def test_nothing_is_read_again_for_each_that_is_asked_for(there: Office, read: list[UUID]) -> None:
    declined(there, 12)
    read.clear()
    assert len(asks(there)) == 12
    assert max(Counter(read).values()) <= 3


def test_whoever_asks_reads_what_waits_of_the_same_and_nothing_else(
    there: Office, read: list[UUID]
) -> None:
    gifts = [str(there.declare("amina")) for _ in range(9)]
    every = [{"of": "declaration", "declaration": each, "reason": "Twice"} for each in gifts]
    for each in every:
        there.register.erasures.ask("otto", each)
    read.clear()
    erasure, is_new = there.register.erasures.ask("otto", every[0])
    assert not is_new
    assert set(read) == {erasure.id, erasure.declaration}


@pytest.mark.usefixtures("few")
def test_the_clock_asks_for_so_many_at_one_time_and_goes_on_at_the_next_tick(
    there: Office,
) -> None:
    for _ in range(2):
        met = there.declare("amina", "out-of-hours-encounter")
        there.register.acknowledge("ben", str(met), NOTE)
    declined(there, 3)
    there.clock.goes_on(SIX_YEARS)
    waited = []
    for _ in range(3):
        there.register.clock.tick()
        waited.append(len(waiting_for(there)))
        there.clock.goes_on(timedelta(seconds=1))
    assert waited == [2, 4, 4]


def test_a_photograph_that_was_erased_keeps_nothing_from_going(there: Office) -> None:
    (gift,) = declined(there, 1)
    there.clock.goes_on(-TWO_YEARS)
    there.register.add_photograph("amina", str(gift), str(photograph := uuid4()), picture())
    wanted = {"of": "photograph", "declaration": str(gift), "photograph": str(photograph)}
    erasure, _ = there.register.erasures.ask(None, {**wanted, "reason": "It shows others"})
    there.register.erasures.confirm("otto", str(erasure.id))
    there.clock.goes_on(TWO_YEARS)
    there.register.protection.retention.ask()
    assert gift in waiting_for(there)


def test_what_goes_by_itself_does_though_the_register_was_stopped_once_it_had_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies = amended(
        tmp_path, SHORT_BREAKS, "[retention]\n", "[retention]\ngoes_by_itself = true\n"
    )
    with office(tmp_path, policies) as there:
        declined(there, 2)
        with monkeypatch.context() as stopped:
            stopped.setattr(there.register.erasures, "confirm_by_policy", interrupted)
            with pytest.raises(KeyboardInterrupt):
                there.register.protection.retention.ask()
        there.register.protection.retention.ask()
        there.register.change_directory([joined("otto", roles=OFFICER)])
        gone = there.register.erasures.all("otto")
        assert [each.erasure.state for each in gone] == ["confirmed"] * 2


def interrupted(_erasure: UUID) -> None:
    raise KeyboardInterrupt
