"""What a director declares goes to another director, who may also lift its exclusion."""

from __future__ import annotations

from datetime import timedelta

from events.declarations import ExclusionLifted
from register.acts.acknowledging import acknowledge
from register.acts.declaring import declare
from register.acts.lifting import lift
from register.errors import ForbiddenError, NotFoundError
from tests.cast import NOW, TODAY
from tests.spec import did, given, said

KNOWN = did(
    declare,
    "carol",
    {
        "kind": "prior-acquaintance",
        "happened_on": str(TODAY),
        "captured_at": (NOW - timedelta(minutes=1)).isoformat(),
        "service_user": "SU-1042",
        "details": {
            "relationship": "neighbour",
            "relationship_note": "Lives two doors from my mother",
            "found_out_how": "new_service_user",
            "key_worker_now": False,
        },
    },
)
TALKED_OVER = did(
    acknowledge,
    "dana",
    {
        "note": "Talked over",
        "actions": [],
        "confidentiality_discussed": True,
        "risk_assessment": "Low",
    },
)
LIFTING = {"reason": "They have moved away"}


def test_the_director_who_acts_for_a_director_lifts_their_exclusion():
    given(KNOWN, TALKED_OVER).when(lift, by="dana", body=LIFTING).then(
        said(ExclusionLifted, lifted_by="dana")
    ).then_state(excludes=False)


def test_a_director_does_not_lift_their_own():
    given(KNOWN).when(lift, by="carol", body=LIFTING).then_refused(ForbiddenError)


def test_for_a_manager_of_another_service_it_does_not_exist():
    given(KNOWN).when(lift, by="femi", body=LIFTING).then_refused(NotFoundError)
