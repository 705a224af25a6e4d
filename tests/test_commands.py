"""Each command as somebody at a terminal has it: what it prints, and what it says when it fails."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.gifts import act, day, declare, gift, new_id, path, taken
from tests.server import CASES, PEOPLE, Done, Installation, Server

COMMANDS = (
    ("serve",),
    ("migrate",),
    ("directory", "load"),
    ("token", "create"),
    ("token", "revoke"),
    ("kinds",),
    ("policies", "check"),
    ("rebuild",),
    ("replay",),
)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """A place with nothing in it, on SQLite: no data folder even."""
    return Installation(tmp_path, f"sqlite:///{tmp_path / 'data' / 'register.sqlite'}")


@pytest.fixture
def loaded(installation: Installation) -> Installation:
    installation.load(CASES)
    return installation


def said_plainly(done: Done) -> str:
    """What a command that failed says: words, on the error channel, and code 1."""
    assert done.code == 1, done.output + done.errors
    assert done.output == ""
    assert "Traceback" not in done.errors
    assert not re.search(r"\w+Error\b|File \"|sqlalchemy|pydantic", done.errors), done.errors
    assert done.errors.strip()
    return done.errors


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
    assert loaded.process("rebuild").output == "The read models are made again.\n"


# directory load


def test_loading_again_changes_nothing(installation: Installation) -> None:
    assert installation.load(CASES) == ["16 changes recorded."]
    before = installation.rows()
    assert installation.load(CASES) == ["0 changes recorded."]
    assert installation.rows() == before


def test_only_what_changed_is_recorded(loaded: Installation, tmp_path: Path) -> None:
    files = copy_of_cases(tmp_path)
    people = files / "people.csv"
    people.write_text(people.read_text().replace("Gus Hale", "Gus Hale-Price"))
    assert loaded.load(files) == ["1 changes recorded."]


def test_somebody_who_is_not_in_the_file_is_left_alone_and_listed(
    loaded: Installation, tmp_path: Path
) -> None:
    files = copy_of_cases(tmp_path)
    people = files / "people.csv"
    kept = [line for line in people.read_text().splitlines() if not line.startswith("gus,")]
    people.write_text("\n".join(kept))
    assert loaded.load(files) == [
        "0 changes recorded.",
        "gus is not in the file, and was left as they are.",
    ]
    loaded.give_tokens("gus")


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("people.csv", "zoe,Zoe,z@example.org,worker,yan,elm-house,", ["zoe", "yan"]),
        ("people.csv", "zoe,Zoe,z@example.org,worker,,elm-house,", ["zoe", "line manager"]),
        ("people.csv", "zoe,Zoe,z@example.org,worker,ben,oak-house,", ["zoe", "oak-house"]),
        ("people.csv", "zoe,Zoe,z@example.org,king,ben,elm-house,", ["king", "line 11"]),
        ("people.csv", "zoe,Zoe,z@example.org,worker,ben,elm-house,soon", ["soon", "line 11"]),
        ("people.csv", "amina,Amina,a@example.org,worker,ben,elm-house,", ["amina", "twice"]),
        ("people.csv", "z/e,Zoe,z@example.org,worker,ben,elm-house,", ["z/e"]),
        ("people.csv", "a,b,c,d,e,f,g,h", ["line 11", "columns"]),
        (
            "people.csv",
            "xan,Xan,x@e.org,worker,yan,elm-house,\nyan,Yan,y@e.org,worker,xan,elm-house,",
            ["xan -> yan -> xan"],
        ),
        ("services.csv", "oak,Oak,,,", ["oak"]),
        ("services.csv", "oak,Oak,no-such-policy,2026-04-01,dana", ["oak", "no-such-policy"]),
        ("services.csv", "oak,Oak,supported-living,,dana", ["oak", "day"]),
        ("service_users.csv", "Mary K.,M. K.,elm-house,", ["Mary K."]),
        ("service_users.csv", "SU-9,M. K.,oak-house,", ["oak-house"]),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_names(
    loaded: Installation, tmp_path: Path, file: str, line: str, said: list[str]
) -> None:
    files = copy_of_cases(tmp_path)
    with (files / file).open("a") as opened:
        opened.write(line + "\n")
    before = loaded.rows()
    words = said_plainly(load_command(loaded, files))
    assert all(word in words for word in said), words
    assert loaded.rows() == before


def test_everything_that_is_wrong_is_said_at_once(loaded: Installation, tmp_path: Path) -> None:
    files = copy_of_cases(tmp_path)
    (files / "people.csv").write_text("id,name\n")
    (files / "services.csv").write_bytes(b"id,name\xff")
    words = said_plainly(load_command(loaded, files))
    assert "people.csv: these columns are missing: email" in words
    assert "services.csv" in words


def copy_of_cases(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CASES, tmp_path / "files"))


def load_command(installation: Installation, files: Path) -> Done:
    return installation.command(
        *("directory", "load"),
        *("--people", str(files / "people.csv")),
        *("--services", str(files / "services.csv")),
        *("--service-users", str(files / "service_users.csv")),
    )


def test_a_file_that_is_not_there_is_named(loaded: Installation) -> None:
    done = loaded.command("directory", "load", "--people", "none.csv", "--services", "none.csv")
    assert done.code == 2
    assert "none.csv" in done.errors
    assert "Traceback" not in done.errors


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
    assert (
        "    received: tells service director and line manager; decided by the service director "
        "(keep or return) within 5 working days; immediately (6.0 G)"
    ) in shown
    kinds = {line.split()[0] for line in shown if re.match(r"  \w", line)}
    assert len(kinds) == 5
    with_code = {line.partition(":")[0] for line in installation.run("kinds") if line[0] != " "}
    without = {line.split()[0] for line in shown if line.endswith("(no code for this kind yet)")}
    assert without == kinds - with_code


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
        assert installation.run("rebuild") == ["The read models are made again."]
        assert server.as_("carol").get("/api/alerts").json() == before

        with installation.connected() as connection:
            connection.exec_driver_sql("UPDATE register_list SET worker = 'gus'")
            connection.commit()
        assert listed(server, "amina") == []
        assert installation.run("rebuild") == [
            "The read models are made again.",
            "register_list was not what the log says, and is now.",
        ]
        assert listed(server, "amina") == [declaration["id"]]


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def listed(server: Server, worker: str) -> list[str]:
    page = server.as_("dev").get("/api/declarations", params={"worker": worker}).json()
    return [each["id"] for each in page["items"]]


def test_replay_shows_the_register_as_it_stood(server: Server) -> None:
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
    assert [line["level"] for line in server.logged()] == ["info"]
    assert server.output.read_bytes() == b""
    assert not list(loaded.data_dir.glob("*-wal")), "SQLite's log is folded into the database"


def test_on_postgresql_nothing_is_done_before_migrate(postgres_url: str, tmp_path: Path) -> None:
    installation = Installation(tmp_path, postgres_url)
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
    with loaded.serving() as server:
        port = httpx.URL(server.url).port
        done = loaded.process("serve", "--port", str(port))
    assert done.code not in (0, None)
    assert "Traceback" not in done.errors
    assert str(port) in done.errors


# keys


def test_keys_are_files_for_their_owner_alone(loaded: Installation) -> None:
    keys = loaded.data_dir / "keys"
    assert {file.name for file in keys.iterdir()} == {"master", "index"}
    assert keys.stat().st_mode & 0o777 == 0o700
    assert loaded.data_dir.stat().st_mode & 0o777 == 0o700
    for file in keys.iterdir():
        assert file.stat().st_mode & 0o777 == 0o600


def test_keys_are_closed_whatever_the_umask(installation: Installation) -> None:
    before = os.umask(0)
    try:
        installation.load(CASES)
    finally:
        os.umask(before)
    assert (installation.data_dir / "keys" / "master").stat().st_mode & 0o777 == 0o600
    assert installation.data_dir.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(("key", "named"), [("master", "master"), ("index", "index")])
def test_a_key_that_is_missing_is_not_made_anew(loaded: Installation, key: str, named: str) -> None:
    (loaded.data_dir / "keys" / key).unlink()
    for command in (("serve", "--port", "0"), ("token", "create", "amina")):
        words = said_plainly(loaded.command(*command))
        assert f"keys/{named} is missing" in words
        assert "Put the key back" in words
    assert not (loaded.data_dir / "keys" / key).exists()


def test_keys_may_come_from_the_environment(
    installation: Installation, new_keys: dict[str, str]
) -> None:
    installation.settings |= new_keys
    installation.set_up()
    assert not (installation.data_dir / "keys").exists()
    with installation.serving() as server:
        assert declare(server)["details"]["item"] == "Silver photograph frame"


def test_a_master_key_of_another_register_opens_nothing(
    installation: Installation, new_keys: dict[str, str]
) -> None:
    installation.settings |= new_keys
    installation.load(CASES)
    installation.settings["REGISTER_MASTER_KEY"] = f"1:{secrets.token_hex(32)}"
    before = installation.rows()
    said_plainly(load_command(installation, CASES))
    assert installation.rows() == before


@pytest.fixture
def new_keys() -> dict[str, str]:
    return {
        "REGISTER_MASTER_KEY": f"1:{secrets.token_hex(32)}",
        "REGISTER_INDEX_KEY": secrets.token_hex(32),
    }


@pytest.mark.parametrize("wrong", ["secret", "1:" + "0" * 62, "0" * 64, "one:" + "0" * 64])
def test_a_key_that_is_none_is_refused_and_not_shown(
    installation: Installation, wrong: str
) -> None:
    installation.settings["REGISTER_MASTER_KEY"] = wrong
    words = said_plainly(load_command(installation, CASES))
    assert "master key" in words
    assert wrong not in words


@pytest.mark.parametrize(
    ("setting", "wrong"),
    [
        ("REGISTER_QUEUE_SIZE", "none"),
        ("REGISTER_QUEUE_SIZE", "0"),
        ("REGISTER_DATABASE_URL", "nonsense"),
        ("REGISTER_DATABASE_URL", "oracle://here"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    installation: Installation, setting: str, wrong: str
) -> None:
    installation.settings[setting] = wrong
    words = said_plainly(installation.command("token", "create", "amina"))
    assert setting in words


def test_people_are_the_cast() -> None:
    lines = (CASES / "people.csv").read_text().splitlines()[1:]
    assert tuple(line.partition(",")[0] for line in lines) == PEOPLE
