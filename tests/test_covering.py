"""Somebody covers for a line manager or a director who is away, from one day to another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.alerts import AlertRaised
from events.declarations import DeclarationAcknowledged
from register.declarations import history
from register.directory.covers import Cover
from register.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    RegisterError,
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
from tests.dropped_in import dropped_in
from tests.examples import worry_about_a_colleague

FRIDAY = TODAY + 4 * A_DAY
NOTE = {"note": "We talked.", "actions": []}
KEEP = {"outcome": "keep", "reason": "A farewell present"}
MET = "out-of-hours-encounter"


@pytest.fixture
def there(here: Office) -> Office:
    """Mo is another line manager at Elm House, whom Gus answers to now."""
    here.register.change_directory([joined("mo", under="carol"), moved("gus", under="mo")])
    return here


def covers(
    there: Office,
    person: str,
    by: str,
    first_on: date = TODAY,
    last_on: date = FRIDAY,
    named_by: str | None = None,
) -> Cover:
    body = {"covered_by": by, "first_on": str(first_on), "last_on": str(last_on)}
    if named_by is not None:
        body["person"] = person
    cover, _ = there.register.covering.name(named_by or person, body)
    return cover


def days_go_by(there: Office, days: int) -> None:
    """And the clock does what is due, without anybody doing anything."""
    there.clock.goes_on(timedelta(days=days))
    there.register.clock.tick()


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


# Who may name whom


def test_an_administrator_names_a_cover_for_somebody_who_is_away(there: Office) -> None:
    cover = covers(there, "ben", by="mo", named_by="ada")
    assert (cover.person, cover.named_by) == ("ben", "ada")
    there.register.covering.end("ada", str(cover.id))


def refused(there: Office, by: str, **said: Any) -> RegisterError:
    body = {"covered_by": "mo", "first_on": str(TODAY), "last_on": str(FRIDAY), **said}
    before = there.log.last_position()
    with pytest.raises(RegisterError) as refusal:
        there.register.covering.name(by, body)
    assert there.log.last_position() == before
    return refusal.value


def wrong_in(refusal: RegisterError) -> list[str]:
    assert isinstance(refusal, InvalidError)
    assert all(isinstance(each, FieldError) for each in refusal.errors)
    return [each.field for each in refusal.errors]


def test_nobody_names_a_cover_for_another_but_an_administrator(there: Office) -> None:
    assert isinstance(refused(there, "carol", person="ben"), ForbiddenError)
    assert isinstance(refused(there, "amina"), ForbiddenError)
    assert isinstance(refused(there, "dev"), ForbiddenError)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"covered_by": "nobody-here"}, "covered_by"),
        ({"covered_by": "ben"}, "covered_by"),
        ({"covered_by": "amina"}, "covered_by"),
        ({"covered_by": "femi"}, "covered_by"),
        ({"covered_by": 7}, "covered_by"),
        ({"first_on": str(TODAY - A_DAY)}, "first_on"),
        ({"first_on": "soon"}, "first_on"),
        ({"last_on": str(TODAY - A_DAY)}, "last_on"),
        ({"first_on": str(FRIDAY), "last_on": str(TODAY)}, "last_on"),
        ({"last_on": str(TODAY + 400 * A_DAY)}, "last_on"),
        ({"why": "a holiday"}, "why"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_at_its_field(
    there: Office, said: dict[str, Any], field: str
) -> None:
    assert wrong_in(refused(there, "ben", **said)) == [field]


@pytest.mark.parametrize("person", ["nobody-here", "amina", "dev"])
def test_only_a_manager_or_a_director_can_be_covered(there: Office, person: str) -> None:
    assert wrong_in(refused(there, "ada", person=person)) == ["person"]


def test_whoever_has_left_neither_covers_nor_is_covered(there: Office) -> None:
    there.register.change_directory([left("mo", TODAY + 2 * A_DAY)])
    assert wrong_in(refused(there, "ben")) == ["covered_by"]
    there.register.change_directory([left("ben", TODAY)])
    assert wrong_in(refused(there, "ada", person="ben", covered_by="carol")) == ["person"]


def test_covers_of_one_person_do_not_overlap(there: Office) -> None:
    covers(there, "ben", by="mo")
    assert wrong_in(refused(there, "ben", covered_by="carol", first_on=str(FRIDAY))) == ["first_on"]
    cover = covers(there, "ben", by="carol", first_on=FRIDAY + A_DAY, last_on=FRIDAY + A_DAY)
    there.register.covering.end("ben", str(cover.id))
    covers(there, "ben", by="mo", first_on=FRIDAY + A_DAY, last_on=FRIDAY + A_DAY)


def test_covers_never_go_round_in_a_circle(there: Office) -> None:
    covers(there, "ben", by="mo")
    covers(there, "mo", by="carol")
    assert wrong_in(refused(there, "carol", covered_by="ben")) == ["covered_by"]
    later = FRIDAY + A_DAY
    covers(there, "carol", by="ben", first_on=later, last_on=later)


def test_an_administrator_never_makes_themselves_a_cover(there: Office) -> None:
    there.register.change_directory([joined("zoe", under="carol", roles=("administrator",))])
    there.register.change_directory([moved("gus", under="zoe")])
    assert wrong_in(refused(there, "zoe", person="ben", covered_by="zoe")) == ["covered_by"]
    covers(there, "ben", by="zoe", named_by="ada")


def test_naming_the_same_again_changes_nothing(there: Office) -> None:
    first = covers(there, "ben", by="mo")
    before = there.log.last_position()
    assert covers(there, "ben", by="mo") == first
    assert there.log.last_position() == before


# Ending


def test_who_may_end_a_cover_and_once(there: Office) -> None:
    end = there.register.covering.end
    cover = str(covers(there, "ben", by="mo").id)
    with pytest.raises(ForbiddenError):
        end("mo", cover)
    for stranger in ("amina", "dev", "carol"):
        with pytest.raises(NotFoundError):
            end(stranger, cover)
    with pytest.raises(NotFoundError):
        end("ben", str(uuid4()))
    ended = end("ben", cover)
    assert (ended.ended_on, ended.ended_by) == (TODAY, "ben")
    assert end("ben", cover) == ended
    with pytest.raises(ConflictError):
        end("ada", cover)


def test_a_cover_that_is_over_cannot_be_ended(there: Office) -> None:
    cover = covers(there, "ben", by="mo", last_on=TODAY)
    days_go_by(there, 1)
    with pytest.raises(ConflictError):
        there.register.covering.end("ben", str(cover.id))
