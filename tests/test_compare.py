"""Two dates side by side: what is new, what was settled and what changed, with totals, in pages."""

from __future__ import annotations

import re

import pytest
from httpx import Response

from tests.auditing import Story
from tests.browser import links, words


def compared(story: Story, **asked: str) -> Response:
    return story.dev.get("/register/compare", **asked)


def test_new_settled_and_changed_are_apart_with_totals(story: Story) -> None:
    page = words(compared(story, **{"from": "2026-09-02 10:30"}))
    assert "Kind New Settled Changed A gift 1 1 0 All 1 1 0" in page
    assert "New: 1" in page
    assert "Settled: 1" in page
    assert "Changed otherwise: 0" in page


def test_a_group_is_paged_from_its_beginning(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.pages.audit.compare.FIRST", 1)
    monkeypatch.setattr("web.pages.audit.compare.ON_A_PAGE", 2)
    first = compared(story, **{"from": "1"})
    assert len(_declarations(first)) == 1
    (address,) = [each for each in links(first) if each.endswith("group=new")]
    found: list[str] = []
    following: str | None = address
    while following is not None:
        page = story.dev.get(following)
        found += _declarations(page)
        following = next((each for each in links(page) if _is_page(each, len(found))), None)
    newest_first = (story.declined, story.eve, story.gus, story.amina)
    assert found == [str(each) for each in newest_first]
    assert "Page 2 of 2" in words(page)


def _declarations(page: Response) -> list[str]:
    return re.findall(r"/declarations/([0-9a-f-]{36})", page.text)


def _is_page(address: str, shown: int) -> bool:
    return address.endswith(f"page={shown // 2 + 1}")


def test_people_and_services_are_paged_too(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.pages.audit.compare.FIRST", 1)
    page = compared(story, **{"from": str(story.before_moving)})
    assert "Reporting lines and people: 2" in words(page)
    assert "Gus Hale (gus) Line manager" not in words(page)
    (address,) = [each for each in links(page) if each.endswith("group=people")]
    whole = words(story.dev.get(address))
    assert "Gus Hale (gus) Line manager" in whole
    assert "Ben Okoro (ben) Left on" in whole


@pytest.mark.parametrize(
    "asked",
    [
        {"from_day": "1/9/2026"},
        {"from_day": "2026-09-01"},
        {"from": "1 September 2026"},
        {"from": "1.9.2026 23:59"},
        {"from": "01/09/2026", "to": "31/12/2026"},
    ],
)
def test_dates_are_read_as_people_write_them(story: Story, asked: dict[str, str]) -> None:
    page = words(compared(story, **asked))
    assert "From: As at 1 September 2026, 23:59" in page


def test_a_day_stays_in_the_field_in_which_it_can_be_chosen_anew(story: Story) -> None:
    page = compared(story, **{"from": "1/9/2026"}).text
    (day,) = re.findall(r'<input[^>]* name="from_day"[^>]*>', page)
    assert 'type="date" value="2026-09-01"' in day
    (text,) = re.findall(r'<input[^>]* name="from"[^>]*>', page)
    assert "2026" not in text


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"from_day": "31/31/2026"}, "From Write the day, the month and the year, like 31/3/2026."),
        ({"to_day": "<b>"}, "To Write the day, the month and the year, like 31/3/2026."),
        ({"from": "never"}, "From a time or an entry Give a day like 31/3/2026"),
        (
            {"from": "12", "from_day": "1/9/2026"},
            "From a time or an entry Choose a day, or write a time or an entry",
        ),
        ({"from": "1", "group": "<b>"}, "There is no such page of these."),
        ({"from": "1", "group": "new", "page": "0"}, "There is no such page of these."),
        ({"from": "1", "group": "new", "page": "x"}, "There is no such page of these."),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(
    story: Story, asked: dict[str, str], says: str
) -> None:
    answer = compared(story, **asked)
    assert answer.status_code == 422
    assert f"There is a problem {says}" in words(answer)
    assert "<b>" not in answer.text


def test_a_page_beyond_the_last_has_no_rows(story: Story) -> None:
    page = compared(story, **{"from": "1", "group": "new", "page": "99999"})
    assert page.status_code == 200
    assert "No more." in words(page)
