"""How soon people act, by month and service, and what is overdue: for directors and auditors."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime
from uuid import UUID

import pytest

from register.deadlines import LONDON, london_day, working_days_between
from register.declarations.replaying import declarations_at
from register.reading.how_soon import HALF, NINE_IN_TEN, Wait, Waits, services_in_view
from register.standing.seeing import may_see
from register.turns.looking import open_alerts
from tests.histories import lived
from tests.managing import ELSEWHERE, FRAME, PEN, SUPERMARKET
from tests.visits import House, Shown

# The tests' moment is Monday 16 November 2026. SUPERMARKET waits for Ben, FRAME for
# Carol, who directs there; ELSEWHERE for somebody at Dana's service; PEN is closed at once.

PAGE = "/how-soon"
OVERDUE = f"{PAGE}/overdue"
MONTHS = range(1, 13)


def opens(home: House, person: str, declaration: str) -> None:
    about = [UUID(declaration)]
    home.register.turns.run(lambda turn: open_alerts(turn, person, about))


def acknowledges(home: House, declaration: str) -> None:
    body = {"note": "We talked", "actions": []}
    home.register.acknowledge("ben", declaration, body)


def said(page: Shown, of: str) -> str:
    """The sentence below the heading of a part, such as `Acted on`."""
    return re.search(rf">{of}</h2>\s*<p[^>]*><strong>([^<]*)</strong>", page.html)[1]  # type: ignore[index]


# The numbers


def waits(ended: dict[Wait, int], still: int = 0) -> Waits:
    return Waits(Counter(ended), still)


def test_half_and_nine_in_ten_are_within_the_longest_wait_of_those_that_are_as_many() -> None:
    ten = waits({Wait(0, hours): 1 for hours in range(1, 11)})
    assert (ten.within(HALF), ten.within(NINE_IN_TEN)) == (Wait(0, 5), Wait(0, 9))
    hundred_and_ten = waits({Wait(0, 1): 99, Wait(3, 0): 11})
    assert hundred_and_ten.within(NINE_IN_TEN) == Wait(0, 1)


def test_of_one_alone_both_are_its_own_wait() -> None:
    one = waits({Wait(0, 3): 1})
    assert one.within(HALF) == one.within(NINE_IN_TEN) == Wait(0, 3)
    assert waits({}).within(HALF) is None


def test_a_working_day_is_longer_than_any_hours() -> None:
    assert waits({Wait(1, 0): 1, Wait(0, 24): 1}).within(HALF) == Wait(0, 24)


def test_what_still_waits_counts_among_the_slowest_and_never_as_a_fast_one() -> None:
    assert waits({Wait(0, 1): 5}, still=5).within(HALF) == Wait(0, 1)
    assert waits({Wait(0, 1): 5}, still=5).within(NINE_IN_TEN) is None
    assert waits({Wait(0, 1): 4}, still=5).within(HALF) is None


@pytest.mark.parametrize(
    ("first", "last", "nation", "days"),
    [
        (date(2026, 11, 13), date(2026, 11, 16), "ENG", 1),
        (date(2026, 11, 13), date(2026, 11, 15), "ENG", 0),
        (date(2026, 12, 24), date(2026, 12, 29), "ENG", 1),
        (date(2026, 11, 27), date(2026, 12, 1), "SCT", 1),
        (date(2026, 11, 27), date(2026, 12, 1), "ENG", 2),
    ],
)
def test_working_days_leave_out_weekends_and_the_bank_holidays_of_the_nation(
    first: date, last: date, nation: str, days: int
) -> None:
    assert working_days_between(first, last, nation) == days


# The page


def test_it_says_how_long_it_took_until_it_was_opened_and_acted_on(home: House) -> None:
    met = home.declare(SUPERMARKET)
    home.later(hours=2, minutes=10)
    opens(home, "ben", met)
    home.later(days=2)
    acknowledges(home, met)
    page = home.as_("carol").get(PAGE)
    assert said(page, "Opened") == "The only one was opened within 3 hours."
    assert said(page, "Acted on") == "The only one was acted on within 2 working days."
    assert "November 2026 1 3 hours 3 hours 0" in page.text
    assert "November 2026 1 2 working days 2 working days 0" in page.text
    assert "October 2026 0 \u2013 \u2013 0" in page.text


def test_the_first_who_opened_it_counts_also_where_it_went_on_or_to_another(home: House) -> None:
    met = home.declare(SUPERMARKET)
    home.later(hours=1)
    opens(home, "ben", met)
    for _ in range(3):
        home.later(days=3)
        home.register.clock.tick()
    opens(home, "carol", met)
    assert said(home.as_("carol").get(PAGE), "Opened") == "The only one was opened within 2 hours."


def test_what_was_acted_on_and_never_opened_counts_as_opened_then(home: House) -> None:
    met = home.declare(SUPERMARKET)
    home.later(hours=4)
    acknowledges(home, met)
    assert said(home.as_("carol").get(PAGE), "Opened") == "The only one was opened within 5 hours."


def test_what_still_waits_is_shown_apart(home: House) -> None:
    first, _ = home.declare(SUPERMARKET), home.declare(SUPERMARKET)
    home.declare(FRAME)
    acknowledges(home, first)
    page = home.as_("dev").get(PAGE)
    assert said(page, "Acted on") == (
        "More than half have waited until now: 2 of 3 are not acted on yet."
    )
    assert "November 2026 3 more still wait more still wait 2" in page.text


def test_what_asks_nobody_is_counted_apart(home: House) -> None:
    home.declare(PEN)
    home.declare(SUPERMARKET)
    page = home.as_("carol").get(PAGE)
    assert "1 declaration that somebody was asked to act on" in page.text
    assert "1 more needs nobody: closed at once, or taken back" in page.text


def test_without_any_declaration_it_says_so(home: House) -> None:
    page = home.as_("dev").get(PAGE)
    assert "Nothing that reached the register in these months asked anybody to act" in page.text
    assert "Nothing is overdue now" in page.text
    assert "Nothing is overdue" in home.as_("dev").get(OVERDUE).text


def test_months_are_those_of_receipt_in_london(home: House) -> None:
    home.now = datetime(2027, 7, 31, 23, 59, tzinfo=LONDON)
    home.declare_days_ago(SUPERMARKET, 0)
    home.later(minutes=2)
    home.declare_days_ago(SUPERMARKET, 0)
    text = home.as_("carol").get(PAGE).text
    assert "July 2027 1 more still wait" in text
    assert "August 2027 1 more still wait" in text


def test_a_director_sees_their_services_and_an_auditor_all(home: House) -> None:
    home.declare(SUPERMARKET)
    home.declare(ELSEWHERE)
    headings = {
        person: re.search(r"(\d+) declarations? that somebody", home.as_(person).get(PAGE).text)
        for person in ("carol", "dana", "dev")
    }
    counts = {person: found[1] if found else None for person, found in headings.items()}
    assert counts == {"carol": "1", "dana": "1", "dev": "2"}
    for person, status in (("amina", 403), ("ben", 403), ("ada", 403)):
        assert home.as_(person).get(PAGE).status == home.as_(person).get(OVERDUE).status == status


def test_each_service_has_its_numbers_and_may_be_chosen(home: House) -> None:
    home.declare(SUPERMARKET)
    home.declare(ELSEWHERE)
    dev = home.as_("dev")
    links = [each for each in dev.get(PAGE).links if each.startswith(f"{PAGE}?service=")]
    assert len(set(links)) >= 2
    found = [
        re.search(r"(\d+) declarations? that somebody", dev.get(each).text)[1]  # type: ignore[index]
        for each in sorted(set(links))
    ]
    assert sorted(found) == ["0"] * (len(found) - 2) + ["1", "1"]
    assert dev.get(f"{PAGE}?service=nowhere").status == 422


def test_the_plot_says_in_words_what_it_shows_and_has_nothing_to_run(home: House) -> None:
    met = home.declare(SUPERMARKET)
    acknowledges(home, met)
    html = home.as_("carol").get(PAGE).html
    plots = re.findall(r'<svg viewBox="0 0 360.*?</svg>', html, re.DOTALL)
    assert len(plots) == 2
    for plot in plots:
        assert 'role="img"' in plot
        assert "The only one was" in re.search(r"<desc[^>]*>([^<]*)", plot)[1]  # type: ignore[index]
        assert not re.search(r"style=|<script|<style", plot)


def test_the_newest_three_months_are_shown_and_those_before_are_folded(home: House) -> None:
    home.declare(SUPERMARKET)
    html = home.as_("carol").get(PAGE).html
    folded = re.findall(r"<details.*?</details>", html, re.DOTALL)
    assert len(folded) == 2
    for each in folded:
        assert "open" not in each.split(">", 1)[0]
        assert each.count('data-label="Month"') == 9
        assert "August 2026" in each
        html = html.replace(each, "")
    assert re.findall(r'data-label="Month">([^<]*)', html) == 2 * [
        "November 2026",
        "October 2026",
        "September 2026",
    ]


# What is overdue


def test_what_is_overdue_says_with_whom_it_waits_and_to_whom_it_went_on(home: House) -> None:
    met = home.declare(SUPERMARKET)
    assert "Nothing is overdue now" in home.as_("carol").get(PAGE).text
    home.later(days=3)
    carol = home.as_("carol")
    assert "Overdue now: 1" in carol.get(PAGE).text
    page = carol.get(OVERDUE)
    assert "since 16 November 2026" in page.text
    assert "It has not gone on to anybody else yet" in page.text
    assert any(each.startswith(f"/declarations/{met}") for each in page.links)
    home.register.clock.tick()
    for _ in range(2):
        home.later(days=3)
        home.register.clock.tick()
    carol = home.as_("carol")
    assert "It went on to you." in carol.get(OVERDUE).text
    assert "It went on to Carol" in home.as_("dev").get(OVERDUE).text
    acknowledges(home, met)
    assert "Nothing is overdue" in carol.get(OVERDUE).text


def test_it_has_pages_and_what_is_done_meanwhile_moves_none_of_them(home: House) -> None:
    told = [home.declare(SUPERMARKET) for _ in range(27)]
    home.later(days=3)
    dev = home.as_("dev")
    first = dev.get(OVERDUE)
    (more,) = [each for each in first.links if "after=" in each and each.startswith(OVERDUE)]
    acknowledges(home, told[0])
    second = dev.get(more)
    shown = [
        {each for each in told if f"/declarations/{each}?list=" in page.html}
        for page in (first, second)
    ]
    assert [len(each) for each in shown] == [25, 2]
    assert set.union(*shown) == set(told)


# Nothing hidden counts


@pytest.mark.parametrize("seed", [101])
def test_nobody_counts_what_they_may_not_see(database_url: str, seed: int) -> None:
    """Neither in the numbers, where a small one would betray it, nor in what is overdue."""
    with lived(database_url, seed) as history:
        register = history.register
        register.clock.tick()
        directory, day = register.read.directory(), london_day(register.now())
        months = [date(year, month, 1) for year in (day.year - 1, day.year) for month in MONTHS]
        everything = list(declarations_at(register.log, 10**9))
        hidden = 0
        for person in directory.people.values():
            services = services_in_view(person.id, directory)
            seen = {
                each.id
                for each in everything
                if may_see(person, each, directory)
                and each.worker != person.id
                and each.service in services
            }
            hidden += bool(services) * (len(everything) - len(seen))
            found = register.figures.how_soon(person.id, services, months).values()
            assert sum(each.until_opened.total + each.asked_nobody for each in found) == len(seen)
            assert all(each.until_opened.total == each.until_acted.total for each in found)
            overdue = register.figures.overdue(person.id, services).page(None, 1000)
            assert {each.declaration.id for each in overdue.items} <= seen
            assert overdue.total == len(overdue.items)
        assert hidden > 0
