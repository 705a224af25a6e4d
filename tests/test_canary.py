"""A word that nobody else would write, put into every personal field, is found nowhere outside of
what is sealed: in no file, no log line and no table, whatever form it may take."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from PIL import PngImagePlugin

from events.log.database import Database
from register.answers import LONGEST_TEXT
from register.kinds import all_kinds
from register.setup.opening import open_log
from register.setup.settings import Settings
from register.setup.signing import signer
from tests.cast import GIVEN_BACK
from tests.gifts import FRAME, act, day, declare, gift, new_id, path, taken, tell
from tests.pictures import picture
from tests.postgres import PostgresServer, find_programs
from tests.server import CASES, PEOPLE, Installation, Server
from tests.usual import usual

NAMES = {
    "gus": "Gus Hale",
    "ben": "Ben Okoro",
    "carol": "Carol Price",
    "eve": "Eve Novak",
    "femi": "Femi Ade",
    "dana": "Dana Moss",
    "dev": "Dev Rao",
    "ada": "Ada Finch",
}


class Canary:
    """Each field's own word; all of them begin in the same way, which is what is looked for."""

    def __init__(self) -> None:
        self.stem = f"Kanarie{secrets.token_hex(8)}"
        self.fields: list[str] = []

    def __getitem__(self, field: str) -> str:
        self.fields.append(field)
        return f"{self.stem}{field}"

    def forms(self) -> Iterator[bytes]:
        """What it may have become; letters in lower case, as `found_in` compares."""
        stem = self.stem.encode()
        yield stem.lower()
        yield stem.hex().encode()
        yield stem[::-1].lower()
        yield self.stem.encode("utf-16-le").lower()
        for shift in range(3):  # base64 of a text depends on where in it a word stands
            inside = base64.b64encode(b"\0" * shift + stem)[4:-4]
            yield inside.lower()
            yield base64.b32encode(b"\0" * shift + stem)[8:-8].lower()

    def found_in(self, data: bytes) -> bool:
        lower = data.lower()
        return any(form in lower for form in self.forms())


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


def set_up(installation: Installation, canary: Canary, files: Path) -> None:
    shutil.copytree(CASES, files)
    put_in(files / "people.csv", "Amina Yusuf,amina@", f"{canary['Name']},{canary['Mail']}@")
    for id_, name in NAMES.items():
        named = f"{canary[f'Name-{id_}']},{canary[f'Mail-{id_}']}@"
        put_in(files / "people.csv", f"{id_},{name},{id_}@", f"{id_},{named}")
    for label in ("R. T.", "L. B."):
        put_in(files / "service_users.csv", label, canary[f"Label-{label[0]}"])
    put_in(
        files / "service_users.csv",
        "SU-1042,M. K.",
        f"{canary['SU']},{canary['Label']}",
    )
    if not installation.is_sqlite:
        installation.run("migrate")
    installation.load(files)
    installation.give_tokens(*PEOPLE)


def put_in(file: Path, old: str, new: str) -> None:
    before = file.read_text()
    assert old in before
    file.write_text(before.replace(old, new))


