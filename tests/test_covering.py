"""Somebody covers for a line manager or a director who is away, from one day to another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.alerts import AlertRaised
from events.declarations import DeclarationAcknowledged
from register.declarations import history
from register.errors import (
    ForbiddenError,
    NotFoundError,
)
from register.policy import Policies
from register.reading.telling import Called
from register.reading.telling import told as telling
from tests.browser import Office, office
from tests.cast import (
    A_DAY,
    SHORT_BREAKS,
    SUPPORTED_LIVING,
    TODAY,
    joined,
    left,
    moved,
    shipped_text,
    told,
    write_pack,
)
from tests.covering import covers, days_go_by
from tests.dropped_in import dropped_in
from tests.examples import worry_about_a_colleague

NOTE = {"note": "We talked.", "actions": []}
KEEP = {"outcome": "keep", "reason": "A farewell present"}
MET = "out-of-hours-encounter"


def waiting(there: Office, person: str) -> set[UUID]:
    return {alert.subject for alert in there.register.alerts(person)}


def sees(there: Office, person: str, declaration: UUID) -> bool:
    try:
        there.register.read.declaration(person, str(declaration))
    except NotFoundError:
        return False
    return True


def acknowledge(there: Office, by: str, declaration: UUID) -> Any:
    return there.register.acknowledge(by, str(declaration), NOTE)


# While the days run


def test_the_one_covering_sees_acts_and_is_alerted_and_what_they_do_says_for_whom(
    there: Office,
) -> None:
    covers(there, "ben", by="mo")
    met = there.declare("amina", MET)
    (alert,) = there.register.alerts("mo")
    assert (alert.subject, alert.for_person) == (met, "ben")
    assert waiting(there, "ben") == set()
    after = acknowledge(there, "mo", met)
    (done,) = [each for each in after.past if isinstance(each, DeclarationAcknowledged)]
    assert (done.acknowledged_by, done.for_person) == ("mo", "ben")
    said = history.sentence(done, str)
    assert said.startswith("mo (for ben) acknowledged this on ")


def test_who_was_told_is_said_with_the_one_for_whom(there: Office) -> None:
    covers(there, "ben", by="mo")
    met = there.declare("amina", MET)
    first, *_ = there.register.read.history("amina", str(met))
    assert "mo (covering for ben) was told" in history.sentence(first, str)
    raised = next(
        each
        for each in there.log.after()
        if isinstance(each, AlertRaised) and each.subject.id == met
    )
    called = Called(str, {})
    assert telling(raised, called).startswith("The register asked mo (for ben) to read this")


def test_the_one_who_is_away_may_still_act_in_their_own_place(there: Office) -> None:
    covers(there, "ben", by="mo")
    met = there.declare("amina", MET)
    after = acknowledge(there, "ben", met)
    (done,) = [each for each in after.past if isinstance(each, DeclarationAcknowledged)]
    assert (done.acknowledged_by, done.for_person) == ("ben", None)
    assert waiting(there, "mo") == set()


def test_saying_the_same_again_after_the_cover_is_the_same(there: Office) -> None:
    covers(there, "ben", by="carol")
    met = there.declare("amina", MET)
    acknowledge(there, "carol", met)
    before = there.log.last_position()
    acknowledge(there, "carol", met)
    assert there.log.last_position() == before


def test_a_director_is_covered_as_well(there: Office) -> None:
    covers(there, "carol", by="ben")
    given = there.declare("gus")
    assert waiting(there, "ben") == {given}
    decided = there.register.decide("ben", str(given), KEEP)
    assert decided.decision is not None
    assert decided.decision.by == "ben"


def test_whoever_covers_in_nobodys_place_acts_in_their_own(there: Office) -> None:
    """Carol is above Ben; Mo covers for Carol, but what Gus tells Mo is Mo's own."""
    covers(there, "carol", by="mo")
    met = there.declare("gus", MET)
    after = acknowledge(there, "mo", met)
    (done,) = [each for each in after.past if isinstance(each, DeclarationAcknowledged)]
    assert done.for_person is None


# From the first day to the last, by the date in London


def test_alerts_move_with_the_first_day_and_back_after_the_last_by_themselves(
    there: Office,
) -> None:
    met = there.declare("amina", MET)
    covers(there, "ben", by="mo", first_on=TODAY + A_DAY, last_on=TODAY + 2 * A_DAY)
    assert waiting(there, "ben") == {met}
    days_go_by(there, 1)
    assert (waiting(there, "ben"), waiting(there, "mo")) == (set(), {met})
    days_go_by(there, 1)
    assert waiting(there, "mo") == {met}
    days_go_by(there, 1)
    assert (waiting(there, "ben"), waiting(there, "mo")) == ({met}, set())


