"""The pages of a team's declarations, and of exclusions from key working."""

from __future__ import annotations

from typing import Any

import pytest

from tests.managing import (
    CASH,
    ELSEWHERE,
    FRAME,
    NEIGHBOUR,
    OWN,
    PEN,
    REFUSED,
)
from tests.visits import House, Shown

# The team


def found_by(page: Shown, *declarations: str) -> set[int]:
    """Which of these a list shows, by their place."""
    assert page.status == 200, page.text
    listed = [link.partition("?")[0] for link in page.links]
    return {n for n, each in enumerate(declarations) if f"/declarations/{each}" in listed}


def test_the_team_shows_open_and_closed_of_ones_people_alone(home: House) -> None:
    all_of_them = [home.declare(name) for name in (FRAME, PEN, CASH, OWN, ELSEWHERE)]
    assert found_by(home.as_("ben").get("/team"), *all_of_them) == {0, 1, 2}
    assert found_by(home.as_("carol").get("/team"), *all_of_them) == {0, 1, 2, 3}
    assert found_by(home.as_("femi").get("/team"), *all_of_them) == {4}


def test_the_team_is_filtered_by_worker_kind_and_status(home: House) -> None:
    all_of_them = [home.declare(name) for name in (FRAME, PEN, CASH, NEIGHBOUR)]
    ben = home.as_("ben")
    assert found_by(ben.get("/team?worker=gus"), *all_of_them) == {2}
    assert found_by(ben.get("/team?kind=prior-acquaintance"), *all_of_them) == {3}
    assert found_by(ben.get("/team?status=open"), *all_of_them) == {0, 2, 3}
    page = ben.get("/team?worker=amina&kind=gift&status=closed")
    assert found_by(page, *all_of_them) == {1}
    assert (page.value("worker"), page.value("status")) == ("amina", "closed")
    assert "Only: state Closed ; worker Amina Yusuf ; kind A gift." in page.text
    nothing = ben.get("/team?worker=gus&status=closed&kind=")
    assert "There is nothing to show." in nothing.text


@pytest.mark.parametrize("after", ["", "x", "9" * 30, "٣"])
def test_a_place_that_is_none_is_the_beginning(home: House, after: str) -> None:
    declaration = home.declare(FRAME)
    assert found_by(home.as_("ben").get(f"/team?after={after}"), declaration) == {0}


def test_the_next_page_keeps_the_filter(home: House) -> None:
    declarations = [home.declare(PEN) for _ in range(26)]
    ben = home.as_("ben")
    for order in ("", "&by=happened"):
        page = ben.get(f"/team?worker=amina&kind={order}")
        assert found_by(page, *declarations) == set(range(1, 26))
        (following,) = (
            link for link in page.links if link.startswith("/team?") and "after" in link
        )
        assert following.startswith(f"/team?worker=amina{order}&after=")
        last = ben.get(following)
        assert found_by(last, *declarations) == {0}
        assert not any(link.startswith("/team?") and link != following for link in last.links)


# Exclusions from key working


def test_the_list_says_who_whom_where_and_since_but_never_why(home: House) -> None:
    home.declare(NEIGHBOUR)
    for person in ("ben", "carol", "dev"):
        text = home.as_(person).get("/exclusions").text
        assert "Amina Yusuf SU-1042 Elm House 16 November 2026" in text
        assert "mother" not in text
    assert "There are none." in home.as_("femi").get("/exclusions").text


def test_whoever_may_lift_it_is_offered_to(home: House) -> None:
    declaration = home.declare(NEIGHBOUR)
    path = f"/exclusions/{declaration}/lift"
    offered = {p: path in home.as_(p).get("/exclusions").links for p in ("ben", "carol", "dev")}
    assert offered == {"ben": True, "carol": True, "dev": False}
    expected: dict[str, Any] = {**REFUSED, "amina": 404}
    assert {person: home.as_(person).get(path).status for person in expected} == expected
    assert {
        person: home.as_(person).post(path, {"reason": "Please"}).status for person in expected
    } == expected


def test_an_exclusion_is_lifted_with_a_reason(home: House) -> None:
    declaration = home.declare(NEIGHBOUR)
    ben, path = home.as_("ben"), f"/exclusions/{declaration}/lift"
    assert "Amina Yusuf must not be the key worker of SU-1042" in ben.get(path).text
    refused = ben.post(path, {"reason": " "})
    assert refused.status == 422
    assert refused.problems == {
        "reason": "Why may they be the key worker again? Write a few words here."
    }
    done = ben.post(path, {"reason": "They moved away."}).to
    text = ben.get(done).text
    assert "The exclusion is lifted." in text
    assert "The exclusion is lifted." not in home.as_("carol").get(done).text
    assert "There are none." in text
    assert ben.get(path).status == 409
    assert ben.post(path, {"reason": "Once more."}).status == 409
    assert "Lift" not in ben.get(f"/declarations/{declaration}").text
