"""A director's year: what was declared, by kind and month, as a plot and as a table."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.managing import (
    ELSEWHERE,
    FRAME,
    NEIGHBOUR,
    OWN,
    PEN,
    assert_every_problem_leads_somewhere,
)
from tests.test_team_pages import found_by
from tests.visits import House

# The tests' moment is 16 November 2026.


def test_each_month_has_its_declarations_by_kind(home: House) -> None:
    for name in (FRAME, PEN, NEIGHBOUR, OWN, ELSEWHERE):
        home.declare(name)
    home.later(days=20)
    home.declare(PEN)
    page = home.as_("carol").get("/year")
    assert "January 2026 to December 2026: 5 declarations" in page.text
    assert (
        "November 2026 3 in November 2026: A gift 1 in November 2026: Somebody I know" in page.text
    )
    assert "4 in November 2026" in page.text
    assert "December 2026 1 in December 2026: A gift 0 1 in December 2026" in page.text
    assert home.as_("dana").get("/year").text.count("1 in November 2026: A gift") == 1


def test_every_number_leads_to_a_list_of_as_many(home: House) -> None:
    told = [home.declare(name) for name in (FRAME, PEN, NEIGHBOUR)]
    home.later(days=20)
    told += [home.declare(PEN)]
    carol = home.as_("carol")
    page = carol.get("/year")
    cells = re.findall(r'href="(/team\?[^"]*)">(\d+)<', page.html)
    assert len(cells) == 5
    for link, number in cells:
        assert len(found_by(carol.get(link.replace("&amp;", "&")), *told)) == int(number), link


def test_a_month_begins_at_midnight_in_london(home: House) -> None:
    home.now = home.now.replace(month=7, day=31, hour=23, minute=59) + timedelta(days=365)
    home.declare_days_ago(PEN, 0)
    home.later(minutes=2)
    home.declare_days_ago(PEN, 0)
    text = home.as_("carol").get("/year").text
    assert "July 2027 1 in July 2027" in text
    assert "August 2027 1 in August 2027" in text


def test_earlier_years_are_gone_back_to(home: House) -> None:
    home.declare(PEN)
    carol = home.as_("carol")
    assert "/year?to=2025-11" in carol.get("/year").links
    before = carol.get("/year?to=2025-11")
    assert "December 2024 to November 2025: 0 declarations" in before.text
    assert "/year?to=2026-11" in before.links
    assert "Twelve months after" not in carol.get("/year?to=2027-06").text


def test_the_plot_says_the_same_as_the_table_and_has_nothing_to_run(home: House) -> None:
    for name in (FRAME, PEN, NEIGHBOUR):
        home.declare(name)
    html = home.as_("carol").get("/year").html
    plot = html[html.index('<svg viewBox="0 0 360') :].split("</svg>")[0]
    assert plot.count('<rect class="app-kind-') == 2
    assert re.findall(r'app-in-bar"[^>]*>(\d+)<', plot) == ["2", "1"]
    assert not re.search(r"style=|<script|<style", plot)
    assert "A gift: 2" in html


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("to=never", "to"),
        ("to=2026-13", "to"),
        ("to=0001-01", "to"),
        ("to=%00", "to"),
        ("service=riverside", "service"),
        ("service=%F0%9F%98%80", "service"),
    ],
)
def test_what_is_wrong_is_told_in_words(home: House, query: str, field: str) -> None:
    page = home.as_("carol").get(f"/year?{query}")
    assert page.status == 422
    assert list(page.problems) == [field]
    assert_every_problem_leads_somewhere(page)


@pytest.mark.parametrize("month", ["1901-01", "9998-12", "3/2026", "March 2026"])
def test_any_month_may_be_asked_for(home: House, month: str) -> None:
    assert home.as_("carol").get(f"/year?to={month}").status == 200
