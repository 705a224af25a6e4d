"""A kind is one file: dropped into a copy of the project, it is there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DROPPED_IN = ROOT / "tests" / "examples" / "lent_money.py"
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".tools", "data", "__pycache__", ".*_cache")

TRY_IT = """
import json, sys, uuid
from pathlib import Path
from register.directory.files import read_files
from register.declarations.history import line
from register.directory.loading import compare
from register.setup.opening import open_register
from register.setup.settings import Settings
from web.urls import OPERATIONS
from web.api.documentation import describe

cases = Path("tests/cases")
register = open_register(Settings(data_dir=Path(sys.argv[1])))
files = read_files(cases / "people.csv", cases / "services.csv")
changes = compare(files, register.log, register.read.directory(), register.policies)
register.change_directory(changes.events)
now = register.log.now()
body = {
    "kind": "lent-money",
    "happened_on": now.date().isoformat(),
    "captured_at": now.isoformat(),
    "service_user": "SU-1042",
    "details": {"amount": "5.00", "direction": "borrowed", "why": "Short of change"},
}
declaration = register.declare("amina", str(uuid.uuid4()), body).state
history = [line(event, register.read.name).sentence for event in declaration.past]
schemas = describe(OPERATIONS)["components"]["schemas"]
register.close()
print(json.dumps({
    "status": declaration.status,
    "flags": declaration.ruling.flags,
    "clause": declaration.ruling.source.clause,
    "told": [told.person for told in declaration.ruling.tells],
    "history": history,
    "schema": schemas["LentMoney"]["properties"]["direction"],
    "sent": describe(OPERATIONS)["paths"]["/api/declarations/{id}"]["put"]["requestBody"],
}))
"""


def copied_with(dropped_in: Path, room: str, folder: Path) -> Path:
    """A copy of the project with one file more in a room of the register, and nothing else
    touched."""
    copy = folder / "project"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    shutil.copy(dropped_in, copy / "register" / room)
    return copy


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied_with(DROPPED_IN, "kinds", tmp_path_factory.mktemp("copy"))


def run(copy: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env={**os.environ, "HYPOTHESIS_PROFILE": "short"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_kinds_list_has_it(copy):
    assert "lent-money: Money lent or borrowed" in run(copy, "-m", "register", "kinds")


def test_it_is_declared_acknowledged_by_default_and_told_in_the_history(copy, tmp_path):
    shown = json.loads(run(copy, "-c", TRY_IT, str(tmp_path / "data")))
    assert shown["status"] == "awaiting_acknowledgement"
    assert shown["flags"] == ["borrowed"]
    assert shown["clause"] == "not in this policy"
    assert shown["told"] == ["ben"]
    assert "£5.00 borrowed: Short of change" in shown["history"][0]
    assert shown["schema"]["enum"] == ["lent", "borrowed"]
    assert "LentMoneyDeclaration" in json.dumps(shown["sent"])


ASK = """
import sys
from pathlib import Path
from tests.browser import links, office, words
with office(Path(sys.argv[1])) as here:
    amina = here.browser("amina")
    print("SHOWN", words(amina.get("/should-i-declare")))
    said = {"at_risk": "false", "what": sys.argv[2]}
    answer = amina.post("/should-i-declare", said)
    print("SHOWN", answer.status_code, words(answer), *links(answer))
"""


def asked(copy: Path, folder: Path, what: str) -> tuple[str, str]:
    folder.mkdir()
    said = run(copy, "-c", ASK, str(folder), what).splitlines()
    first, second = (line for line in said if line.startswith("SHOWN "))
    return first, second


def test_whoever_asks_whether_to_declare_finds_it_in_the_list(copy, tmp_path):
    first, nothing = asked(copy, tmp_path / "office", "nothing")
    assert "Money lent or borrowed" not in first
    assert nothing.startswith("SHOWN 200 ")
    assert "Money lent or borrowed" in nothing
    assert "/declare/lent-money" in nothing


def test_with_a_lead_whoever_asks_is_led_to_it(copy, tmp_path):
    text = (copy / "register" / "kinds" / "lent_money.py").read_text(encoding="utf-8")
    led = text.replace(
        "    flags=flags,", '    leads=(Lead("I lent them money"),),\n    flags=flags,'
    )
    led = led.replace("import Kind\n", "import Kind, Lead\n")
    file = copy / "register" / "kinds" / "led_money.py"
    file.write_text(led, encoding="utf-8")
    try:
        first, advice = asked(copy, tmp_path / "office", "led-money.0")
    finally:
        file.unlink()
    assert "I lent them money" in first
    assert "Your policy does not speak of this" in advice
    assert "Talk with your line manager" in advice


def test_the_import_contracts_hold(copy):
    lint = Path(sys.executable).with_name("lint-imports")
    assert "0 broken" in run(copy, str(lint), "--no-logo")


@pytest.mark.long
def test_the_tests_of_every_kind_hold(copy):
    run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_every_kind.py")
    run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_what_follows.py")
