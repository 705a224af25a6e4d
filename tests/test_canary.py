"""A word that nobody else would write, put into every personal field, is found nowhere outside of
what is sealed: in no file, no log line and no table, whatever form it may take."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pytest

from events.log.database import Database
from register.setup.settings import Settings
from register.setup.signing import signer
from tests.canaries import Canary, files_in, set_up, tables, use, words_of
from tests.gifts import gift, new_id, path
from tests.postgres import PostgresServer, find_programs
from tests.server import PEOPLE, Installation, Server


@pytest.fixture
def canary() -> Canary:
    return Canary()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Path | None]]:
    """A database's URL, and the folder of the PostgreSQL server that holds nothing else."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'register' / 'data' / 'register.sqlite'}", None
        return
    with PostgresServer() as server:
        yield server.url(), Path(server.address.directory)


@pytest.mark.parametrize(
    "form",
    [
        str.encode,
        lambda word: word.upper().encode(),
        lambda word: f"a,{word}".encode("utf-16-le"),
        lambda word: word.encode().hex().encode(),
        lambda word: word.encode().hex().upper().encode(),
        lambda word: base64.b64encode(f'{{"item":"{word}"}}'.encode()),
        lambda word: base64.urlsafe_b64encode(f'{{"items":"{word}"}}'.encode()),
        lambda word: base64.b64encode(word.encode()),
        lambda word: json.dumps({"item": word}).encode(),
    ],
)
def test_the_search_finds_every_form(canary: Canary, form: Callable[[str], bytes]) -> None:
    assert canary.found_in(b"\0before " + form(canary["item"]) + b" after\xff")
    assert not canary.found_in(b"\0before " + form(Canary()["item"]) + b" after\xff")


def test_what_is_personal_is_found_nowhere(
    database: tuple[str, Path | None], tmp_path: Path, canary: Canary
) -> None:
    url, postgres = database
    installation = Installation(tmp_path / "register", url)
    installation.folder.mkdir()
    (installation.folder / "outside").mkdir()
    installation.settings |= {
        "REGISTER_CHECKPOINTS": str(installation.folder / "outside"),
        "REGISTER_LOG_ORIGIN": "register.example.org/log",
    }
    if postgres is not None:
        installation.settings["REGISTER_PG_DUMP"] = str(find_programs(tmp_path) / "pg_dump")
    set_up(installation, canary, tmp_path / "files")
    with installation.serving() as server:
        use(server, canary)
        look_at_everything(server, canary)
        kept = words_of(installation)
        assert [field for field in canary.fields if canary.stem + field not in kept] == []
        assert len(canary.fields) >= 60
        send_what_is_refused(server, canary)
        assert_found_nowhere(installation, canary, postgres)
        server.kill()
        assert_found_nowhere(installation, canary, postgres)
        server.start()
        installation.run("rebuild")
        publish_all(installation, server, tmp_path)
        assert_found_nowhere(installation, canary, postgres)
    assert_found_nowhere(installation, canary, postgres)


def publish_all(installation: Installation, server: Server, folder: Path) -> None:
    """Everything that leaves the register: a backup, checkpoints, the whole tree, receipts. All of
    it is kept among the installation's files."""
    published = installation.folder / "published"
    published.mkdir()
    installation.run("backup", str(installation.folder / "backups"))
    if not installation.is_sqlite:
        [dump] = installation.folder.glob("backups/*/register.dump")
        program = Path(installation.settings["REGISTER_PG_DUMP"]).with_name("pg_restore")
        subprocess.run([program, f"--file={published / 'dump.sql'}", dump], check=True)
    with patch.dict(os.environ, installation.env, clear=True):
        settings = Settings.from_environment()
    with closing(Database(installation.database_url)) as database:
        assert signer(database, settings).sign() is None
    nobody, amina = server.as_nobody(), server.as_("amina")
    checkpoint = nobody.get("/log/checkpoint")
    size = int(checkpoint.text.split("\n")[1])
    of_amina = amina.get("/api/workers/amina/declarations").json()["items"]
    found = [
        checkpoint,
        nobody.get("/api/checkpoint"),
        nobody.get("/api/proofs/consistency", params={"old": 1, "new": size}),
        *(nobody.get(f"/log/tile/{tile}.p/{size % 256}") for tile in (f"0/{size // 256:03}",)),
        *(nobody.get(f"/log/tile/entries/{bundle:03}") for bundle in range(size // 256)),
        *(amina.get(path(each["id"], "receipt")) for each in of_amina),
    ]
    assert {answer.status_code for answer in found} == {200}
    for number, answer in enumerate(found):
        (published / str(number)).write_bytes(answer.content)


def look_at_everything(server: Server, canary: Canary) -> None:
    asked = {"service_user": f"{canary.stem}Ref"}
    answers = [server.as_("dev").post("/api/declarations/search", json=asked)]
    for person in PEOPLE:
        answers += [server.as_(person).get(f"/api/{list_}") for list_ in ("alerts", "declarations")]
    for each in server.as_("dev").get("/api/declarations").json()["items"]:
        answers.append(server.as_("dev").get(path(each["id"])))
        answers.append(server.as_("dev").get(path(each["id"], "history")))
    assert {answer.status_code for answer in answers} == {200}
    assert canary.found_in(b"".join(answer.content for answer in answers))


def send_what_is_refused(server: Server, canary: Canary) -> None:
    word, amina = canary.stem, server.as_("amina")
    headers = {"Content-Type": "application/json"}
    text = {"Content-Type": "text/plain"}
    answers = [
        amina.put(path(new_id()), json=gift(item=f"{word}\0", service_user=f"{word}?")),
        amina.put(path(new_id()), json=gift(**{word: word})),
        amina.put(path(new_id()), json=gift(kind=word, form=word)),
        amina.put(path(new_id()), content=f'{{"item": "{word}'.encode(), headers=headers),
        amina.put(path(new_id()), content=word.encode(), headers=text),
        amina.put(path(word), json=gift()),
        amina.get(f"/api/{word}"),
        amina.get(f"/api/workers/{word}/declarations"),
        amina.get("/api/declarations", params={word: word, "kind": word}),
        amina.get(path(new_id()), params={"as_at": word}),
        amina.request(word.upper(), "/api/alerts"),
        amina.post(path(new_id(), "decision"), json={"reason": word, "outcome": word}),
        server.as_nobody().get("/api/alerts", headers={"Authorization": f"Bearer {word}"}),
        server.as_nobody().get("/api/alerts", headers={"User-Agent": word, "Referer": word}),
    ]
    assert {answer.status_code for answer in answers} == {400, 401, 404, 415, 422}


def assert_found_nowhere(installation: Installation, canary: Canary, postgres: Path | None) -> None:
    if postgres is not None:
        with installation.connected() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("CHECKPOINT")
    files = [*files_in(installation.folder), *(files_in(postgres) if postgres else ())]
    assert len(files) > 4
    holding = [str(file) for file in files if canary.found_in(file.read_bytes())]
    assert holding == []
    held = [table for table, text in tables(installation) if canary.found_in(text)]
    assert held == []
