"""A word that nobody else would write, put into every personal field of a register in use."""

from __future__ import annotations

import base64
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from PIL import PngImagePlugin

from register.answers import LONGEST_TEXT
from register.kinds import all_kinds
from register.setup.opening import open_log
from register.setup.settings import Settings
from tests.cast import GIVEN_BACK
from tests.gifts import FRAME, act, day, declare, new_id, path, taken, tell
from tests.pictures import picture
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


def words_of(installation: Installation) -> str:
    """What the log holds once it is opened with its keys: all that was put into it is there."""
    with patch.dict(os.environ, installation.env, clear=True):
        log = open_log(Settings.from_environment())
    try:
        return "\n".join(map(repr, log.after()))
    finally:
        log.close()


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
