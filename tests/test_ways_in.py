"""Nobody comes in but by a way that the register offers, and its secrets are nobody's to guess."""

from __future__ import annotations

import ast
from contextlib import closing
from pathlib import Path

import pytest

from events.log.log import Log
from register.errors import NotFoundError
from register.register import Register
from register.setup.migrating import migrate
from tests.browser import Browser, Office, words
from tests.cast import KEYRING, POLICIES

ROOT = Path(__file__).parent.parent
CODE = [path for top in ("events", "register", "web") for path in (ROOT / top).rglob("*.py")]


@pytest.mark.parametrize("name", ["admin", "administrator", "root", "register", "sa", "test", ""])
def test_a_new_register_has_nobody_who_could_come_in(tmp_path: Path, name: str) -> None:
    url = f"sqlite:///{tmp_path}/register.sqlite"
    migrate(url)
    with closing(Register(Log(url, KEYRING), POLICIES)) as register:
        assert register.read.directory().people == {}
        with pytest.raises(NotFoundError):
            register.signing_in.invite(name)


def test_nobody_picks_whom_to_be_but_in_a_demonstration(here: Office) -> None:
    stranger = Browser(here.app, None)
    assert "amina" not in stranger.get("/sign-in").text.casefold()
    answer = stranger.post("/sign-in", {"person": "amina"})
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


def test_chance_that_can_be_foreseen_is_for_the_demonstration_alone() -> None:
    """Secrets are made by `secrets`; `random` can be foreseen by whoever saw enough of it."""
    users = {path.relative_to(ROOT) for path in CODE if "random" in imported(path)}
    assert {path for path in users if path.parts[:2] != ("register", "demo")} == set()


def imported(path: Path) -> set[str]:
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    found: set[str] = set()
    for node in tree:
        if isinstance(node, ast.Import):
            found |= {each.name.split(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("elsewhere", ["//evil.test", "https://evil.test/", "/\\evil.test"])
@pytest.mark.parametrize("name", ["to", "next", "list", "kept", "return", "back", "person"])
def test_no_address_leads_to_another_site(here: Office, name: str, elsewhere: str) -> None:
    gift = here.declare("amina")
    amina, stranger = here.browser("amina"), Browser(here.app, None)
    asked = {name: elsewhere}
    answers = [
        amina.get(f"/declarations/{gift}", **asked),
        amina.get("/declare/gift", **asked),
        stranger.get("/sign-in", **asked),
        stranger.get("/mine", **asked),
        amina.post("/seen", asked),
        stranger.post("/sign-out", asked),
    ]
    for answer in answers:
        assert answer.headers.get("location", "/").startswith("/")
        assert not answer.headers.get("location", "/").startswith(("//", "/\\"))
        assert "evil.test" not in answer.text


def test_in_a_demonstration_the_people_to_be_come_before_the_other_ways(here: Office) -> None:
    here.app.state.is_demo = True
    shown = words(Browser(here.app, None).get("/sign-in"))
    assert shown.index("Choose whom to be") < shown.index("With a passkey")
