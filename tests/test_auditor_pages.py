"""What auditors see beside the register: entries, people then, two moments; and who sees it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from events.directory import ServiceUserListed
from register.declarations.declaration import Declaration
from tests.auditing import PAGES, Story, compared, replayed
from tests.browser import HOME, links, office, words
from tests.cast import (
    told,
)
from tests.logs import destroy_keys


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("person", ["amina", "ben", "carol"])
def test_only_auditors_read_the_register_itself(story: Story, person: str, page: str) -> None:
    answer = story.office.browser(person).get(page)
    assert answer.status_code == 403
    assert "SU-1" not in answer.text


@pytest.mark.parametrize("page", PAGES[:-1])
def test_administrators_see_no_more_of_it_than_the_policies(story: Story, page: str) -> None:
    assert story.office.browser("ada").get(page).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_nobody_reads_it_without_signing_in(story: Story, page: str) -> None:
    answer = story.office.browser(None).get(page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_not_kept_by_browsers(story: Story, page: str) -> None:
    assert story.dev.get(page).headers.get("cache-control", "no-store") == "no-store"


# Entries


def test_every_entry_has_a_page(either: Story) -> None:
    last = either.office.log.last_position()
    for position in range(1, last + 1):
        page = either.dev.get(f"/entries/{position}")
        assert page.status_code == 200
        assert (f"/entries/{position + 1}" in links(page)) == (position < last)
        assert (f"/entries/{position - 1}" in links(page)) == (position > 1)


def test_an_entry_shows_what_is_plain_and_not_what_is_sealed(story: Story) -> None:
    decided = story.office.register.unguarded.declaration(story.amina).past[1]
    page = story.dev.get(f"/entries/{decided.position}")
    assert "Declaration decided" in words(page)
    assert "Carol Price decided on 1 September 2026 that it goes back" in words(page)
    assert "Sealed. They can be opened by whoever may see them." in words(page)
    assert "box" not in page.text.split("What it says in plain")[1]


def test_an_entry_says_when_its_words_are_erased(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        declaration = here.declare("amina")
        destroy_keys(here.log, declaration)
        position = here.register.unguarded.declaration(declaration).position
        page = here.browser("dev").get(f"/entries/{position}")
        assert "their key is destroyed" in words(page)
        assert here.browser("dev").get("/register").status_code == 200


@pytest.mark.parametrize("position", ["0", "-1", "x", "99999999", "9" * 18, "9" * 40, "1.5", "%00"])
def test_there_is_no_such_entry(story: Story, position: str) -> None:
    assert story.dev.get(f"/entries/{position}").status_code == 404


# People and policies then


def test_who_was_whose_line_manager_then(story: Story) -> None:
    then = story.dev.get("/register/people", as_at=str(story.before_moving)).text
    later = story.dev.get("/register/people").text
    assert manager_of(then, "gus") == "ben"
    assert manager_of(later, "gus") == "carol"


def manager_of(html: str, person: str) -> str:
    """The id in the branch that holds somebody's."""
    above: list[str] = []
    for mark, found in re.findall(r"(<ul|</ul|</li|<strong>)(?:[^<(]*\((\w+)\))?", html):
        if mark == "<strong>" and found:
            if found == person:
                return above[-1]
            above.append(found)
        elif mark == "</li" and above:
            above.pop()
    raise AssertionError(f"{person} is in no reporting line")


def test_which_policy_held_then(story: Story) -> None:
    page = story.dev.get("/register/people", as_at="2026-09-01")
    assert "/policies/residential-short-breaks/2026-04-01" in links(page)
    assert "Carol Price (carol)" in words(page)
    before = words(story.dev.get("/register/people", as_at="2026-01-01"))
    assert "There is nobody." in before


def test_a_policy_is_told_in_words(story: Story) -> None:
    page = words(story.dev.get("/policies/residential-short-breaks/2026-04-01"))
    assert "Turn down any personal gift of real worth from a service user." in page
    assert "Decision by the service director, within 5 working days." in page
    assert "The outcome: it may be kept, or it goes back." in page
    assert story.dev.get("/policies/residential-short-breaks/2027-04-01").status_code == 404
    assert story.dev.get("/policies/none/2026-04-01").status_code == 404


