"""Finding on a list: one field, a few filters, and nothing personal in an address."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest

from register.declarations.ids import short_reference
from register.projections.register_list import Filter
from tests.managing import (
    CASH,
    ELSEWHERE,
    FRAME,
    NEIGHBOUR,
    PEN,
    act,
    assert_every_problem_leads_somewhere,
)
from tests.test_team_pages import found_by
from tests.visits import House, Shown
from web.forms import written
from web.forms.meaning import LONGEST, meaning_of

# What the field takes


def looked_for(home: House, person: str, text: str, **filters: str) -> Shown:
    """The list to which the filled-in form leads."""
    visitor = home.as_(person)
    address = visitor.post("/team", {"text": text, **filters}).to
    assert not text or text not in address
    return visitor.get(address)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Amina", {0, 1, 3}),
        ("yusuf amina", {0, 1, 3}),
        ("gus", {2}),
        ("SU-1042", {0, 2, 3}),
        ("su1042", {0, 2, 3}),
        (" su 1042 ", {0, 2, 3}),
        ("Mrs Smith", set()),
        ("eve", set()),
        ("RV-007", set()),
    ],
)
def test_the_field_takes_a_name_or_a_case_reference(
    home: House, text: str, expected: set[int]
) -> None:
    all_of_them = [home.declare(name) for name in (FRAME, PEN, CASH, NEIGHBOUR, ELSEWHERE)]
    page = looked_for(home, "ben", text)
    assert found_by(page, *all_of_them) == expected
    assert page.value("text") == text.strip()
    assert ("Nothing found for" in page.text) == (not expected)


def test_the_field_takes_a_short_reference_of_what_one_may_see(home: House) -> None:
    here, elsewhere = home.declare(FRAME), home.declare(ELSEWHERE)
    for declaration, expected in ((here, {0}), (elsewhere, set())):
        quoted = short_reference(UUID(declaration))
        for text in (quoted, quoted.lower()):
            assert found_by(looked_for(home, "ben", text), here, elsewhere) == expected


def test_the_field_and_the_filters_hold_together(home: House) -> None:
    all_of_them = [home.declare(name) for name in (FRAME, PEN, NEIGHBOUR)]
    page = looked_for(home, "ben", "Amina", kind="gift", status="closed")
    assert found_by(page, *all_of_them) == {1}
    assert "Only: “Amina” ; state Closed ; kind A gift." in page.text


def test_a_name_is_found_without_capitals_and_accents() -> None:
    names = {"zoe": "Zoë Brontë", "amina": "Amina Yusuf"}
    assert meaning_of("zoe bronte", names).people == {"zoe"}
    assert meaning_of("YUSUF", names).people == {"amina"}
    assert meaning_of("  ", names).people == set()


def test_no_address_and_no_link_has_what_was_written(home: House) -> None:
    home.declare(FRAME)
    for text in ("SU-1042", "Amina"):
        page = looked_for(home, "ben", text)
        assert not any(text in link for link in page.links)
        assert text not in page.html.split("<title>")[1].split("</title>")[0]


def test_what_was_written_is_shown_to_nobody_else_and_forgotten_after_half_a_day(
    home: House,
) -> None:
    home.declare(PEN)
    address = home.as_("ben").post("/team", {"text": "SU-2003"}).to
    assert "SU-2003" in home.as_("ben").get(address).html
    for person in ("carol", "femi"):
        other = home.as_(person).get(address)
        assert other.status == 422
        assert "SU-2003" not in other.html
    home.later(hours=12)
    again = home.as_("ben").get(address)
    assert again.problems == {
        "text": "Name, service user's case reference, or a declaration's reference "
        "What you looked for is kept for 12 hours only. Please write it again."
    }


# Filters


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("worker=eve", "worker"),
        ("worker=%00", "worker"),
        ("kind=tea-party", "kind"),
        ("status=late", "status"),
        ("by=name", "by"),
        ("from=never", "from"),
        ("from=2026-13", "from"),
        ("from=0000-01", "from"),
        ("from=2026-03&to=2026-02", "to"),
        ("sought=x", "text"),
        ("sought=%F0%9F%98%80", "text"),
    ],
)
def test_a_filter_that_is_wrong_is_told_where_it_stands(
    home: House, query: str, field: str
) -> None:
    page = home.as_("ben").get(f"/team?{query}")
    assert page.status == 422
    assert list(page.problems) == [field]
    assert_every_problem_leads_somewhere(page)


def test_what_was_written_wrongly_stays_in_its_field_and_out_of_the_address(home: House) -> None:
    ben, long = home.as_("ben"), "y" * 5000
    address = ben.post("/team", {"from": "Mrs Smith", "text": long, "kind": "gift"}).to
    assert "Smith" not in address
    page = ben.get(address)
    assert page.status == 422
    assert set(page.problems) == {"from", "text"}
    assert page.value("from") == "Mrs Smith"
    assert page.value("text") == long[: LONGEST + 1]
    assert page.value("kind") == "gift"


@pytest.mark.parametrize("text", ["2026-03", "3/2026", "03.2026", "March 2026", "mar 2026"])
def test_a_month_is_read_as_people_write_it(text: str) -> None:
    assert written.month(text) == "2026-03"


def test_the_months_are_those_of_the_day_that_the_list_goes_by(home: House) -> None:
    of_today, of_last_month = home.declare(FRAME), home.declare_days_ago(FRAME, 30)
    ben = home.as_("ben")
    october = {"from": "10/2026", "to": "October 2026"}
    page = looked_for(home, "ben", "", **october)
    assert "By the day it reached the register, the latest first" in page.text
    assert found_by(page, of_today, of_last_month) == set()
    page = ben.get("/team?from=2026-10&to=2026-10&by=happened")
    assert "By the day it happened, the latest first" in page.text
    assert found_by(page, of_today, of_last_month) == {1}
    assert "17 October 2026, reached the register on 16 November 2026" in page.text


def test_each_order_is_by_its_own_day(home: House) -> None:
    late = [home.declare_days_ago(FRAME, days) for days in (1, 20, 5)]
    ben = home.as_("ben")
    in_order = {
        query: [
            late.index(each)
            for link in ben.get(f"/team?by={query}").links
            if (each := link.partition("?")[0].rpartition("/")[2]) in late
        ]
        for query in ("", "happened")
    }
    assert in_order == {"": [2, 1, 0], "happened": [0, 2, 1]}


def test_a_service_is_chosen_where_there_are_several(home: House) -> None:
    assert home.as_("ben").get("/team").value("service") is None
    assert 'name="service"' not in home.as_("ben").get("/team").html
    assert home.as_("ben").get("/team?service=riverside").status == 200


# Overdue


def test_overdue_is_what_waits_for_somebody_beyond_its_time(home: House) -> None:
    def overdue() -> set[int]:
        return found_by(home.as_("ben").get("/team?status=overdue"), waits, closed)

    waits, closed = home.declare(FRAME), home.declare(PEN)
    assert overdue() == set()
    home.later(days=14)
    assert overdue() == {0}
    home.as_("carol").post(act(waits, "information-request"), {"text": "Who gave it?"})
    assert overdue() == set()
    home.later(days=14)
    assert overdue() == {0}


def test_what_is_overdue_is_as_at_the_moment_that_is_looked_at(home: House) -> None:
    declaration = UUID(home.declare(FRAME))
    made = home.register.read.as_at("").position
    home.later(days=14)
    now = home.now
    for at, as_at, is_overdue in ((now, None, True), (now - timedelta(days=13), made, False)):
        for overdue in (True, False):
            wanted = Filter(overdue=overdue, at=at, as_at=as_at)
            page = home.register.read.declarations("dev", wanted)
            assert ([each.id for each in page.items] == [declaration]) == (overdue == is_overdue)


def test_programs_ask_for_what_is_overdue_too(home: House) -> None:
    waits, closed = home.declare(FRAME), home.declare(PEN)
    made = home.register.read.as_at("").position

    def found(query: str) -> set[str]:
        answer = home.as_("dev").get(f"/api/declarations?{query}")
        return {each["id"] for each in json.loads(answer.html)["items"]}

    assert found("overdue=true") == set()
    home.later(days=14)
    assert found("overdue=true") == {waits}
    assert found("overdue=false") == {closed}
    assert found(f"overdue=true&as_at={made}") == set()


# The way back


def test_a_declaration_leads_back_to_the_list_on_which_it_was_found(home: House) -> None:
    declaration = home.declare(FRAME)
    ben = home.as_("ben")
    address = ben.post("/team", {"text": "SU-1042", "kind": "gift"}).to
    (link,) = (each for each in ben.get(address).links if declaration in each)
    assert address in ben.get(link).links


@pytest.mark.parametrize(
    "named",
    [
        "",
        "//evil.test/team",
        "https://evil.test/team",
        "/people",
        "team",
        "/team\\",
        "%5B",
        "//[",
        "/team?" + "x" * 600,
        "javascript:alert(1)",
        "/téam",
    ],
)
def test_no_declaration_leads_anywhere_else(home: House, named: str) -> None:
    declaration = home.declare(FRAME)
    page = home.as_("ben").get(f"/declarations/{declaration}?list={named}")
    assert page.status == 200
    assert "govuk-back-link" not in page.html