def use(server: Server, canary: Canary) -> None:
    """Put the word into every field that a person writes."""
    decided = declare(
        server,
        item=canary["Item"],
        late_reason=canary["Late"],
        happened_on=day(30),
        service_user=canary["Ref"],
    )
    act(server, "carol", decided, "information-request", {"text": canary["Question"]})
    act(server, "amina", decided, "information", {"text": canary["Information"]})
    returned = {"outcome": "return", "reason": canary["Reason"]}
    decided = act(server, "carol", decided, "decision", returned)
    completion = f"actions/{decided['actions'][0]['id']}/completion"
    act(server, "amina", decided, completion, {**GIVEN_BACK, "how": canary["Evidence"]})

    corrected = declare(server)
    correction = {
        "details": {**FRAME, "item": canary["Corrected"]},
        "service_user": canary["OtherRef"],
        "reason": canary["Typo"],
    }
    act(server, "amina", corrected, "correction", correction)
    act(server, "amina", corrected, "withdrawal", {"reason": canary["Withdrawn"]})

    told_in_a_picture(server, canary, declare(server))
    noted = declare(server, "eve")
    acknowledgement = {
        "note": canary["Note"],
        "actions": [{"what": canary["What"], "by": "eve", "due_on": "2099-01-31"}],
        "risk_assessment": canary["Risk"],
    }
    act(server, "femi", noted, "acknowledgement", acknowledgement)
    handed_over = {"to": "safeguarding", "reference": canary["HandedOver"], "note": canary["Why"]}
    act(server, "femi", noted, "hand-over", handed_over)
    act(server, "femi", noted, "note", {"text": canary["Noted"]})
    act(server, "femi", noted, "reopening", {"reason": canary["Reopened"]})
    decide_and_reopen(server, canary)
    use_every_kind(server, canary)


def decide_and_reopen(server: Server, canary: Canary) -> None:
    kept = declare(server, "gus", item=canary["Kept"])
    act(server, "carol", kept, "information-request", {"text": canary["AskedAgain"]})
    act(server, "gus", kept, "information", {"text": canary["ToldAgain"]})
    act(server, "carol", kept, "decision", {"outcome": "keep", "reason": canary["KeptReason"]})
    act(server, "carol", kept, "note", {"text": canary["NotedAgain"]})
    act(server, "carol", kept, "reopening", {"reason": canary["ReopenedAgain"]})


def told_in_a_picture(server: Server, canary: Canary, declaration: dict[str, Any]) -> None:
    """What a camera writes into a picture is left behind: it is not even sealed."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", canary.stem)
    sent = picture(media_type="png", pnginfo=texts)
    assert canary.found_in(sent)
    headers = {"Content-Type": "image/png"}
    address = path(declaration["id"], "photographs", new_id())
    taken(server.as_("amina").put(address, content=sent, headers=headers), 201)
    refused = server.as_("amina").put(address, content=sent[:-40], headers=headers)
    assert refused.status_code == 422


def use_every_kind(server: Server, canary: Canary) -> None:
    """Each kind's own free texts, and what is only written about some of them."""
    told = {}
    for kind in all_kinds():
        details = usual(kind)
        words = {name: canary[f"{kind}-{name}"] for name in free_texts(kind) & details.keys()}
        told[kind] = tell(server, "amina", kind, {**details, **words})
    assert told.keys() == all_kinds().keys()
    answer = {
        "outcome": "not_appropriate",
        "no_longer_vulnerable": True,
        "no_imbalance_of_power": False,
        "reason": canary["Answer"],
    }
    act(server, "ben", told["post-service-friendship"], "answer", answer)
    lifting = f"/api/exclusions/{told['prior-acquaintance']['id']}/lift"
    taken(server.as_("ben").post(lifting, json={"reason": canary["Lifted"]}), 200)


def free_texts(kind: str) -> set[str]:
    """The answers that a person writes in their own words."""
    described = all_kinds()[kind].details.model_json_schema()["properties"]
    return {name for name, answer in described.items() if str(LONGEST_TEXT) in str(answer)}


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


def words_of(installation: Installation) -> str:
    """What the log holds once it is opened with its keys: all that was put into it is there."""
    with patch.dict(os.environ, installation.env, clear=True):
        log = open_log(Settings.from_environment())
    try:
        return "\n".join(map(repr, log.after()))
    finally:
        log.close()


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


def files_in(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def tables(installation: Installation) -> Iterator[tuple[str, bytes]]:
    """Every table with all of its rows as bytes; what is stored as bytes as they are."""
    with installation.connected() as connection:
        for table in sa.inspect(connection).get_table_names():
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            yield table, b"\n".join(as_bytes(value) for row in rows for value in row)


def as_bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
