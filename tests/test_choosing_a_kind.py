"""What can be declared stands under a few plain headings, what happens most often first."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from register.kinds import all_kinds, grouped
from register.kinds.kind import Group
from tests.browser import Office

HEADINGS = {
    "With a service user": ["gift", "out-of-hours-encounter", "boundary-difficulty"],
    "Life outside work": ["personal-number", "prior-acquaintance", "own-conduct"],
    "Before something changes": ["post-service-friendship", "ending", "permission"],
    "Colleagues, and what was said": ["colleague-concern", "talk-about-others"],
}
OF_FEW = {"own-conduct", "colleague-concern"}
PLACE = re.compile(r'<h3[^>]*>([^<]+)</h3>|<li class="app-card"><a [^>]*/([a-z-]+)">')


def headings(page: str) -> dict[str, list[str]]:
    """The kinds that a page offers, under their headings."""
    found: dict[str, list[str]] = {}
    for heading, kind in PLACE.findall(page):
        if heading:
            found[heading] = []
        else:
            found[list(found)[-1]].append(kind)
    return found


@pytest.mark.parametrize("address", ["/declare", "/offline/declare"])
def test_a_worker_finds_every_kind_under_a_heading(here: Office, address: str) -> None:
    page = here.browser("amina").get(address).text
    assert headings(page) == HEADINGS
    assert sorted(kind for kinds in HEADINGS.values() for kind in kinds) == sorted(all_kinds())


def test_what_is_entered_for_somebody_stands_under_the_same_headings(here: Office) -> None:
    kept = {
        name: [kind for kind in kinds if kind not in OF_FEW] for name, kinds in HEADINGS.items()
    }
    assert headings(here.browser("ben").get("/on-behalf/amina").text) == kept


def test_what_one_asks_about_comes_in_the_same_order(here: Office) -> None:
    page = here.browser("amina").get("/should-i-declare").text
    asked = re.findall(r'name="what"[^>]* value="([a-z-]+)\.\d+"', page)
    in_order = [kind for kinds in HEADINGS.values() for kind in kinds]
    assert list(dict.fromkeys(asked)) == [kind for kind in in_order if all_kinds()[kind].leads]


def test_a_kind_that_names_no_group_stands_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(all_kinds(), "gift", replace(all_kinds()["gift"], group=Group.ELSE))
    assert list(grouped(all_kinds()))[-1] == "Something else"
    assert list(grouped(["gift"])) == ["Something else"]
