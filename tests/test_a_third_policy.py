"""A policy is data: a third pack, written only as TOML, changes what follows."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from register.directory.files import read_files
from register.directory.loading import compare
from register.setup.opening import open_register
from register.setup.settings import Settings

CASES = Path(__file__).parent / "cases"

PACK = """
title = "Boundaries at the day centre"

[deadlines]
"the same day" = 0

[clauses]
"12" = "Tell your line manager on the same day about any meeting outside work."
"13" = "Your line manager decides about gifts."

[kinds.gift]
token_value = "2.00"

[kinds.gift.cases.token]
tells = ["service_director"]
then = "closed"
clause = "13"

[kinds.gift.cases.received]
tells = ["line_manager"]
then = "decision"
acts = "line_manager"
outcomes = ["keep", "return"]
deadline = "the same day"
working_days = 1
clause = "13"

[kinds.out-of-hours-encounter.cases.met]
tells = ["line_manager", "service_director"]
then = "acknowledgement"
acts = "service_director"
deadline = "the same day"
clause = "12"
seen_by = ["service_director"]
"""

SERVICES = """id,name,policy,policy_in_force,service_director
elm-house,Elm House,day-centre,2026-01-01,carol
riverside,Riverside,supported-living,2026-04-01,dana
"""


@pytest.fixture
def register(tmp_path):
    pack = tmp_path / "packs" / "day-centre" / "2026-01-01.toml"
    pack.parent.mkdir(parents=True)
    pack.write_text(PACK, encoding="utf-8")
    services = tmp_path / "services.csv"
    services.write_text(SERVICES, encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "data", policies_dir=tmp_path / "packs")
    register = open_register(settings)
    files = read_files(CASES / "people.csv", services)
    found = compare(files, register.log, register.read.directory(), register.policies)
    register.change_directory(found.events)
    yield register
    register.close()


def declare(register, kind, details, days_ago=0):
    from datetime import timedelta

    now = register.log.now()
    body = {
        "kind": kind,
        "happened_on": (now - timedelta(days=days_ago)).date().isoformat(),
        "captured_at": now.isoformat(),
        "service_user": "SU-1042",
        "details": details,
    }
    return register.declare("amina", str(uuid.uuid4()), body).state


def gift(worth, *, token):
    return {
        "item": "Chocolates",
        "worth": worth,
        "token": token,
        "form": "goods",
        "giver": "service_user",
        "offer": "received",
        "without_warning": True,
        "whereabouts": "with_me",
    }


MEETING = {
    "place": "Market",
    "arranged": False,
    "approached_by": "neither",
    "minutes": 5,
    "wished_not_recognised": False,
}


def test_the_line_manager_decides_where_the_pack_says_so(register):
    declared = declare(register, "gift", gift("60.00", token=False))
    assert [(told.role, told.person) for told in declared.ruling.tells] == [("line_manager", "ben")]
    assert declared.decides == "line_manager"
    decided = register.decide("ben", str(declared.id), {"outcome": "keep", "reason": "Small"})
    assert decided.status == "closed"


def test_the_token_value_of_the_pack_overrules_the_worker(register):
    assert declare(register, "gift", gift("2.01", token=True)).status == "awaiting_decision"
    assert declare(register, "gift", gift("2.00", token=True)).ruling.flags == ("token",)


def test_the_director_acts_and_the_deadline_is_the_packs_own(register):
    met = declare(register, "out-of-hours-encounter", MEETING, days_ago=1)
    assert met.waiting_for == "service_director"
    assert met.ruling.late
    assert met.ruling.source.clause == "12"


def test_a_kind_that_the_pack_does_not_name_is_acknowledged(register):
    known = {
        "relationship": "friend",
        "relationship_note": "From school",
        "found_out_how": "new_worker",
        "key_worker_now": False,
    }
    declared = declare(register, "prior-acquaintance", known)
    assert declared.ruling.source.clause == "not in this policy"
    assert declared.status == "awaiting_acknowledgement"
