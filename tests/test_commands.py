"""Each command as somebody at a terminal has it: what it prints, and what it says when it fails."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.at_length import ENGINES, on_both_engines
from tests.consoles import said_plainly
from tests.gifts import act, day, declare, gift, new_id, path, taken
from tests.server import CASES, PEOPLE, Installation, Server

COMMANDS = (
    ("serve",),
    ("migrate",),
    ("directory", "load"),
    ("token", "create"),
    ("token", "revoke"),
    ("kinds",),
    ("looks", "export"),
    ("policies", "check"),
    ("policies", "new"),
    ("policies", "compare"),
    ("rebuild",),
    ("replay",),
    ("witness",),
)


# help


@pytest.mark.parametrize("command", [(), *COMMANDS], ids=" ".join)
def test_every_command_says_what_it_does(
    installation: Installation, command: tuple[str, ...]
) -> None:
    shown = "\n".join(installation.run(*command, "--help"))
    assert "Usage: " in shown
    assert "--help" in shown
    assert not installation.data_dir.exists(), "to ask for help leaves nothing behind"


def test_the_first_page_names_every_command(installation: Installation) -> None:
    shown = "\n".join(installation.run("--help"))
    for first, *_ in COMMANDS:
        assert re.search(rf"^\W*{first}  +[A-Z]", shown, re.MULTILINE), first


def test_a_command_that_is_not_there_is_refused(installation: Installation) -> None:
    done = installation.command("destroy")
    assert done.code == 2
    assert "No such command 'destroy'" in done.errors


def test_a_command_is_a_process_that_ends_with_its_code(loaded: Installation) -> None:
    """The others are called within the tests' own process, to save its start."""
    assert loaded.process("kinds") == loaded.command("kinds")
    created = loaded.process("token", "create", *PEOPLE)
    assert (created.code, len(created.output.splitlines()), created.errors) == (0, 9, "")
    refused = loaded.process("token", "create", "zoe")
    assert refused == loaded.command("token", "create", "zoe")
    assert "zoe" in said_plainly(refused)
    assert loaded.process("rebuild").output == "The read models are what the log says.\n"


# tokens


def test_tokens_are_printed_one_a_line_in_the_order_asked(server: Server) -> None:
    asked = ("carol", "amina", "carol")
    tokens = server.installation.run("token", "create", *asked)
    assert len(set(tokens)) == 3
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)
    for person, token in zip(asked, tokens, strict=True):
        assert declared_by(server, token) == person


