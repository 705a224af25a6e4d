"""Who may name whom to cover, on which days, and who may end it: all else is refused in words."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from register.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    RegisterError,
)
from tests.browser import Office
from tests.cast import A_DAY, TODAY, joined, left, moved
from tests.covering import FRIDAY, covers, days_go_by

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
