"""An act is one file: dropped into a copy of the project, it is there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.test_a_sixth_kind import NOT_COPIED, ROOT, run

DROPPED_IN = ROOT / "tests" / "examples" / "noting.py"

TRY_IT = """
import json, sys
from pathlib import Path
from tests.browser import links, office
from web.api.documentation import describe
from web.urls import OPERATIONS

with office(Path(sys.argv[1])) as here:
    gift = here.declare("eve")  # her line manager acknowledges it
    page, note = f"/declarations/{gift}", f"/declarations/{gift}/managers-note"
    femi, eve = here.browser("femi"), here.browser("eve")
    told = {
        "operation": describe(OPERATIONS)["paths"]["/api/declarations/{id}/managers-note"]["post"],
        "button": note in links(femi.get(page)),
        "button of the worker": note in links(eve.get(page)),
        "form": femi.get(note).status_code,
        "form of the worker": eve.get(note).status_code,
        "question": "What do you want to note?" in femi.get(note).text,
        "empty": femi.post(note, {"text": ""}).status_code,
        "sent": femi.post(note, {"text": "She asked me first"}).status_code,
        "history": "She asked me first" in femi.get(page).text,
    }
print("SHOWN" + json.dumps(told))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the file of one more act, and nothing else touched."""
    folder = tmp_path_factory.mktemp("copy") / "project"
    shutil.copytree(ROOT, folder, ignore=NOT_COPIED)
    shutil.copy(DROPPED_IN, folder / "register" / "acts")
    return folder


def test_its_call_its_button_its_page_and_its_form_are_there(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "office").mkdir()
    printed = run(copy, "-c", TRY_IT, str(tmp_path / "office")).splitlines()
    (line,) = (each for each in printed if each.startswith("SHOWN"))
    shown = json.loads(line.removeprefix("SHOWN"))
    operation = shown.pop("operation")
    assert operation["operationId"] == "note_as_manager"
    assert "ManagersNote" in json.dumps(operation["requestBody"])
    assert {"422", "403", "404", "409"} <= operation["responses"].keys()
    assert shown == {
        "button": True,
        "button of the worker": False,
        "form": 200,
        "form of the worker": 403,
        "question": True,
        "empty": 422,
        "sent": 303,
        "history": True,
    }


def test_its_place_among_the_states_is_printed(copy: Path) -> None:
    printed = run(copy, "-m", "register", "states").splitlines()
    (row,) = (line for line in printed if "managers-note" in line)
    assert row.count("stays") == 3


WHERE_IT_STANDS = "tests/test_what_may_be_done.py"
BUTTONS = "::test_buttons_and_forms_are_there_exactly_when_the_act_would_be_taken"


def test_the_tests_of_every_act_hold(copy: Path) -> None:
    """Those of what may be done only for the one who must act, as they take long."""
    tests = ["tests/test_every_act.py", f"{WHERE_IT_STANDS}{BUTTONS}[as_it_is-carol]"]
    run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)


@pytest.mark.long
def test_it_stands_on_the_page_exactly_when_it_would_be_taken(copy: Path) -> None:
    run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", WHERE_IT_STANDS)
