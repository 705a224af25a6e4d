"""An alert is opened when its person was shown the words of what it is about, and not before."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from register.access.token_holders import NewToken
from register.access.tokens import Scope
from tests.browser import HOME, Office
from web.requests.looking import PART

ONE = "/declarations/{id}"
ACROSS = {"sec-fetch-site": "cross-site"}
CLICKED = {**ACROSS, "sec-fetch-user": "?1"}


@pytest.fixture
def gift(here: Office) -> UUID:
    """Waits for carol's decision."""
    return here.declare("amina", "gift")


def state(here: Office, declaration: UUID, person: str = "carol") -> str:
    found = {each.declaration: each.state for each in here.register.alerts(person)}
    return found[declaration]


def test_an_alert_that_nobody_looked_at_is_not_opened(here: Office, gift: UUID) -> None:
    assert state(here, gift) == "raised"


@pytest.mark.parametrize(
    "address",
    [
        ONE,
        f"{ONE}?as_at={{then}}",
        f"{ONE}/decision",
        f"{ONE}/information-request",
        "/team",
        "/api/declarations/{id}",
        "/api/declarations/{id}?as_at={then}",
        "/api/declarations/{id}/history",
        "/api/declarations",
        "/api/workers/amina/declarations",
    ],
)
def test_whoever_was_shown_the_words_has_opened_it(here: Office, gift: UUID, address: str) -> None:
    carol, then = here.browser("carol"), here.log.last_position()
    asked = address.format(id=gift, then=then)
    assert carol.call("HEAD", asked).status_code == 200
    assert state(here, gift) == "raised", "a HEAD shows nothing"
    assert carol.get(asked).status_code == 200
    assert state(here, gift) == "opened"


def test_whoever_searches_for_the_service_user_has_opened_it(here: Office, gift: UUID) -> None:
    carol = here.browser("carol")
    found = carol.post("/team", {"text": "SU-1042"}).headers["location"]
    assert str(gift) in carol.get(found).text
    assert state(here, gift) == "opened"


def test_a_program_that_searches_for_its_person_has_opened_it(here: Office, gift: UUID) -> None:
    headers = {"origin": HOME}
    carol = here.browser("carol")
    found = carol.call(
        "POST", "/api/declarations/search", json={"service_user": "SU-1042"}, headers=headers
    )
    assert found.json()["items"][0]["id"] == str(gift)
    assert state(here, gift) == "opened"


def test_a_form_that_comes_back_has_the_words_too(here: Office, gift: UUID) -> None:
    """Also to whoever sends one that they never opened."""
    answer = here.browser("carol").post(f"/declarations/{gift}/decision", {"reason": ""})
    assert (answer.status_code, "Silver" in answer.text) == (422, True)
    assert state(here, gift) == "opened"


def test_what_was_asked_is_opened_by_the_list_of_ones_own(here: Office, gift: UUID) -> None:
    here.register.ask("carol", str(gift), {"text": "Who else was there?"})
    here.browser("amina").get("/mine")
    assert state(here, gift, "amina") == "opened"


def test_beside_another_gift_it_is_shown_too(here: Office, gift: UUID) -> None:
    another = here.declare("gus", "gift")
    here.browser("carol").get(f"/declarations/{another}")
    assert state(here, gift) == "opened"


@pytest.mark.parametrize(
    "headers",
    [
        {"hx-request": "true"},
        CLICKED,
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "same-origin"},
    ],
)
def test_nor_does_it_matter_what_their_browser_says_of_it(
    here: Office, gift: UUID, headers: dict[str, str]
) -> None:
    for address in (ONE, f"{ONE}/decision", "/team", "/api/declarations/{id}", "/api/declarations"):
        another = here.declare("amina", "gift")
        answer = here.browser("carol").get(address.format(id=another), headers)
        assert answer.status_code == 200
        assert state(here, another) == "opened", address


def test_nor_what_a_program_says(here: Office, gift: UUID) -> None:
    (token,) = here.register.tokens.make(None, [NewToken("carol", scopes=(Scope.READ,))])
    said = {"authorization": f"Bearer {token}", "hx-request": "true", **ACROSS}
    assert here.browser(None).get(f"/api/declarations/{gift}", said).status_code == 200
    assert state(here, gift) == "opened"


