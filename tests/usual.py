"""What people usually say in a declaration of each kind."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel

from register.kinds import all_kinds

USUAL: dict[str, dict[str, Any]] = {
    "gift": {
        "item": "Silver photograph frame",
        "worth": "60.00",
        "token": False,
        "form": "goods",
        "giver": "service_user",
        "offer": "received",
        "without_warning": True,
        "whereabouts": "at_service",
    },
}
"""For each kind, answers that nothing is special about."""

USUAL |= {
    "prior-acquaintance": {
        "relationship": "neighbour",
        "relationship_note": "Lives two doors from my mother",
        "known_since": 2019,
        "found_out_how": "new_service_user",
        "key_worker_now": False,
    },
    "out-of-hours-encounter": {
        "place": "Supermarket",
        "arranged": False,
        "approached_by": "service_user",
        "minutes": 3,
        "wished_not_recognised": False,
        "agreed_to": None,
    },
    "personal-number": {
        "contact_kind": "mobile",
        "given_on": "2025-11-02",
        "reason": "before_policy_usual_practice",
        "contact_since": "some",
        "steps_taken": [],
    },
    "post-service-friendship": {
        "service_ended_on": "2026-03-02",
        "asked_by": "service_user",
        "still_receiving_service": False,
        "still_vulnerable": "no",
        "imbalance_of_power": "no",
        "hoped_for": "To meet for coffee now and then",
    },
    "boundary-difficulty": {
        "source": "service_user",
        "what": ["messages"],
        "since": None,
        "how_often": "often",
        "replied": False,
        "line_crossed": "no",
        "steps_taken": [],
        "what_happened": "Writes to me every night",
        "training_wanted": False,
    },
    "talk-about-others": {
        "what": ["gossip"],
        "by": "me",
        "somebody_identified": False,
        "what_was_said": "I laughed about somebody's family in the corridor",
        "put_right": None,
    },
}

USUAL |= {
    "colleague-concern": {
        "at_risk_now": False,
        "subject": "gus",
        "subject_note": None,
        "nature": ["relationship"],
        "what_seen": "He meets her at her flat on his days off",
        "how_known": "saw",
        "spoken_to_them": "no",
        "manager_told": "no",
    },
    "own-conduct": {
        "matter": "police_enquiry",
        "what": "Questioned after a road accident",
        "next_date": None,
        "told_hr": False,
    },
    "permission": {
        "sought_for": "event",
        "planned_on": "2099-05-01",
        "why": "Her birthday party",
        "consents": [],
    },
    "ending": {
        "how": "passed_on",
        "incoming": None,
        "told_on": "2026-02-02",
        "limit_said_at_start": True,
        "reviewed_together": True,
        "handover": "meeting",
        "support_after": "Her new worker calls on Mondays",
        "reaction": "settled",
        "contact_promised": False,
    },
}


def usual(kind: str) -> dict[str, Any]:
    """For a kind that the tests do not know, the simplest answers that its schema takes."""
    return USUAL.get(kind) or simplest(all_kinds()[kind].details)


def simplest(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema()
    answers = {name: _simplest(schema["properties"][name]) for name in schema["required"]}
    return {**answers, "subject": "gus"} if "subject" in schema["properties"] else answers


def _simplest(schema: dict[str, Any]) -> Any:
    if "enum" in schema or "const" in schema:
        return schema.get("const") or schema["enum"][0]
    if schema["type"] == "string":
        examples = ["2026-03-02"] if "format" in schema else ["A few words", "12.50", "SU-1042"]
        return next(each for each in examples if re.search(schema.get("pattern", ""), each))
    if schema["type"] == "array":
        return [_simplest(schema["items"])] * schema.get("minItems", 0)
    return {"boolean": False, "integer": schema.get("minimum", 1)}[schema["type"]]
