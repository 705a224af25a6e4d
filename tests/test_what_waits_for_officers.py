"""The first page of an officer, and that of data protection, count what waits for them: no more and
no less. An administrator's says what nobody may deal with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from events.names import Cause
from tests.browser import Office, office, words
from tests.cast import A_DAY, TODAY, joined, left
from tests.test_due_to_go import SIX_YEARS
from tests.test_officers_are_told import COMPLAINT, OFFICER, TWO_YEARS, Row, ask, on, told

NOBODY = "Something waits for a data protection officer, and nobody may deal with it"
BOTH_PAGES = pytest.mark.parametrize("path", ["/", "/protection"])


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as found:
        found.register.change_directory([joined(each, roles=OFFICER) for each in ("otto", "olga")])
        yield found


def page(there: Office, by: str, path: str = "/") -> str:
    return words(there.browser(by).get(path))


def test_an_officers_first_page_says_what_waits_and_what_is_overdue(there: Office) -> None:
    assert "request" not in page(there, "otto")
    ask(there)
    there.register.protection.complaints.receive("otto", COMPLAINT)
    assert "1 request waits" in page(there, "otto")
    assert "1 complaint waits" in page(there, "otto")
    there.clock.goes_on(31 * A_DAY)
    assert "1 request waits, 1 overdue" in page(there, "otto")
    for other in ("ada", "dev", "carol"):
        assert "1 request waits" not in page(there, other)


@BOTH_PAGES
def test_nobody_counts_what_they_asked_for_themselves(there: Office, path: str) -> None:
    counted = re.compile(r"\d (request )?waits?, 1 overdue")
    ask(there, "olga", person="otto")
    there.clock.goes_on(31 * A_DAY)
    assert counted.search(page(there, "olga", path))
    assert not re.search(r"\d (request )?wait", page(there, "otto", path))
    ask(there, "olga", person="amina")
    assert counted.search(page(there, "otto", path))


@BOTH_PAGES
def test_erasures_count_that_wait_for_ones_word(there: Office, path: str) -> None:
    counted = re.compile("(1 erasure|Erasing : 1) waits")
    gift = str(there.declare("amina"))
    wanted = {"of": "declaration", "declaration": gift, "reason": "Told twice"}
    there.register.erasures.ask("olga", wanted)
    assert counted.search(page(there, "otto", path))
    assert not counted.search(page(there, "olga", path))  # who asked for it


def test_where_no_officer_may_deal_with_it_the_administrators_are_told_and_see_why(
    there: Office,
) -> None:
    ask(there, "olga", person="otto")
    assert NOBODY not in page(there, "ada")
    there.register.change_directory([left("olga", TODAY)])
    assert on(there, TODAY + A_DAY) == 1
    assert ("ada", Cause.NO_OFFICER) in told(there)
    assert NOBODY in page(there, "ada")


def concern(there: Office, by: str, about: str) -> None:
    """A concern that is over."""
    told_of = str(there.declare(by, "colleague-concern", subject=about))
    there.register.withdraw(by, told_of, {"reason": "By mistake"})
    there.register.review("carol", told_of, {"stands": False, "reason": "Agreed"})


def only(there: Office, *officers: str, roles: tuple[str, ...] = ("worker", *OFFICER)) -> None:
    """These are the only officers, and declare things as well."""
    change = there.register.change_directory
    change([left(each, there.clock.shows.date()) for each in {"otto", "olga"} - {*officers}])
    change([joined(each, under="ben", roles=roles) for each in officers])


def newly_told(there: Office) -> list[Row]:
    before = told(there)
    on(there, there.clock.shows.date() + A_DAY)
    return [each for each in told(there) if each not in before]


def test_what_the_only_officer_declared_waits_for_the_administrators_to_name_another(
    there: Office,
) -> None:
    only(there, "otto")
    there.declare("otto", offer="declined")
    there.clock.goes_on(TWO_YEARS)
    assert newly_told(there) == [("ada", Cause.NO_OFFICER)]
    assert NOBODY in page(there, "ada")
    assert "There is nothing" in page(there, "otto", "/protection")
    there.register.change_directory([joined("olga", roles=OFFICER)])
    assert newly_told(there) == [("olga", Cause.PROTECTION)]
    assert NOBODY not in page(there, "ada")


def test_an_officer_who_administers_is_told_both_of_what_they_do_and_of_what_nobody_does(
    there: Office,
) -> None:
    only(there, "otto", roles=("worker", "administrator", *OFFICER))
    there.declare("otto", offer="declined")
    there.declare("amina", offer="declined")
    there.clock.goes_on(TWO_YEARS)
    causes = [cause for person, cause in newly_told(there) if person == "otto"]
    assert sorted(causes) == [Cause.NO_OFFICER, Cause.PROTECTION]
    assert newly_told(there) == []


@pytest.mark.parametrize("about", ["otto", "ben"])
def test_what_is_about_the_only_officer_or_somebody_above_them_is_told_to_nobody(
    there: Office, about: str
) -> None:
    """Administrators ask an officer why they do not deal with it, and so would tell them of it."""
    concern(there, "gus", about)
    only(there, "otto", roles=("worker", "administrator", *OFFICER))
    there.clock.goes_on(SIX_YEARS)
    assert newly_told(there) == []
    for administrator in ("ada", "otto"):
        assert NOBODY not in page(there, administrator)


def test_no_administrator_is_told_of_what_they_must_not_know_of(there: Office) -> None:
    concern(there, "gus", "ada")
    only(there)
    there.register.change_directory([joined("bea", roles=("administrator",))])
    there.clock.goes_on(SIX_YEARS)
    assert newly_told(there) == [("bea", Cause.NO_OFFICER)]
    assert NOBODY in page(there, "bea")
    assert NOBODY not in page(there, "ada")


def test_administrators_see_always_that_there_are_fewer_than_two_officers(there: Office) -> None:
    few = "Fewer than two data protection officers work here"
    assert few not in page(there, "ada", "/people")
    only(there, "otto")
    assert few in page(there, "ada", "/people")


@pytest.mark.parametrize("of", ["held", "refused"])
def test_nothing_waits_for_an_officer_that_is_held_or_was_refused(there: Office, of: str) -> None:
    there.declare("amina", offer="declined")
    there.clock.goes_on(TWO_YEARS)
    if of == "held":
        held = {"person": "amina", "reason": "A claim is made"}
        there.register.protection.holds.place("carol", held)
    else:
        there.register.protection.retention.ask()
        (asked,) = there.register.erasures.all("otto")
        there.register.erasures.refuse("otto", str(asked.erasure.id), {"reason": "Not yet"})
    gone = [left(each, there.clock.shows.date()) for each in ("otto", "olga")]
    there.register.change_directory(gone)
    assert NOBODY not in page(there, "ada")
    there.declare("gus", offer="declined")
    there.clock.goes_on(TWO_YEARS)
    assert NOBODY in page(there, "ada")


def test_an_administrator_who_is_an_officer_too_sees_both(there: Office) -> None:
    roles = (*OFFICER, "administrator")
    there.register.change_directory([joined("otto", roles=roles)])
    there.register.protection.complaints.receive("otto", COMPLAINT)
    ask(there, "olga", person="otto")
    assert "1 complaint waits" in page(there, "otto")
    assert NOBODY not in page(there, "otto")
    there.register.change_directory([left("olga", TODAY)])
    assert "1 complaint waits" in page(there, "otto")
    assert NOBODY in page(there, "otto")