def test_nor_does_one_that_was_open_before_anything_was_asked(here: Office, gift: UUID) -> None:
    address, amina = f"/declarations/{gift}", here.browser("amina")
    amina.get(address)
    here.register.ask("carol", str(gift), {"text": "Who else was there?"})
    assert "Who else was there?" in amina.get(address, {PART: "true"}).text
    assert state(here, gift, "amina") == "raised"
    here.clock.goes_on(timedelta(hours=12, minutes=1))
    here.browser("amina").get(address, {PART: "true"})
    assert state(here, gift, "amina") == "opened", "no page is open as long as that"


def test_a_page_that_refreshes_itself_opens_nothing_that_came_since(
    here: Office, gift: UUID
) -> None:
    """It may be open while nobody sits there. That it was shown is kept all the same."""
    address, by_itself = f"/declarations/{gift}", {PART: "true"}
    amina = here.browser("amina")
    here.register.ask("carol", str(gift), {"text": "Who else was there?"})
    assert amina.get(address, by_itself).status_code == 200
    assert state(here, gift, "amina") == "opened", "it was not open before"
    here.register.inform("amina", str(gift), {"text": "Nobody."})
    here.register.ask("carol", str(gift), {"text": "When was it?"})
    assert "When was it?" in amina.get(address, by_itself).text
    assert state(here, gift, "amina") == "raised"
    amina.get(address)
    assert state(here, gift, "amina") == "opened"
    assert here.browser("carol").get(address, by_itself).status_code == 200
    (look,) = amina.get("/api/looks").json()["items"]
    assert (look["by"], look["count"]) == ("carol", 1)


@pytest.mark.parametrize(
    "headers",
    [{"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}, {"x-moz": "prefetch"}],
)
def test_what_is_fetched_ahead_is_not_sent(
    here: Office, gift: UUID, headers: dict[str, str]
) -> None:
    """A browser asks again once somebody wants to see it."""
    carol = here.browser("carol")
    for address in (ONE, "/team", "/api/declarations/{id}", "/api/declarations"):
        answer = carol.get(address.format(id=gift), headers)
        assert (answer.status_code, "Silver" in answer.text) == (503, False)
    assert state(here, gift) == "raised"
    assert here.browser("amina").get("/api/looks").json()["items"] == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_asked_for_is_sent_once_somebody_does(
    here: Office, gift: UUID, site: str
) -> None:
    carol = here.browser("carol")
    for address in (f"{ONE}?done=decision", "/team", "/api/declarations/{id}", "/api/declarations"):
        asked = address.format(id=gift)
        answer = carol.get(asked, {"sec-fetch-site": site})
        assert (answer.status_code, "Silver" in answer.text) == (403, False)
        if not asked.startswith("/api/"):
            assert f'href="{asked}">Go on</a>' in answer.text
    assert state(here, gift) == "raised"
    assert here.browser("amina").get("/api/looks").json()["items"] == []
    assert here.browser("dev").get("/api/looks").json()["items"] == [], "nor is it a refusal"
    assert carol.get("/inbox", {"sec-fetch-site": site}).status_code == 200


def test_what_another_site_made_a_browser_ask_for_leaves_the_news_new(
    here: Office, gift: UUID
) -> None:
    here.register.decide("carol", str(gift), {"outcome": "keep", "reason": "A small thing."})
    amina = here.browser("amina")
    amina.get(f"/declarations/{gift}", ACROSS)
    assert here.register.read.has_unseen(gift)
    amina.get(f"/declarations/{gift}")
    assert not here.register.read.has_unseen(gift)


@pytest.mark.parametrize("address", ["/", "/inbox", "/api/alerts"])
def test_to_hear_that_it_waits_is_not_to_have_read_it(
    here: Office, gift: UUID, address: str
) -> None:
    carol = here.browser("carol")
    carol.get(address)
    assert state(here, gift) == "raised"


def test_others_who_look_open_nothing_of_hers(here: Office, gift: UUID) -> None:
    for person in ("amina", "ben", "dev"):
        here.browser(person).get(f"/declarations/{gift}")
    assert state(here, gift) == "raised"
    here.browser("amina").get(f"/declarations/{gift}/photographs")
    assert state(here, gift) == "raised"


def test_it_is_opened_once(here: Office, gift: UUID) -> None:
    carol = here.browser("carol")
    carol.get("/team")
    noted = here.log.last_position()
    carol.get("/team")
    carol.get(f"/declarations/{gift}")
    assert here.log.last_position() == noted
