"""Beside a gift stands every other gift about the same service user, and what they come to."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from tests.browser import Office, links, office, words
from tests.cast import SHORT_BREAKS, amended, gift
from web.forms import others_about

HEADING = "Other gifts about SU-1042"
RECEIVED = "[kinds.gift.cases.received]\n"


@pytest.fixture
def frame(here: Office) -> UUID:
    return here.declare("amina")


def beside(here: Office, person: str, declaration: UUID, act: str = "") -> str:
    """What stands there beside a gift; nothing where it is not shown."""
    page = here.browser(person).get(f"/declarations/{declaration}{act}")
    assert page.status_code == 200
    found = words(page)
    return found[found.index(HEADING) :].split("These are the ones")[0] if HEADING in found else ""


def test_gifts_of_every_worker_from_the_service_user_or_a_relative_stand_there_with_the_sum(
    here, frame
):
    here.declare("gus", giver="relative_or_carer", item="Wrist watch", worth="150.00")
    token = here.declare("ben", item="A pen", worth="1.50", token=True)
    for person in ("ben", "carol"):
        shown = beside(here, person, frame)
        assert "16 November 2026 Gus Hale" in shown
        assert "Wrist watch, worth about £150.00 Awaiting decision £150.00" in shown
        assert "A gift received: A pen, worth about £1.50 Closed £1.50" in shown
        assert "Silver photograph frame" not in shown
        assert "Received in all: £151.50; with this one £211.50." in shown
    assert f"/declarations/{token}" in links(here.browser("carol").get(f"/declarations/{frame}"))


def test_what_was_declined_withdrawn_or_has_no_worth_counts_as_nothing(here, frame):
    here.declare("gus", item="A cake", offer="declined", worth="9.00")
    here.declare("gus", item="A drawing", worth=None)
    taken_back = str(here.declare("gus", item="A scarf", worth="30.00"))
    here.register.withdraw("gus", taken_back, {"reason": "By mistake"})
    here.register.review("carol", taken_back, {"stands": False, "reason": "Agreed"})
    shown = beside(here, "carol", frame)
    assert all(item in shown for item in ("A cake", "A drawing", "A scarf"))
    assert shown.count("Not counted") == 3
    assert "Received in all: £0.00; with this one £60.00." in shown


def test_a_corrected_gift_counts_as_it_stands(here, frame):
    watch = str(here.declare("gus", item="Wrist watch", worth="150.00"))
    body = {"details": gift(item="Wrist watch", worth="15.00"), "reason": "A copy"}
    here.register.correct("gus", watch, body)
    assert "Received in all: £15.00" in beside(here, "carol", frame)


def test_gifts_about_another_or_elsewhere_are_not_there(here, frame):
    here.declare("gus", service_user="SU-1077")
    assert "None that you may see." in beside(here, "carol", frame)


def test_what_the_reader_may_not_see_is_not_there_and_not_in_the_sum(tmp_path: Path) -> None:
    """Here whoever acts is alone to see what was received: the director, and not the manager."""
    (tmp_path / "policies").mkdir()
    rule = f'{RECEIVED}seen_by = ["acting"]\n'
    policies = amended(tmp_path / "policies", SHORT_BREAKS, RECEIVED, rule)
    with office(tmp_path, policies) as here:
        here.declare("gus", item="Wrist watch", worth="150.00")
        token = here.declare("amina", item="A pen", worth="1.50", token=True)
        here.declare("amina", item="A mug", worth="4.00", token=True)
        assert "Received in all: £4.00; with this one £5.50." in beside(here, "ben", token)
        assert "Received in all: £154.00" in beside(here, "carol", token)
        assert "Wrist watch" not in beside(here, "ben", token)


def test_it_stands_beside_the_forms_on_which_people_act(here, frame):
    here.declare("gus", item="Wrist watch", worth="150.00")
    for act in ("/decision", "/information-request"):
        assert "Wrist watch" in beside(here, "carol", frame, act)
    of_eve = here.declare("eve")
    page = here.browser("femi").get(f"/declarations/{of_eve}/acknowledgement")
    assert "Other gifts about RV-007" in words(page)


def test_neither_the_worker_nor_an_auditor_has_it_and_the_past_shows_none(here, frame):
    here.declare("gus", item="Wrist watch")
    assert beside(here, "amina", frame) == ""
    assert beside(here, "dev", frame) == ""
    assert beside(here, "carol", frame, f"?as_at={here.log.last_position()}") == ""


def test_a_kind_that_adds_up_nothing_has_none(here):
    met = here.declare("amina", "out-of-hours-encounter")
    here.declare("gus", "out-of-hours-encounter")
    page = words(here.browser("ben").get(f"/declarations/{met}"))
    assert "about SU-1042" not in page


def test_however_many_there_are_the_sum_counts_all(here, frame, monkeypatch):
    monkeypatch.setattr(others_about, "AT_ONCE", 7)
    for _ in range(22):
        here.declare("gus", item="A pen", worth="1.50", token=True)
    shown = beside(here, "carol", frame)
    assert shown.count("A pen") == 20
    assert "And 2 earlier, which the sum counts too." in shown
    assert "Received in all: £33.00; with this one £93.00." in shown
