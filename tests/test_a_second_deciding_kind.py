"""A kind brings its own outcomes: dropped into a copy of the project, it is decided on like a gift,
and no event, rule or page is touched."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.test_a_sixth_kind import ROOT, copied_with, run

DROPPED_IN = ROOT / "tests" / "examples" / "outside_work.py"

TRY_IT = """
import json, sys, uuid
from pathlib import Path
from register.errors import InvalidError
from tests.browser import links, office, words

with office(Path(sys.argv[1])) as here:
    register = here.register
    now = register.now()
    id_ = str(uuid.uuid4())
    register.declare("amina", id_, {
        "kind": "outside-work",
        "happened_on": now.date().isoformat(),
        "captured_at": now.isoformat(),
        "service_user": "SU-1042",
        "details": {"what": "A market stall"},
    })
    carol = here.browser("carol")
    form = words(carol.get(f"/declarations/{id_}/decision"))
    refused = carol.post(f"/declarations/{id_}/decision", {
        "outcome": "allow", "hours_fit": "false", "reason": "They clash",
    })
    decided = register.decide("carol", id_, {
        "outcome": "refuse", "hours_fit": False, "reason": "They clash",
    })
    page = here.browser("amina").get(f"/declarations/{id_}")
    api = here.browser("amina").get(f"/api/declarations/{id_}").json()
    print("SHOWN" + json.dumps({
        "form": form,
        "refused": [refused.status_code, words(refused)],
        "topics": [event.TOPIC for event in decided.past],
        "page": words(page),
        "decision": api["decision"],
        "actions": api["actions"],
        "status": api["status"],
    }))
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("copy")
    copy = copied_with(DROPPED_IN, "kinds", folder)
    (folder / "office").mkdir()
    printed = run(copy, "-c", TRY_IT, str(folder / "office")).splitlines()
    (line,) = (each for each in printed if each.startswith("SHOWN"))
    return json.loads(line.removeprefix("SHOWN"))


def test_whoever_decides_is_asked_its_own_questions(shown: dict[str, Any]) -> None:
    assert "May they do it? It is allowed It is not allowed" in shown["form"]
    assert "Do the hours fit?" in shown["form"]
    needed = "You can only say that it is allowed if the answer below is Yes."
    assert needed in shown["form"]


def test_an_outcome_is_refused_without_what_it_needs(shown: dict[str, Any]) -> None:
    status, words = shown["refused"]
    assert status == 422
    assert "does not let you say that it is allowed." in words


def test_it_is_stored_as_every_decision_is(shown: dict[str, Any]) -> None:
    assert shown["topics"] == ["declaration-made", "declaration-decided", "action-agreed"]


def test_what_it_brings_is_said_and_shown(shown: dict[str, Any]) -> None:
    assert "decided" in shown["page"]
    assert "that it is not allowed" in shown["page"]
    assert "tell them that you stop" in shown["page"]
    (action,) = shown["actions"]
    assert (action["what"], action["by"], shown["status"]) == ("end-it", "amina", "awaiting_action")
    assert shown["decision"]["findings"] == {"hours_fit": False}
