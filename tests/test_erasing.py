"""Words are erased where one person asks and an officer confirms, once it is published outside."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.event import SpoiledEntry
from events.names import ErasureState
from events.proof.tombstones import NOTHING_BEFORE, Tombstone
from register.console.rebuilding import rebuild
from register.console.verifying import Verified, verify
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from register.proving.places import Folder
from register.proving.tombstones import Published, keep_tombstones
from tests.browser import Office
from tests.browser import here as here
from tests.cast import A_DAY, TODAY, told
from tests.changing_the_directory import alter
from tests.erasing import REASON, Eraser
from tests.logs import destroy_keys, rows
from tests.pictures import picture


@pytest.fixture
def eraser(here: Office, tmp_path: Path) -> Eraser:
    return Eraser(here, tmp_path)


def state(eraser: Eraser, declaration: UUID) -> Any:
    return eraser.here.register.read.declaration("amina", str(declaration))


# Two people


def test_one_person_asks_and_another_confirms(eraser: Eraser) -> None:
    gift = eraser.here.declare("amina")
    asked = eraser.ask("ben", of="declaration", declaration=gift)
    assert (asked.state, asked.asked_by, asked.reason) == (ErasureState.ASKED, "ben", REASON)
    assert eraser.confirm(asked).state is ErasureState.CONFIRMED
    assert state(eraser, gift).details is not None


def test_whoever_asked_does_not_confirm(eraser: Eraser) -> None:
    asked = eraser.ask("otto", of="declaration", declaration=eraser.here.declare("amina"))
    with pytest.raises(ForbiddenError, match="somebody else"):
        eraser.confirm(asked, "otto")


@pytest.mark.parametrize("by", ["ben", "carol", "ada", "dev"])
def test_only_an_officer_confirms(eraser: Eraser, by: str) -> None:
    asked = eraser.ask("otto", of="declaration", declaration=eraser.here.declare("amina"))
    with pytest.raises((ForbiddenError, NotFoundError)):
        eraser.confirm(asked, by)


def test_the_declarant_neither_asks_nor_confirms(eraser: Eraser) -> None:
    alter(eraser.here.register, None, "amina", roles=("worker", "data_protection_officer"))
    gift = eraser.here.declare("amina")
    with pytest.raises(ForbiddenError, match="party"):
        eraser.ask("amina", of="declaration", declaration=gift)
    asked = eraser.ask("otto", of="declaration", declaration=gift)
    with pytest.raises(NotFoundError):
        eraser.confirm(asked, "amina")


def test_whom_it_is_about_neither_asks_nor_confirms(eraser: Eraser) -> None:
    alter(eraser.here.register, None, "eve", roles=("worker", "data_protection_officer"))
    concern = eraser.here.declare("gus", "colleague-concern", subject="eve")
    with pytest.raises(NotFoundError):
        eraser.ask("eve", of="declaration", declaration=concern)
    asked = eraser.ask("otto", of="declaration", declaration=concern)
    assert [each.erasure.id for each in eraser.here.register.erasures.all("eve")] == []
    with pytest.raises(NotFoundError):
        eraser.confirm(asked, "eve")


def test_whoever_may_not_see_it_learns_nothing_by_asking(eraser: Eraser) -> None:
    gift = eraser.here.declare("amina")
    for by, about in (("femi", gift), ("ada", gift), ("otto", uuid4())):
        with pytest.raises(NotFoundError):
            eraser.ask(by, of="declaration", declaration=about)


def test_an_auditor_only_reads(eraser: Eraser) -> None:
    with pytest.raises(ForbiddenError, match="Auditors"):
        eraser.ask("dev", of="declaration", declaration=eraser.here.declare("amina"))


def test_an_officer_refuses_with_a_reason_and_it_is_over(eraser: Eraser) -> None:
    asked = eraser.ask("ben", of="declaration", declaration=eraser.here.declare("amina"))
    refused = eraser.here.register.erasures.refuse("olga", str(asked.id), {"reason": "A case"})
    assert (refused.state, refused.refused_because) == (ErasureState.REFUSED, "A case")
    with pytest.raises(ConflictError, match="refused"):
        eraser.confirm(asked)


def test_the_same_asked_again_and_confirmed_again_is_one(eraser: Eraser) -> None:
    gift = eraser.here.declare("amina")
    asked = eraser.ask(of="declaration", declaration=gift)
    assert eraser.ask(of="declaration", declaration=gift).id == asked.id
    eraser.confirm(asked)
    assert eraser.confirm(asked).id == asked.id


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"of": "entry", "declaration": str(uuid4())}, "entry"),
        ({"of": "person"}, "person"),
        ({"of": "person", "person": "gus", "service_user": "SU-1"}, "service_user"),
        ({"of": "everything"}, "of"),
        ({"of": "person", "person": "nobody"}, "person"),
        ({"of": "person", "person": "gus"}, "person"),
    ],
)
def test_what_is_asked_badly_names_the_field(
    eraser: Eraser, wanted: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        eraser.ask(**wanted)
    assert [each.field for each in refused.value.errors] == [field]


# Not before it is published


def test_nothing_is_destroyed_before_a_place_outside_has_taken_it(eraser: Eraser) -> None:
    gift = eraser.here.declare("amina")
    asked = eraser.ask(of="declaration", declaration=gift)
    eraser.confirm(asked)
    assert eraser.here.register.erasures.erase_due().erasures == 0
    assert not eraser.here.register.erasures.one("otto", str(asked.id)).is_published
    assert state(eraser, gift).details is not None
    eraser.publish()
    assert eraser.here.register.erasures.one("otto", str(asked.id)).is_published
    assert eraser.here.register.erasures.erase_due().erasures == 1
    assert state(eraser, gift).details is None


# What goes


def test_a_declaration_goes_whole_and_asks_nobody_any_more(eraser: Eraser) -> None:
    here = eraser.here
    gift = here.declare("amina")
    here.register.add_photograph("amina", str(gift), str(uuid4()), picture())
    assert here.register.read.alerts("carol")
    done = eraser.erase(of="declaration", declaration=gift)
    assert done.state is ErasureState.DONE
    now = state(eraser, gift)
    assert (now.status, now.details, now.service_user) == ("closed", None, None)
    assert now.erased_at is not None
    assert not here.register.read.alerts("carol")
    assert [each.state for each in here.register.photographs.conditions(now)] == ["erased"]
    assert not [each for each in now.past if isinstance(each, SpoiledEntry)]
    with pytest.raises(ConflictError, match="erased"):
        here.register.withdraw("amina", str(gift), {"reason": "By mistake"})
    with pytest.raises(ConflictError, match="erased"):
        here.register.add_photograph("amina", str(gift), str(uuid4()), picture())


def test_it_is_sent_again_in_vain(eraser: Eraser) -> None:
    here = eraser.here
    gift = here.declare("amina")
    body = told("gift", "amina", at=here.clock.shows)
    eraser.erase(of="declaration", declaration=gift)
    again = here.register.declare("amina", str(gift), {**body, "late_reason": "Another"})
    assert not again.is_new
    assert again.state.erased_at is not None
    with pytest.raises(ConflictError):
        here.register.declare("gus", str(gift), told("gift", "gus", at=here.clock.shows))


def test_one_entry_goes_and_the_others_stay(eraser: Eraser) -> None:
    gift = eraser.here.declare("amina")
    eraser.here.register.add_note("carol", str(gift), {"text": "She came by again"})
    eraser.erase(of="entry", declaration=gift, entry=len(state(eraser, gift).past))
    now = state(eraser, gift)
    assert now.notes[0].text is None
    assert now.details is not None
    assert now.erased_at is None


def test_a_photograph_goes_alone(eraser: Eraser) -> None:
    gift, photograph = eraser.here.declare("amina"), uuid4()
    eraser.here.register.add_photograph("amina", str(gift), str(photograph), picture())
    eraser.erase(by=None, of="photograph", declaration=gift, photograph=photograph)
    now = state(eraser, gift)
    assert now.photographs[0].erased_at is not None
    assert now.details is not None
    assert rows(str(eraser.here.log.database.engine.url), "SELECT * FROM photographs") == []


def test_somebody_who_left_goes_with_all_that_they_declared(eraser: Eraser) -> None:
    here = eraser.here
    gift = here.declare("gus")
    alter(here.register, None, "gus", left_on=TODAY - A_DAY)
    assert here.register.read.name("gus") != "gus"
    eraser.erase(of="person", person="gus")
    assert here.register.read.name("gus") == "gus"
    assert here.register.read.declaration("ben", str(gift)).erased_at is not None


def test_all_about_a_service_user_goes(eraser: Eraser) -> None:
    here = eraser.here
    about, other = here.declare("amina", service_user="SU-1042"), here.declare("amina")
    here.declare("eve", service_user="su-1042")
    done = eraser.erase(of="service_user", service_user="Su-1042")
    assert len(done.declarations) == len({about, *done.declarations})
    assert state(eraser, about).erased_at is not None
    assert done.service_user is None
    assert done.reason is None
    assert other in done.declarations or state(eraser, other).erased_at is None


# What stays true


def test_lists_are_what_the_log_says_and_everything_still_verifies(
    eraser: Eraser, tmp_path: Path
) -> None:
    here = eraser.here
    here.declare("amina", service_user="SU-1042")
    known = here.declare("gus", "prior-acquaintance", service_user="SU-1042")
    here.register.add_note("ben", str(known), {"text": "Told the team"})
    eraser.publish()
    eraser.erase(of="service_user", service_user="SU-1042")
    assert rebuild(here.log, tmp_path, lambda _done, _total: None) == []


def test_looks_at_it_go_once_they_are_an_hour_old(eraser: Eraser) -> None:
    here = eraser.here
    gift = here.declare("amina")
    assert here.browser("ben").get(f"/declarations/{gift}").status_code == 200
    url = str(here.log.database.engine.url)
    eraser.erase(of="declaration", declaration=gift)
    assert rows(url, "SELECT * FROM looked_at")
    here.clock.goes_on(timedelta(minutes=62))
    here.register.erasures.erase_due()
    assert not rows(url, "SELECT * FROM looked_at")


def test_verifying_passes_and_lists_what_is_erased(eraser: Eraser) -> None:
    here = eraser.here
    gift = here.declare("amina", service_user="SU-1042")
    eraser.publish()
    eraser.erase(of="declaration", declaration=gift)
    done = verified(eraser)
    assert done.faults == []
    assert done.erased == [each.position for each in state(eraser, gift).past[:1]]
    destroy_keys(here.log, here.declare("amina"))
    eraser.publish()
    assert [each.what for each in verified(eraser).faults] == [
        "is erased, and no tombstone names it"
    ]


def verified(eraser: Eraser) -> Verified:
    log, keys = eraser.here.log, [eraser.key.public]
    places = [Folder(eraser.folder / "outside")]
    return verify(log.database, log.mapper, places, keys, (), lambda _done, _total: None)


def test_an_erased_id_is_not_stored_by_a_register_put_back_from_before_it(eraser: Eraser) -> None:
    here, gone = eraser.here, uuid4()
    tombstone = Tombstone(1, NOTHING_BEFORE, uuid4(), (gone,))
    published = Published(eraser.key.public, tombstone, str(tombstone.signed(eraser.key)))
    keep_tombstones(here.log.database, [published], here.clock.shows)
    assert here.register.erasures.erase_due().erasures == 1
    assert here.register.erasures.erase_due().erasures == 0
    with pytest.raises(ConflictError, match="erased"):
        here.register.declare("amina", str(gone), told("gift", "amina", at=here.clock.shows))