def declared_by(server: Server, token: str) -> str:
    """Whose token it is: who the worker of a declaration made with it is."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = server.as_nobody().put(path(new_id()), json=gift(), headers=headers)
    worker: str = taken(answer, 201)["worker"]
    return worker


def test_tokens_that_are_revoked_open_nothing_any_more(server: Server) -> None:
    installation = server.installation
    kept = installation.run("token", "create", "dev")[0]
    installation.run("token", "create", "ada")
    said = installation.run("token", "revoke", "ada")
    assert re.fullmatch(r"ada: [1-9]\d* ended\.", said[0])
    assert status_with(server, server.token("ada")) == 401
    assert status_with(server, kept) == 200
    assert installation.run("token", "revoke", "ada") == ["ada: 0 ended."]
    installation.give_tokens("ada")
    server.forget("ada")


def status_with(server: Server, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return server.as_nobody().get("/api/alerts", headers=headers).status_code


def test_a_token_for_somebody_unknown_is_refused_by_name(server: Server) -> None:
    before = server.installation.rows()
    for command in ("create", "revoke"):
        words = said_plainly(server.installation.command("token", command, "amina", "zoe"))
        assert "zoe" in words
        assert "amina" not in words
    assert server.installation.rows() == before


def test_whoever_has_left_is_not_let_in(new_installation: Callable[..., Installation]) -> None:
    installation = new_installation("sqlite")
    installation.set_up()
    files = installation.folder / "files"
    shutil.copytree(CASES, files)
    people = (files / "people.csv").read_text()
    with installation.serving() as server:
        for left_on, status in ((day(-1), 200), (day(0), 401)):
            changed = people.replace("worker,ben,elm-house,", f"worker,ben,elm-house,{left_on}")
            (files / "people.csv").write_text(changed)
            installation.load(files)
            assert status_with(server, server.token("gus")) == status


# kinds, policies check


def test_kinds_lists_every_kind_and_its_answers(installation: Installation) -> None:
    shown = installation.run("kinds")
    assert "gift: A gift" in shown
    for answer in ("item", "worth", "token", "form", "giver", "offer", "whereabouts"):
        assert any(line.startswith(f"  {answer}: ") and line.endswith("?") for line in shown)


def test_policies_check_says_who_is_told_who_decides_and_by_when(
    installation: Installation,
) -> None:
    shown = installation.run("policies", "check")
    assert [line.partition(",")[0] for line in shown if line[0] != " "] == [
        "residential-short-breaks",
        "supported-living",
    ]
    received = (
        "    received: tells service director and line manager; decided by the service director "
        "(keep or return) within 5 working days; immediately (6.0 G); house rule: "
    )
    assert any(line.startswith(received) for line in shown)
    kinds = {line.split()[0] for line in shown if re.match(r"  \w", line)}
    with_code = {line.partition(":")[0] for line in installation.run("kinds") if line[0] != " "}
    assert kinds == with_code
    assert not any(line.endswith("(no code for this kind yet)") for line in shown)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("2026-05-01", 'title = "Mine"\n[clauses]\n[kinds.gift]\ncases = {}', "kinds.gift.cases"),
        ("2026-05-01", "title = [", "2026-05-01.toml"),
        ("first", 'title = "Mine"', "named by its date"),
        (
            "2026-05-01",
            'title = "Mine"\n[clauses]\n"1" = "One."\n[kinds.gift]\ntoken_value = 5\n'
            '[kinds.gift.cases.received]\ntells = ["line_manager"]\nthen = "closed"\nclause = "1"',
            "token_value",
        ),
        (
            "2026-05-01",
            'title = "Mine"\n[clauses]\n"1" = "One."\n[kinds.gift.cases.received]\n'
            'tells = ["line_manager"]\nthen = "closed"\nclause = "2"',
            "clause '2' is not told",
        ),
    ],
)
def test_a_policy_pack_that_is_wrong_is_refused_with_its_place(
    installation: Installation, tmp_path: Path, name: str, text: str, said: str
) -> None:
    pack = tmp_path / "packs" / "mine" / f"{name}.toml"
    pack.parent.mkdir(parents=True)
    pack.write_text(text)
    installation.settings["REGISTER_POLICIES_DIR"] = str(tmp_path / "packs")
    assert said in said_plainly(installation.command("policies", "check"))


# rebuild, replay


def test_rebuild_makes_the_read_models_again_and_names_what_was_wrong(
    new_installation: Callable[..., Installation], engine: str
) -> None:
    installation = new_installation(engine)
    installation.set_up()
    with installation.serving() as server:
        declaration = declare(server)
        before = server.as_("carol").get("/api/alerts").json()
        with installation.connected() as connection:
            at = connection.exec_driver_sql("SELECT max(id) FROM entries").scalar()
        assert installation.run("rebuild") == ["The read models are what the log says."]
        assert server.as_("carol").get("/api/alerts").json() == before

        with installation.connected() as connection:
            connection.exec_driver_sql("UPDATE register_list SET worker = 'gus'")
            connection.commit()
        assert listed(server, "amina") == []
        said = f"register_list is not what the log says about {declaration['id']}."
        refused = installation.command("rebuild")
        assert (refused.code, refused.output) == (1, "")
        assert said in refused.errors
        assert "Nothing was changed, as this may be evidence." in refused.errors
        assert listed(server, "amina") == []
        assert installation.run("rebuild", "--accept") == [said, "The read models are made again."]
        assert listed(server, "amina") == [declaration["id"]]
        (last,) = (
            server.as_("dev").get("/api/entries", params={"limit": 1, "after": at}).json()["items"]
        )
        assert last["event"] == "read-models-differed"
        assert last["state"]["models"] == ["register_list"]
        assert last["state"]["positions"] == [declaration["position"]]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def listed(server: Server, worker: str) -> list[str]:
    page = server.as_("dev").get("/api/declarations", params={"worker": worker}).json()
    return [each["id"] for each in page["items"]]


@on_both_engines
def test_replay_shows_the_register_as_it_stood(server: Server) -> None:
    declare(server)  # the first also publishes the policy, at the same moment
    first = declare(server)
    second = declare(server)
    decided = act(server, "carol", first, "decision", {"outcome": "keep", "reason": "Small"})

    def status_at(as_at: object, declaration: dict[str, object]) -> object:
        lines = map(json.loads, server.installation.run("replay", "--as-at", str(as_at)))
        found = {line["id"]: line["status"] for line in lines}
        return found.get(declaration["id"])

    before, middle, after = (each["position"] for each in (first, second, decided))
    assert status_at(before - 1, first) is None
    assert (status_at(before, first), status_at(before, second)) == ("awaiting_decision", None)
    assert status_at(middle, second) == "awaiting_decision"
    assert (status_at(after - 1, first), status_at(after, first)) == ("awaiting_decision", "closed")
    assert status_at(first["received_at"], first) == "awaiting_decision"
    assert status_at("2020-01-01T00:00:00Z", first) is None


def test_replay_tells_no_words(server: Server) -> None:
    declare(server, item="Quite a singular thing")
    now = server.installation.run("replay", "--as-at", "9998-01-01T00:00:00Z")
    assert now
    assert not any("singular" in line or "SU-1042" in line for line in now)


@pytest.mark.parametrize("at", ["", "--at=http://localhost:8000/"])
def test_an_invitation_is_a_whole_address(loaded: Installation, at: str) -> None:
    loaded.settings["REGISTER_ADDRESS"] = "https://register.example.org"
    [link] = loaded.run("invite", "amina", *filter(None, [at]))
    home = "http://localhost:8000" if at else "https://register.example.org"
    assert link.startswith(f"{home}/sign-in/")


@pytest.mark.parametrize("wrong", ["yesterday", "2026-02-30T00:00:00Z", "-1", ""])
def test_replay_asks_for_a_moment_that_is_one(loaded: Installation, wrong: str) -> None:
    words = said_plainly(loaded.command("replay", f"--as-at={wrong}"))
    assert "Give a position, or a moment" in words


# serve, migrate


def test_serve_brings_sqlite_to_todays_shape(installation: Installation) -> None:
    with installation.serving() as server:
        assert server.as_nobody().get("/healthz").json() == {"status": "ok"}
    assert installation.rows()["entries"] == 0


@pytest.mark.parametrize("ended_by", [signal.SIGTERM, signal.SIGINT])
def test_serve_ends_cleanly_when_it_is_told_to(
    loaded: Installation, ended_by: signal.Signals
) -> None:
    server = Server(loaded)
    server.start()
    assert server.stop(ended_by) == 0
    assert {line["level"] for line in server.logged()} == {"info"}
    assert server.output.read_bytes() == b""
    assert not list(loaded.data_dir.glob("*-wal")), "SQLite's log is folded into the database"


def test_on_postgresql_nothing_is_done_before_migrate(
    empty_postgres_url: str, tmp_path: Path
) -> None:
    installation = Installation(tmp_path, empty_postgres_url)
    for command in (("serve", "--port", "0"), ("token", "create", "amina"), ("rebuild",)):
        assert "run `register migrate`" in said_plainly(installation.command(*command))
    assert installation.rows() == {}
    for _ in range(2):
        assert installation.run("migrate") == ["The database is in today's shape."]
    installation.load(CASES)
    with installation.serving() as server:
        assert server.as_nobody().get("/healthz").status_code == 200


def test_a_database_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    nowhere = f"postgresql+psycopg://amina:geheim@/none?host={tmp_path}"
    words = said_plainly(Installation(tmp_path, nowhere).command("serve", "--port", "0"))
    assert "geheim" not in words


def test_a_port_that_is_taken_is_told_in_words(loaded: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = loaded.process("serve", "--port", str(port))
    assert done.code not in (0, None)
    assert "Traceback" not in done.errors
    assert str(port) in done.errors


def test_people_are_the_cast() -> None:
    lines = (CASES / "people.csv").read_text().splitlines()[1:]
    assert tuple(line.partition(",")[0] for line in lines) == PEOPLE
