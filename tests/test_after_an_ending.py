"""What comes after the work with a service user had ended is seen as such; and a worker is asked
about an ending that the directory tells of."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from events.directory import ServiceUserListed, ServiceUserWords
from register.policy import SHIPPED, Policies
from tests.browser import Office, fields, links, office, words
from tests.cast import NOW, SHORT_BREAKS, TODAY, adopted, shipped_text, write_pack

ENDED = TODAY - timedelta(days=10)
KINDS = ("out-of-hours-encounter", "gift", "post-service-friendship")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as found:
        yield found


def api(here: Office, declaration: object, by: str = "dev", **query: Any) -> dict[str, Any]:
    shown = here.browser(by).get(f"/api/declarations/{declaration}", **query)
    assert shown.status_code == 200, shown.text
    found: dict[str, Any] = shown.json()
    return found


def ended(here: Office, by: str = "amina", on: date = ENDED, **more: Any) -> Any:
    return here.declare(by, "ending", happened_on=on, **more)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("days", "is_after"), [(-1, False), (0, True), (3, True)])
def test_from_its_day_what_the_worker_declares_about_them_comes_after(here, kind, days, is_after):
    ended(here)
    later = here.declare("amina", kind, happened_on=ENDED + timedelta(days=days))
    assert api(here, later)["after_ending"] is is_after


@pytest.mark.parametrize("kind", ["personal-number", "prior-acquaintance", "ending", "permission"])
def test_other_kinds_do_not(here, kind):
    ended(here)
    assert api(here, here.declare("amina", kind))["after_ending"] is False


def test_it_is_so_whichever_was_declared_first(here):
    met = here.declare("amina", "out-of-hours-encounter")
    position = api(here, met)["position"]
    assert api(here, met)["after_ending"] is False
    ended(here)
    assert api(here, met)["after_ending"] is True
    assert api(here, met, as_at=position)["after_ending"] is False


@pytest.mark.parametrize(
    ("how", "is_after"), [("closed", True), ("passed_on", False), ("worker_leaves", False)]
)
def test_of_other_workers_it_is_so_only_where_the_service_closed(here, how, is_after):
    ended(here, how=how)
    met = here.declare("gus", "out-of-hours-encounter", service_user="SU-1042")
    assert api(here, met)["after_ending"] is is_after


def test_another_service_user_is_another_matter(here):
    ended(here, how="closed")
    met = here.declare("amina", "out-of-hours-encounter", service_user="SU-1077")
    assert api(here, met)["after_ending"] is False
    spelt = here.declare("amina", "out-of-hours-encounter", service_user="su-1042")
    assert api(here, spelt)["after_ending"] is True


def test_an_ending_that_was_taken_back_ended_nothing(here):
    ending = str(ended(here))
    met = here.declare("amina", "out-of-hours-encounter")
    here.register.withdraw("amina", ending, {"reason": "She stays after all"})
    assert api(here, met)["after_ending"] is True
    here.register.review("ben", ending, {"stands": False, "reason": "So it is"})
    assert api(here, met)["after_ending"] is False


def test_the_answer_to_declaring_says_so_and_so_do_lists(here):
    ended(here)
    first = here.declare("amina", "gift", happened_on=ENDED)
    before = here.declare("amina", "gift", happened_on=ENDED - timedelta(days=1))
    told = here.browser("amina").get("/api/workers/amina/declarations").json()["items"]
    after = {each["id"]: each["after_ending"] for each in told}
    assert (after[str(first)], after[str(before)]) == (True, False)


def test_the_register_as_csv_says_so_too(here):
    ended(here)
    here.declare("amina", "gift", happened_on=ENDED)
    asked = {"happened_from": str(ENDED)}
    printed = here.browser("dev").get("/register.csv", **asked).text.lstrip("\ufeff")
    lines = list(csv.DictReader(io.StringIO(printed)))
    assert {each["kind"]: each["after_ending"] for each in lines} == {"gift": "yes", "ending": "no"}


def test_an_ending_of_which_few_may_know_is_not_told_by_others(tmp_path):
    pack = shipped_text(SHORT_BREAKS).replace(
        "[kinds.ending.cases.ended]", '[kinds.ending.cases.ended]\nseen_by = ["acting"]'
    )
    for folder in ("packs", "office"):
        (tmp_path / folder).mkdir()
    write_pack(tmp_path / "packs", "hushed", pack)
    with office(tmp_path / "office", Policies(SHIPPED, tmp_path / "packs")) as here:
        here.register.change_directory([adopted("elm-house", "hushed", TODAY)])
        ended(here, how="closed")
        for by in ("amina", "gus"):
            met = here.declare(by, "out-of-hours-encounter", service_user="SU-1042")
            assert api(here, met)["after_ending"] is False


AFTER = "After the ending"


def test_it_stands_on_the_page_and_in_the_lists(here):
    met = here.declare("amina", "out-of-hours-encounter")
    pages = [
        ("amina", f"/declarations/{met}"),
        ("amina", "/"),
        ("amina", "/mine"),
        ("ben", f"/declarations/{met}"),
        ("ben", f"/declarations/{met}/acknowledgement"),
        ("ben", "/team"),
        ("dev", "/register"),
    ]
    for by, page in pages:
        assert AFTER not in words(here.browser(by).get(page)), page
    ended(here)
    for by, page in pages:
        assert AFTER in words(here.browser(by).get(page)), page


def changed(
    here: Office, service: str, ended_on: date | None, label: str = "A. B.", about: str = "SU-1042"
) -> None:
    """The directory has a service user otherwise from now on."""
    known = here.register.unguarded.listed(about)
    assert known is not None
    event = ServiceUserListed(
        originator_id=known.originator_id,
        service=service,
        ended_on=ended_on,
        words=ServiceUserWords(about, label),
    )
    here.register.change_directory([event])


def test_a_friendship_has_the_directorys_day_beside_the_workers(here):
    asked = here.declare("amina", "post-service-friendship", service_user="SU-1042")
    changed(here, "elm-house", TODAY)
    shown = words(here.browser("ben").get(f"/declarations/{asked}"))
    assert "When did their service end? 2 March 2026 In the directory:" in shown
    assert f"In the directory: {TODAY.day} {TODAY:%B %Y}" in shown


# The offer

OFFER = "Say how it ended"


def offered(here: Office, by: str) -> str:
    return words(here.browser(by).get("/"))


@pytest.mark.parametrize(
    ("service", "ended_on", "said"),
    [
        ("elm-house", ENDED, "SU-1042 left the service"),
        ("elm-house", TODAY + timedelta(days=9), "SU-1042 leaves the service"),
        ("riverside", None, "SU-1042 is now at Riverside"),
    ],
)
def test_a_worker_is_offered_to_tell_of_an_ending_that_the_directory_knows(
    here, service, ended_on, said
):
    here.declare("amina", "out-of-hours-encounter", service_user="SU-1042")
    assert OFFER not in offered(here, "amina")
    changed(here, service, ended_on)
    assert said in offered(here, "amina")
    assert OFFER in offered(here, "amina")
    assert OFFER not in offered(here, "gus"), "who declared nothing about them"


def test_the_offer_leads_to_the_form_without_the_reference_in_an_address(here):
    here.declare("amina", "gift", service_user="SU-1042")
    changed(here, "elm-house", ENDED)
    page = here.browser("amina").get("/")
    assert not [each for each in links(page) if "SU-1042" in each]
    sent = fields(page, "/declare/ending")
    form = here.browser("amina").post("/declare/ending", sent)
    assert form.status_code == 200
    assert 'value="SU-1042"' in form.text
    assert f'value="{ENDED}"' in form.text


def test_it_is_not_offered_once_told(here):
    here.declare("amina", "gift", service_user="SU-1042")
    changed(here, "elm-house", ENDED)
    ended(here)
    assert OFFER not in offered(here, "amina")


def test_another_label_is_no_ending(here):
    here.declare("amina", "gift", service_user="SU-1042")
    changed(here, "elm-house", None, label="Z. Z.")
    assert OFFER not in offered(here, "amina")


def test_it_is_offered_to_whoever_declared_about_them_in_the_last_year(here):
    here.declare("amina", "gift", service_user="SU-1042")
    here.clock.shows = NOW + timedelta(days=366)
    changed(here, "elm-house", TODAY)
    assert OFFER not in offered(here, "amina")
    here.declare("amina", "gift", service_user="SU-1042")
    assert OFFER in offered(here, "amina")