def test_what_is_new_and_what_changed_between_two_moments(story: Story) -> None:
    html = compared(story, str(story.before_deciding), str(story.before_moving))
    found = set(re.findall(r"/declarations/([0-9a-f-]{36})", html))
    assert found == {str(story.amina), str(story.gus), str(story.eve)}
    assert f"/declarations/{story.amina}?as_at={story.before_deciding}" in html
    assert "Nothing changed." in html


def test_it_is_what_two_replays_say(either: Story) -> None:
    last = either.office.log.last_position()
    for first in range(0, last, 3):
        for second in range(first, last + 1, 4):
            before = {each.id: state_of(each) for each in replayed(either, first)}
            after = {each.id: state_of(each) for each in replayed(either, second)}
            differing = {str(key) for key in after if before.get(key) != after[key]}
            html = compared(either, str(first), str(second))
            assert set(re.findall(r"/declarations/([0-9a-f-]{36})", html)) == differing


def state_of(declaration: Declaration) -> tuple[object, ...]:
    return declaration.status, declaration.ruling.flags, declaration.ruling.late


def test_the_reporting_lines_that_changed(story: Story) -> None:
    answer = story.dev.get("/register/compare", **{"from": str(story.before_moving)})
    page = words(answer)
    assert "Gus Hale (gus) Line manager Ben Okoro (ben) Carol Price (carol)" in page
    assert "Ben Okoro (ben) Left on none 20 September 2026" in page


def test_the_earlier_moment_comes_first_whichever_way_they_are_given(story: Story) -> None:
    one, other = str(story.before_deciding), str(story.before_moving)
    assert words_after_form(compared(story, one, other)) == words_after_form(
        compared(story, other, one)
    )


def words_after_form(html: str) -> str:
    return html.split("</form>", 1)[1]


# The stream of a service user has a random id, as a declaration's has


def test_a_service_user_s_stream_is_no_declaration(tmp_path: Path) -> None:
    listed = (ServiceUserListed.TOPIC,)
    with office(tmp_path) as here:
        (stream, *_) = [event.originator_id for event in here.log.after(topics=listed)]
        before = here.log.last_position()
        for page in (f"/declarations/{stream}", f"/api/declarations/{stream}"):
            assert here.browser("dev").get(page).status_code == 404
        body = told("gift", "amina")
        amina = here.browser("amina")
        headers = {"origin": HOME}
        answer = amina.call("PUT", f"/api/declarations/{stream}", json=body, headers=headers)
        assert answer.status_code == 409
        assert here.log.last_position() == before
        assert here.browser("dev").get("/api/declarations").json()["items"] == []


# What cannot be taken


BAD = [
    "tomorrow",
    "2026-13-01",
    "2026-02-30 10:00",
    "2026-09-01 25:00",
    "1800-01-01",
    "9999-12-31",
    "-1",
    "1e3",
    "٣",
    "\x00",
    "2026-09-01T10:00:00+99:00",
    "0" * 5000,
    "<script>alert(1)",
]


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize(
    ("page", "field"),
    [
        ("/register", "as_at"),
        ("/register.csv", "as_at"),
        ("/register/people", "as_at"),
        ("/register/compare", "from"),
        ("/entries", "as_at"),
    ],
)
def test_a_bad_moment_is_refused_in_words(story: Story, page: str, field: str, bad: str) -> None:
    answer = story.dev.get(page, **{field: bad})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "field",
    [
        *("kind", "service", "worker", "status", "flag", "late", "received_from", "received_to"),
        *("from", "to", "by", "after", "limit", "sought", "as_at_day"),
    ],
)
@pytest.mark.parametrize("bad", ["\x00", "'; --", "<b>", "x" * 3000, "2026/99/99", "é"])
def test_a_bad_filter_is_refused_in_words(story: Story, field: str, bad: str) -> None:
    for page in ("/register", "/register.csv", "/register/print"):
        answer = story.dev.get(page, **{field: bad})
        assert answer.status_code == 422
        assert "There is a problem" in answer.text
        assert "<b>" not in answer.text


def test_unknown_fields_do_not_matter(story: Story) -> None:
    assert story.dev.get("/register", nonsense="1").status_code == 200
