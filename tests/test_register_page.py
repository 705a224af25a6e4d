"""The register as auditors see it: as at any moment, filtered, counted, and as CSV."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import Response

from tests.auditing import Story, replayed, rows_of
from tests.browser import links, office, words


def test_at_every_position_the_register_is_what_a_replay_says(either: Story) -> None:
    for position in range(1, either.office.log.last_position() + 1):
        expected = [
            (str(each.id), each.status, each.waiting_for or "", " ".join(each.ruling.flags))
            for each in replayed(either, position)
        ]
        rows = rows_of(either, as_at=str(position))
        assert [(r["id"], r["state"], r["waiting_for"], r["flags"]) for r in rows] == expected
        page = either.dev.get("/register", as_at=str(position))
        listed = re.findall(r"/declarations/([0-9a-f-]{36})", page.text)
        assert listed == [each[0] for each in expected]
        assert f"{len(expected)} declaration" in words(page)


def listed(page: Response) -> list[str]:
    return re.findall(r"/declarations/([0-9a-f-]{36})", page.text)


@pytest.mark.parametrize(
    ("as_at", "how_many"),
    [
        ("2026-08-31", 0),
        ("2026-09-01 09:59", 0),
        ("2026-09-01 10:00", 1),
        ("2026-09-01T10:00:00", 1),
        ("2026-09-01T09:00:00Z", 0),
        ("2026-09-01T09:00:01Z", 1),
        ("2026-09-01", 1),
        ("2026-09-02 09:59:59", 1),
        ("2026-09-02 10:00", 3),
        ("2026-09-30", 4),
        ("", 4),
        ("0", 0),
        ("999999999999999999", 4),
    ],
)
def test_a_moment_is_asked_for_as_people_say_it(story: Story, as_at: str, how_many: int) -> None:
    assert len(rows_of(story, as_at=as_at)) == how_many


def test_an_entry_links_to_the_register_and_the_declaration_as_at_then(story: Story) -> None:
    page = story.dev.get(f"/entries/{story.before_deciding}")
    assert f"/register?as_at={story.before_deciding}" in links(page)
    assert f"/declarations/{story.amina}?as_at={story.before_deciding}" in links(page)


def test_rows_link_to_the_declaration_as_at_the_same_moment(story: Story) -> None:
    page = story.dev.get("/register", as_at="2026-09-01 12:00")
    (link,) = [each for each in links(page) if each.startswith("/declarations/")]
    then = story.dev.get(link)
    assert "Awaiting decision" in words(then)
    assert "Above a token" not in then.text


def test_a_declaration_is_shown_as_at_a_day_as_people_write_it(story: Story) -> None:
    page = story.dev.get(f"/declarations/{story.amina}", as_at="1/9/2026 10:00")
    assert "This is how it stood at 1 September 2026, 10:00" in words(page)
    assert story.dev.get(f"/declarations/{story.amina}", as_at="31/31/2026").status_code == 422


def test_any_entry_of_a_history_can_be_the_moment(story: Story) -> None:
    page = story.dev.get(f"/declarations/{story.amina}", as_at=str(story.before_deciding))
    assert "This is how it stood at 1 September 2026, 10:00" in words(page)
    moments = [
        each for each in links(page) if each.startswith(f"/declarations/{story.amina}?as_at=")
    ]
    assert len(moments) == 3
    assert "Above a token" in story.dev.get(moments[1]).text
    assert (
        "As at another moment"
        not in story.office.browser("amina").get(f"/declarations/{story.amina}").text
    )


# Filters


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"kind": "gift"}, "declined eve gus amina"),
        ({"service": "elm-house"}, "gus amina"),
        ({"worker": "eve"}, "declined eve"),
        ({"status": "open"}, "gus amina"),
        ({"status": "overdue"}, "amina"),
        ({"as_at": "2026-09-02 10:00", "status": "overdue"}, ""),
        ({"from": "9/2026", "to": "September 2026"}, "declined eve gus amina"),
        ({"to": "2026-08"}, ""),
        ({"by": "happened", "to": "2026-08"}, "gus"),
        ({"from": "2026-09", "received_to": "2/9/2026"}, "eve gus amina"),
        ({"as_at_day": "1/9/2026"}, "amina"),
        ({"status": "awaiting_action"}, "amina"),
        ({"flag": "cash"}, "gus"),
        ({"flag": "any"}, "declined gus"),
        ({"late": "true"}, "gus"),
        ({"late": "false", "service": "elm-house"}, "amina"),
        ({"received_from": "2026-09-02"}, "declined eve gus"),
        ({"received_to": "2026-09-02"}, "eve gus amina"),
        ({"received_from": "2026-09-02", "received_to": "2026-09-02"}, "eve gus"),
        ({"flag": "announced"}, ""),
    ],
)
def test_filters(either: Story, asked: dict[str, str], expected: str) -> None:
    wanted = [str(getattr(either, name)) for name in expected.split()]
    assert [row["id"] for row in rows_of(either, **asked)] == wanted
    page = either.dev.get("/register", **asked)
    assert re.findall(r"/declarations/([0-9a-f-]{36})", page.text) == wanted


def test_the_api_filters_alike(story: Story) -> None:
    answer = story.dev.get(
        "/api/declarations", late="true", flag="cash", received_from="2026-09-02"
    )
    assert [each["id"] for each in answer.json()["items"]] == [str(story.gus)]
    assert story.dev.get("/api/declarations", late="perhaps").status_code == 422
    assert story.dev.get("/api/declarations", flag="no-such-flag").status_code == 422


def looked_for(story: Story, text: str, **more: str) -> Response:
    """The list to which the filled-in form leads."""
    answer = story.dev.post("/register", {"text": text, **more})
    address = answer.headers["location"]
    assert text not in address
    return story.dev.get(address)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("su-1077", "gus"), ("su1077", "gus"), ("Eve", "declined eve"), ("nobody", "")],
)
def test_one_field_finds_a_name_or_a_case_reference(
    either: Story, text: str, expected: str
) -> None:
    wanted = [str(getattr(either, name)) for name in expected.split()]
    page = looked_for(either, text)
    assert listed(page) == wanted
    assert not [each for each in links(page) if text.lower() in each.lower()]
    if wanted:
        (csv,) = [each for each in links(page) if each.startswith("/register.csv")]
        assert len(either.dev.get(csv).text.splitlines()) == 1 + len(wanted)
        (to_print,) = [each for each in links(page) if each.startswith("/register/print")]
        assert listed(either.dev.get(to_print)) == wanted


def test_one_field_finds_a_short_reference(story: Story) -> None:
    assert listed(looked_for(story, story.gus.hex[:6].upper())) == [str(story.gus)]


def test_the_field_and_a_moment_hold_together(story: Story) -> None:
    assert listed(looked_for(story, "Eve", as_at_day="2/9/2026")) == [str(story.eve)]


def test_a_reference_in_an_address_is_not_looked_at(story: Story) -> None:
    assert len(rows_of(story, service_user="SU-1077")) == 4


def test_what_has_an_address_is_sent_there(story: Story) -> None:
    answer = story.dev.post("/register", {"kind": "gift", "late": "", "as_at": "2026-09-02"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/register?as_at=2026-09-02&kind=gift"


@pytest.mark.parametrize("origin", ["https://elsewhere.test", "null", None])
def test_it_is_not_searched_from_elsewhere(story: Story, origin: str | None) -> None:
    answer = story.dev.post("/register", {"text": "SU-1077"}, headers={"origin": origin})
    assert answer.status_code == 403


def test_one_page_leads_to_the_next(story: Story) -> None:
    found, page = [], story.dev.get("/register", limit="3")
    found += re.findall(r"/declarations/([0-9a-f-]{36})", page.text)
    (following,) = [each for each in links(page) if "after=" in each]
    found += re.findall(r"/declarations/([0-9a-f-]{36})", story.dev.get(following).text)
    assert found == [str(each) for each in (story.declined, story.eve, story.gus, story.amina)]


def test_a_page_has_as_many_rows_as_are_asked_for(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.pages.audit.register.ROWS", 2)
    assert len(listed(story.dev.get("/register"))) == 2
    assert len(listed(story.dev.get("/register", limit="3"))) == 3
    assert len(listed(story.dev.get("/register", limit="200"))) == 4


def test_all_rows_of_a_search_are_printed(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.pages.audit.register.ROWS", 1)
    page = story.dev.get("/register", service="elm-house", after="99999")
    (to_print,) = [each for each in links(page) if each.startswith("/register/print")]
    printed = story.dev.get(to_print)
    assert listed(printed) == [str(story.gus), str(story.amina)]
    assert "Only: service Elm House." in words(printed)
    assert "Only the newest" not in words(printed)


def test_print_says_when_there_is_more(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.pages.audit.register.MOST_IN_PRINT", 3)
    printed = story.dev.get("/register/print")
    assert len(listed(printed)) == 3
    assert "4 declarations" in words(printed)
    assert "Only the newest 3 are below." in words(printed)


def test_print_refuses_what_the_register_refuses(story: Story) -> None:
    answer = story.dev.get("/register/print", as_at="31/31/2026")
    assert answer.status_code == 422
    assert "As at a time or an entry Give a day like 31/3/2026" in words(answer)


def test_a_row_says_whom_it_waits_for_and_since_when_it_is_overdue(story: Story) -> None:
    then = words(story.dev.get("/register", as_at="2026-09-02 10:00"))
    assert (
        "Awaiting decision Told late Money or a voucher "
        "Waits for the service director, Carol Price, by 9 September 2026, 17:00" in then
    )
    with_time = story.dev.get("/register", as_at=str(story.before_deciding))
    assert "Waits for the service director, Carol Price," in words(with_time)


def test_what_was_due_before_the_moment_is_overdue(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        here.declare("amina")
        before = words(here.browser("dev").get("/register"))
        here.clock.goes_on(timedelta(days=30))
        after = words(here.browser("dev").get("/register"))
    assert "Awaiting decision Waits for" in before
    assert "Awaiting decision Overdue Waits for" in after


# Counts and times


def test_counts_by_state_and_the_median_time(either: Story) -> None:
    page = words(either.dev.get("/register"))
    assert "4 declarations" in page
    assert "Awaiting action 1 Awaiting decision 1 Closed 2 All 4 Overdue 1 Told late 1" in page
    assert "Median time to act 15 hours 30 minutes (of 2)" in page


def test_the_time_is_as_at_the_moment(either: Story) -> None:
    then = words(either.dev.get("/register", as_at="2026-09-02 12:00"))
    assert "5 hours (of 1)" in then
    assert "None yet" in words(either.dev.get("/register", as_at=str(either.before_deciding)))
