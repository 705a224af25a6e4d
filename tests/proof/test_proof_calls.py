"""What anybody may ask for is digests alone; a proof of an entry is for who may see it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from events.proof.checkpoints import checkpoint_of
from events.proof.cosignatures import CosigningKey, cosigners
from events.proof.notes import PublicKey, SecretKey, read_note
from events.proof.tree import is_consistent, is_included, leaf_hash
from register.proving.cosigned.kept import keep
from register.proving.cosigned.policy import Policy, WitnessAt
from register.proving.kept import last_kept
from register.proving.places import Folder
from register.proving.signing import Signer
from tests.browser import Office, office

ORIGIN = "register.example.org/log"
KEY = SecretKey.new(ORIGIN)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("proof")
    with office(folder) as here:
        here.declared = here.declare("amina")  # type: ignore[attr-defined]
        sign(here, folder)
        yield here


def sign(here: Office, folder: Path) -> None:
    for each in ("own", "outside"):
        (folder / each).mkdir(exist_ok=True)
    own, outside = Folder(folder / "own"), Folder(folder / "outside")
    assert Signer(here.log.database, own, outside, lambda: [KEY]).sign() is None


def nobody(here: Office, path: str) -> httpx.Response:
    return here.browser(None).get(path)


def test_anybody_gets_the_checkpoint_and_can_check_it(signed: Office) -> None:
    told = nobody(signed, "/api/checkpoint").json()
    note = read_note(told["note"].encode())
    assert note.signed_by([PublicKey.read(told["key"])])
    checkpoint = checkpoint_of(note)
    assert (told["origin"], told["size"]) == (ORIGIN, checkpoint.size)
    assert b64decode(told["root"]) == checkpoint.root
    plain = nobody(signed, "/log/checkpoint")
    assert plain.text == told["note"]
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"


def test_the_checkpoint_says_who_is_asked_to_cosign_and_carries_who_did(
    signed: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = nobody(signed, "/api/checkpoint").json()
    assert (told["witnesses"], told["quorum"], told["witnessed"]) == ([], 0, None)
    one, other = (CosigningKey.new(f"witness.example/w{number}") for number in range(2))
    asked = tuple(WitnessAt(each.public, "http://127.0.0.1:9") for each in (one, other))
    monkeypatch.setattr(signed.register.proofs, "witnesses", Policy(asked, 1))
    with signed.log.database.read() as connection:
        kept = last_kept(connection)
    assert kept is not None
    signature = one.cosign(read_note(kept.note.encode()).text, 1_780_000_000)
    keep(signed.log.database, kept, one.public, signature, signed.log.clock())
    told = nobody(signed, "/api/checkpoint").json()
    assert told["witnesses"] == [str(one.public), str(other.public)]
    assert told["quorum"] == 1
    assert cosigners(read_note(told["note"].encode()), [one.public, other.public]) == [one.public]
    assert told["witnessed"] == told["note"]
    monkeypatch.setattr(signed.register.proofs, "witnesses", Policy(asked, 2))
    assert nobody(signed, "/api/checkpoint").json()["witnessed"] is None


def test_anybody_gets_proofs_of_consistency(signed: Office) -> None:
    size = nobody(signed, "/api/checkpoint").json()["size"]
    for old in (1, 2, 7, size):
        told = nobody(signed, f"/api/proofs/consistency?old={old}").json()
        roots = b64decode(told["old_root"]), b64decode(told["new_root"])
        assert is_consistent(old, size, *roots, [b64decode(each) for each in told["hashes"]])


@pytest.mark.parametrize("query", ["old=0", "old=5&new=4", "old=1&new=100000", "new=3", "old=x"])
def test_what_is_no_proof_is_refused_by_name(signed: Office, query: str) -> None:
    answer = nobody(signed, f"/api/proofs/consistency?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] in ("old", "new")


@pytest.mark.parametrize("person", ["amina", "ben"])
def test_who_may_see_a_declaration_gets_the_proof_of_its_entry(signed: Office, person: str) -> None:
    one = signed.declared  # type: ignore[attr-defined]
    told = signed.browser(person).get(f"/api/proofs/inclusion?declaration={one}").json()
    checkpoint = checkpoint_of(read_note(told["note"].encode()))
    hashes = [b64decode(each) for each in told["hashes"]]
    leaf = b64decode(told["leaf"])
    assert is_included(leaf, told["index"], checkpoint.size, hashes, checkpoint.root)


def test_what_one_may_not_know_of_is_as_if_it_were_not_there(signed: Office) -> None:
    eve, one = signed.browser("eve"), signed.declared  # type: ignore[attr-defined]
    hidden = eve.get(f"/api/proofs/inclusion?declaration={one}")
    other = eve.get("/api/proofs/inclusion?declaration=9b1fd5a1-66fc-4f0c-9d47-2f2d5c1f7a09")
    assert (hidden.status_code, hidden.json()) == (other.status_code, other.json())
    assert hidden.status_code == 404
    assert nobody(signed, f"/api/proofs/inclusion?declaration={one}").status_code == 401


def test_an_auditor_gets_a_proof_of_any_entry_by_position(signed: Office) -> None:
    told = signed.browser("dev").get("/api/proofs/inclusion?position=1").json()
    assert (told["position"], told["index"]) == (1, 0)
    assert signed.browser("amina").get("/api/proofs/inclusion?position=1").status_code == 403


def test_an_entry_that_no_checkpoint_covers_yet_has_no_proof(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        one = here.declare("amina")
        answer = here.browser("amina").get(f"/api/proofs/inclusion?declaration={one}")
        assert answer.status_code == 409
        assert here.browser(None).get("/api/checkpoint").status_code == 404


def test_tiles_and_bundles_give_the_same_root(signed: Office) -> None:
    size = nobody(signed, "/api/checkpoint").json()["size"]
    assert 0 < size < 256
    tile = nobody(signed, f"/log/tile/0/000.p/{size}")
    assert tile.headers["content-type"] == "application/octet-stream"
    assert "immutable" in tile.headers["cache-control"]
    bundle = nobody(signed, f"/log/tile/entries/000.p/{size}").content
    data = [bundle[place : place + 34] for place in range(0, len(bundle), 34)]
    assert {each[:2] for each in data} == {b"\x00\x20"}
    assert b"".join(leaf_hash(each[2:]) for each in data) == tile.content


TILES = """
0/000 1/000 0/000.p/0 0/000.p/256 0/000.p/01 0/0 64/000 x/000 0/x000/000.p/1 0/001.p/1
entries/000 0/000.p/1/ 63/999.p/255
"""


@pytest.mark.parametrize("tile", TILES.split())
def test_what_is_no_tile_is_not_found(signed: Office, tile: str) -> None:
    assert nobody(signed, f"/log/tile/{tile}").status_code == 404