def test_once_it_is_over_the_one_who_covered_sees_nothing_of_it_any_more(there: Office) -> None:
    before = there.declare("amina", MET)
    covers(there, "ben", by="mo", last_on=TODAY)
    during = there.declare("amina", MET)
    acknowledge(there, "mo", during)
    assert sees(there, "mo", before)
    assert sees(there, "mo", during)
    there.clock.goes_on(A_DAY)  # even before the clock has passed anything on
    assert not sees(there, "mo", before)
    assert not sees(there, "mo", during)
    assert sees(there, "ben", during)


def test_a_cover_that_is_ended_ends_at_once(there: Office) -> None:
    cover = covers(there, "ben", by="mo")
    met = there.declare("amina", MET)
    there.register.covering.end("ben", str(cover.id))
    assert (waiting(there, "ben"), waiting(there, "mo")) == ({met}, set())
    assert not sees(there, "mo", met)
    with pytest.raises(NotFoundError):
        acknowledge(there, "mo", met)


def test_a_former_line_loses_sight_at_the_next_request(there: Office) -> None:
    """Mo's browser stays open while Gus moves to Ben."""
    met = there.declare("gus", MET)
    there.register.change_directory([moved("gus", under="femi")])
    later = there.declare("gus", MET)
    browser = there.browser("mo")
    assert browser.get(f"/declarations/{later}").status_code == 404
    assert browser.get(f"/declarations/{met}").status_code == 200  # Mo was told of it
    there.register.change_directory([moved("gus", under="mo")])
    assert browser.get(f"/declarations/{later}").status_code == 200
    there.register.change_directory([moved("gus", under="femi")])
    assert browser.get(f"/declarations/{later}").status_code == 200  # it passed to Mo meanwhile


# Where it does not reach


def test_what_the_one_covering_declares_themselves_stays_with_the_one_who_is_away(
    there: Office,
) -> None:
    covers(there, "carol", by="ben")
    own = there.declare("ben", MET)
    assert waiting(there, "carol") == {own}
    with pytest.raises(ForbiddenError):
        acknowledge(there, "ben", own)


def test_what_the_one_who_is_away_declares_is_not_seen_by_their_cover(there: Office) -> None:
    covers(there, "ben", by="mo")
    own = there.declare("ben", MET)
    assert not sees(there, "mo", own)


def test_a_covers_own_cover_does_not_come_in(there: Office) -> None:
    covers(there, "ben", by="mo")
    covers(there, "mo", by="carol")
    met = there.declare("amina", MET)
    assert waiting(there, "mo") == {met}
    assert waiting(there, "carol") == set()


def test_whoever_has_left_covers_for_nobody(there: Office) -> None:
    covers(there, "ben", by="mo")
    met = there.declare("amina", MET)
    there.register.change_directory([left("mo", TODAY)])
    assert waiting(there, "ben") == {met}


RULE = """
[kinds.worry-about-a-colleague.cases.seen]
tells = ["line_manager"]
then = "acknowledgement"
acts = "line_manager"
clause = "6.0 G"
seen_by = ["line_manager"]
"""


@pytest.fixture
def worried(tmp_path: Path) -> Iterator[Office]:
    """Elm House takes worries about colleagues, which few may know of."""
    folder = tmp_path / "policies"
    folder.mkdir()
    write_pack(folder, SHORT_BREAKS, shipped_text(SHORT_BREAKS) + RULE)
    write_pack(folder, SUPPORTED_LIVING, shipped_text(SUPPORTED_LIVING))
    with (
        dropped_in(worry_about_a_colleague),
        office(tmp_path, Policies(folder)) as found,
    ):
        found.register.change_directory([joined("mo", under="carol"), moved("gus", under="mo")])
        yield found


def worry(there: Office, by: str, about: str) -> UUID:
    kind = "worry-about-a-colleague"
    body = told(kind, by, at=there.clock.shows, subject=about)
    return there.register.declare(by, str(uuid4()), body).state.id


def test_what_few_may_know_of_reaches_a_cover_where_the_policy_lets_the_role_see_it(
    worried: Office,
) -> None:
    covers(worried, "ben", by="mo")
    found = worry(worried, "amina", about="eve")
    assert sees(worried, "mo", found)
    assert waiting(worried, "mo") == {found}


def test_whoever_it_is_about_never_covers_in_it(worried: Office) -> None:
    covers(worried, "ben", by="mo")
    found = worry(worried, "amina", about="mo")
    assert not sees(worried, "mo", found)
    assert waiting(worried, "ben") == {found}


def test_nobody_covers_in_what_is_about_somebody_whom_they_report_to(worried: Office) -> None:
    covers(worried, "ben", by="mo")
    found = worry(worried, "amina", about="carol")
    assert not sees(worried, "mo", found)
    assert waiting(worried, "ben") == {found}


def test_what_is_about_the_one_who_is_away_is_not_their_covers(worried: Office) -> None:
    covers(worried, "ben", by="mo")
    found = worry(worried, "amina", about="ben")
    assert not sees(worried, "mo", found)
