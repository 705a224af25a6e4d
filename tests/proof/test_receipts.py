"""What is declared is promised at once and proved soon; what is not proved in time convicts."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
import sqlalchemy as sa

from events.log.digests import Digests
from events.log.tables import entries
from events.proof.leaves import leaf_data
from events.proof.notes import BadNoteError, PublicKey, SecretKey
from events.proof.promises import Promise, promise_of, read_promise
from events.proof.proofs import BadProofError, Proof, read_proof
from events.proof.tree import leaf_hash
from register.demo.opening import signed
from register.proving.receipts.promising import ASKS_EVERY, STREAM, Promises, name_key, named_keys
from register.reading.looks import finding
from register.setup.keys import MasterKeyError
from register.setup.promising import promise
from register.setup.settings import Settings
from tests.browser import HOME, Browser, Office
from tests.cast import NOW, told
from tests.proof.receipts import KEY, ORIGIN, PROMISES, promising, sign

DAY = timedelta(hours=24)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Office]:
    with promising(tmp_path) as found:
        yield found


def put(here: Office, by: str, chosen: UUID, **said: Any) -> httpx.Response:
    browser: Browser = here.browser(by)
    headers = {"origin": HOME, "sec-fetch-site": "same-origin"}
    body = told("gift", by, at=here.clock.shows, **said)
    return browser.call("PUT", f"/api/declarations/{chosen}", json=body, headers=headers)


def stored(here: Office, declaration: UUID) -> Any:
    query = sa.select(entries).where(entries.c.originator_id == declaration)
    with here.log.database.read() as connection:
        return connection.execute(query.order_by(entries.c.originator_version)).first()


def receipt(here: Office, by: str, declaration: UUID) -> httpx.Response:
    return here.browser(by).get(f"/api/declarations/{declaration}/receipt")


def a_promise(**changed: Any) -> Promise:
    promise = Promise.of(ORIGIN, uuid4(), bytes(32), NOW)
    return msgspec.structs.replace(promise, **changed)


def test_a_declaration_is_answered_with_a_signed_promise(here: Office) -> None:
    chosen = uuid4()
    answer = put(here, "amina", chosen)
    assert answer.status_code == 201
    said = answer.json()["promise"]
    assert PublicKey.read(said["key"]) == PROMISES.public
    promise = promise_of(said["note"], [PROMISES.public])
    assert promise == Promise(
        ORIGIN,
        chosen,
        b64decode(said["digest"]),
        datetime.fromisoformat(said["received_at"]),
        datetime.fromisoformat(said["due"]),
    )
    assert (said["origin"], said["id"]) == (ORIGIN, str(chosen))
    assert promise.due - promise.received_at == DAY
    assert said["received_at"] == answer.json()["received_at"]


def test_what_is_promised_is_the_digest_of_the_entry_as_it_is_stored(here: Office) -> None:
    chosen = uuid4()
    said = put(here, "amina", chosen).json()["promise"]
    assert b64decode(said["digest"]) == leaf_data(*stored(here, chosen))


def test_the_digest_is_the_same_read_again(here: Office) -> None:
    chosen = uuid4()
    first = put(here, "amina", chosen).json()["promise"]
    here.log.digests = Digests()  # as in another process
    assert put(here, "amina", chosen).json()["promise"] == first


def test_a_digest_of_what_was_undone_is_not_taken() -> None:
    digests, stream = Digests(), uuid4()
    digests.note(stream, 7, b"undone")
    assert digests.at(stream, 8) is None
    digests.note(stream, 7, b"stored")
    assert digests.at(stream, 7) == b"stored"


def test_the_same_again_is_promised_the_same(here: Office) -> None:
    chosen = uuid4()
    first, again = put(here, "amina", chosen), put(here, "amina", chosen)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["promise"] == again.json()["promise"]


def test_where_nobody_signs_nothing_is_promised(here: Office) -> None:
    here.register.receipts.promises = Promises(here.log)
    assert "promise" not in put(here, "amina", uuid4()).json()


def test_a_promise_convicts_once_it_is_due_and_nothing_proves_it() -> None:
    promise = a_promise()
    assert not promise.is_broken(NOW + DAY, is_included=False)
    assert promise.is_broken(NOW + DAY + timedelta(microseconds=1), is_included=False)
    assert not promise.is_broken(NOW + 2 * DAY, is_included=True)


def test_two_promises_that_give_one_declaration_two_entries_convict() -> None:
    promise = a_promise()
    assert not promise.contradicts(promise)
    assert promise.contradicts(msgspec.structs.replace(promise, digest=b"\x01" * 32))
    assert not promise.contradicts(a_promise(digest=b"\x01" * 32))


def test_a_promise_by_another_key_is_none() -> None:
    note = a_promise().signed(SecretKey.new(f"{ORIGIN}/promises"))
    with pytest.raises(BadNoteError):
        promise_of(str(note), [PROMISES.public])


@pytest.mark.parametrize("place", range(6))
def test_a_promise_that_was_changed_is_not_signed(place: int) -> None:
    note = a_promise().signed(PROMISES)
    lines = note.text.split("\n")
    lines[place] = f"{lines[place][:-1]}{'1' if lines[place][-1] != '1' else '2'}"
    changed = msgspec.structs.replace(note, text="\n".join(lines))
    assert changed.text != note.text
    with pytest.raises(BadNoteError):
        promise_of(str(changed), [PROMISES.public])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.upper(),
        lambda text: text + "more\n",
        lambda text: text.replace("T", " "),
        lambda text: text.replace("promise/v1", "promise/v2"),
        lambda text: text.replace(".000000Z", "Z"),
        lambda text: text.replace("-", "", 5),
    ],
)
def test_a_promise_is_written_in_one_way(spoil: Any) -> None:
    with pytest.raises(BadNoteError):
        read_promise(spoil(str(a_promise())))


def test_the_key_is_named_by_one_entry_and_that_is_proved_to_anybody(
    here: Office, tmp_path: Path
) -> None:
    name_key(here.log, PROMISES)  # at another start
    assert len(here.log.stream(STREAM)) == 1
    keys = here.browser(None).get("/api/proofs/promise-keys").json()["items"]
    assert [each["proof"] for each in keys] == [None]
    sign(here, tmp_path)
    (told_of,) = here.browser(None).get("/api/proofs/promise-keys").json()["items"]
    assert told_of["key"] == str(PROMISES.public)
    entry = b64decode(told_of["entry"])
    assert str(PROMISES.public).encode() in entry
    proof = read_proof(told_of["proof"].encode())
    proof.check(leaf_hash(hashlib.sha256(entry).digest()), [KEY.public])


@pytest.mark.parametrize("person", ["amina", "ben", "carol", "dev"])
def test_who_may_see_a_declaration_gets_its_receipt(
    here: Office, tmp_path: Path, person: str
) -> None:
    chosen = uuid4()
    promised = put(here, "amina", chosen).json()["promise"]
    sign(here, tmp_path)
    answer = receipt(here, person, chosen)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    proof = read_proof(answer.content)
    assert (proof.extra or b"").decode() == promised["note"]
    proof.check(leaf_hash(b64decode(promised["digest"])), [KEY.public])


def test_a_receipt_proves_no_other_entry(here: Office, tmp_path: Path) -> None:
    one, other = uuid4(), uuid4()
    put(here, "amina", one)
    promised = put(here, "amina", other).json()["promise"]
    sign(here, tmp_path)
    proof: Proof = read_proof(receipt(here, "amina", one).content)
    with pytest.raises(BadProofError):
        proof.check(leaf_hash(b64decode(promised["digest"])), [KEY.public])


def test_there_is_no_receipt_until_it_is_signed(here: Office, tmp_path: Path) -> None:
    chosen = uuid4()
    put(here, "amina", chosen)
    answer = receipt(here, "amina", chosen)
    assert answer.status_code == 404
    assert "not been signed" in answer.json()["detail"]
    page = here.browser("amina").get(f"/declarations/{chosen}/receipt")
    assert page.status_code == 404
    assert "not been signed" in page.text
    with here.log.database.read() as connection:
        kept = finding.found(connection, here.log.keyring, finding.Wanted(limit=10))
    assert kept == [], "whoever may see it was refused nothing"


def test_for_whoever_may_not_know_of_it_there_is_no_receipt(here: Office, tmp_path: Path) -> None:
    chosen = uuid4()
    put(here, "amina", chosen)
    unsigned = receipt(here, "eve", chosen)
    sign(here, tmp_path)
    hidden, other = receipt(here, "eve", chosen), receipt(here, "eve", uuid4())
    assert unsigned.json() == hidden.json() == other.json()
    assert hidden.status_code == 404


def test_the_page_of_a_declaration_leads_to_its_receipt(here: Office, tmp_path: Path) -> None:
    chosen = uuid4()
    put(here, "amina", chosen)
    sign(here, tmp_path)
    page = here.browser("amina").get(f"/declarations/{chosen}")
    assert f'href="/declarations/{chosen}/receipt"' in page.text
    answer = here.browser("amina").get(f"/declarations/{chosen}/receipt")
    assert answer.headers["content-disposition"] == 'attachment; filename="receipt.tlog-proof"'
    assert read_proof(answer.content)


def test_a_server_promises_once_somebody_signs(here: Office, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    promise(here.register, settings)
    here.register.receipts.promises._asked_at = -ASKS_EVERY
    assert "promise" not in put(here, "amina", uuid4()).json()
    sign(here, tmp_path)
    here.register.receipts.promises._asked_at = -ASKS_EVERY
    said = put(here, "amina", uuid4()).json()["promise"]
    assert said["origin"] == ORIGIN
    key = SecretKey.read((tmp_path / "data/keys/promise").read_text(encoding="ascii").strip())
    assert promise_of(said["note"], [key.public])
    assert str(key.public) in {each.key for each in named_keys(here.log)}


def test_a_key_that_cannot_be_read_stops_the_start(here: Office, tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, checkpoints=str(tmp_path), log_origin=ORIGIN, promise_key="nonsense"
    )
    with pytest.raises(MasterKeyError, match="key for promises"):
        promise(here.register, settings)


def test_a_demo_is_signed_unless_the_settings_say_where(tmp_path: Path) -> None:
    demo = signed(Settings(data_dir=tmp_path))
    assert (demo.checkpoints, demo.log_origin) == (
        str(tmp_path / "checkpoints"),
        "demo.example/log",
    )
    assert (tmp_path / "checkpoints").is_dir()
    told_where = Settings(data_dir=tmp_path, checkpoints="/elsewhere")
    assert signed(told_where) is told_where
    elsewhere = Settings(data_dir=tmp_path, database_url="postgresql+psycopg://here/register")
    assert signed(elsewhere).checkpoints is None
