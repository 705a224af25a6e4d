"""The entries of the log as auditors read them: a sentence each, the register's own steps apart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from events.event import Event
from register.reading.telling import OWN_STEPS, Called, told
from tests.auditing import Story
from tests.browser import links, office, words
from tests.golden.examples import EXAMPLES
from tests.logs import destroy_keys

CALLED = Called(person=lambda person: person.capitalize(), services={})


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.TOPIC)
def test_every_entry_is_a_sentence(event: Event) -> None:
    sentence = told(event, CALLED)
    assert sentence.endswith((".", "!", "?")) or event.words  # type: ignore[attr-defined]
    assert sentence[0].isupper()
    assert not re.search(r"[0-9a-f]{8}-|[{}_]|None", sentence), sentence


def test_what_people_did_is_told_newest_first(story: Story) -> None:
    page = story.dev.get("/entries")
    declined, decided = map(
        words(page).index,
        ("Eve Novak declared", "Carol Price decided on 1 September 2026 that it goes back"),
    )
    assert declined < decided
    assert f"/declarations/{story.amina}?as_at={story.before_deciding + 1}" in links(page)


def test_the_register_s_own_steps_are_shown_when_asked_for(story: Story) -> None:
    asked = "The register asked Carol Price to decide on this by"
    assert asked not in words(story.dev.get("/entries", as_at=str(story.before_deciding)))
    with_own = story.dev.get("/entries", as_at=str(story.before_deciding), own_steps="yes")
    assert asked in words(with_own)
    assert f"/declarations/{story.amina}?as_at={story.before_deciding}" in links(with_own)


def test_entries_up_to_a_moment_and_no_later_ones(story: Story) -> None:
    page = words(story.dev.get("/entries", as_at="1/9/2026 10:00"))
    assert "Amina Yusuf declared" in page
    assert "Carol Price decided" not in page


@pytest.mark.parametrize("own_steps", ["", "yes"])
def test_every_entry_is_on_one_of_the_pages(either: Story, own_steps: str) -> None:
    every = [each.position for each in either.office.log.after() if _is_shown(each, own_steps)]
    found: list[int] = []
    address: str | None = f"/entries?own_steps={own_steps}"
    while address is not None:
        page = either.dev.get(address)
        found += [
            int(each) for each in re.findall(r'href="/entries/([0-9]+)"', _list_of(page.text))
        ]
        address = next((each for each in links(page) if "after=" in each), None)
    assert found == every[::-1]


def _is_shown(event: Event, own_steps: str) -> bool:
    return bool(own_steps) or event.TOPIC not in OWN_STEPS


def _list_of(html: str) -> str:
    return html.split("<ol", 1)[1].split("</ol>", 1)[0]


def test_an_entry_whose_words_are_erased_is_told_without_them(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        declaration = here.declare("amina", item="Silver frame")
        destroy_keys(here.log, declaration)
        page = words(here.browser("dev").get("/entries"))
    assert "Amina Yusuf declared “A gift”; the words are erased" in page
    assert "Silver frame" not in page


@pytest.mark.parametrize("after", ["0", "99999999", "x", "-1", "9" * 40, "\x00"])
def test_no_page_of_entries_fails(story: Story, after: str) -> None:
    assert story.dev.get("/entries", after=after).status_code == 200
