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
from tests.test_officers_are_told import COMPLAINT, OFFICER, TWO_YEARS, ask, on, told

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
