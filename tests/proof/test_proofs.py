"""A proof is one file: it proves its own entry, and no altered one proves anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.proof.checkpoints import Checkpoint
from events.proof.cosignatures import CosigningKey, cosigners
from events.proof.notes import SecretKey, signed
from events.proof.proofs import BadProofError, Proof, read_proof
from events.proof.tree import inclusion, root
from tests.proof.test_tree import BIG, places

LOG = SecretKey.new("register.example/log")
WITNESS = CosigningKey.new("witness.example/w1")


def proof_of(index: int, size: int, extra: bytes | None = None, by: SecretKey = LOG) -> Proof:
    text = str(Checkpoint("register.example/log", size, root(BIG, size)))
    note = signed(text, by).also(WITNESS.cosign(text, 1_900_000_000))
    return Proof(index, tuple(inclusion(BIG, index, size)), note, extra)


@given(places(), st.none() | st.binary(max_size=40))
def test_a_proof_is_read_as_it_was_written_and_proves_its_entry(
    place: tuple[int, int], extra: bytes | None
) -> None:
    index, size = place
    proof = proof_of(index, size, extra)
    again = read_proof(str(proof).encode())
    assert again == proof
    again.check(BIG(0, index), [LOG.public])
    assert cosigners(again.note, [WITNESS.public]) == [WITNESS.public]


@given(places(), st.data())
def test_a_file_with_one_bit_changed_proves_nothing(
    place: tuple[int, int], draw: st.DataObject
) -> None:
    """All of it counts but the extra, which nobody signs: there is none here."""
    index, size = place
    file = str(proof_of(index, size)).encode()
    of_witness = file.rindex("—".encode())  # who the other witnesses are is not for the log to say
    at = draw.draw(st.integers(0, of_witness - 2))
    changed = file[:at] + bytes([file[at] ^ 1 << draw.draw(st.integers(0, 7))]) + file[at + 1 :]
    with pytest.raises(BadProofError):
        read_proof(changed).check(BIG(0, index), [LOG.public])


def test_a_proof_proves_no_other_entry() -> None:
    with pytest.raises(BadProofError, match="not in the log"):
        proof_of(3, 9).check(BIG(0, 4), [LOG.public])


def test_a_proof_by_another_key_proves_nothing() -> None:
    proof = proof_of(3, 9, by=SecretKey.new("register.example/log"))
    with pytest.raises(BadProofError, match="not signed"):
        proof.check(BIG(0, 3), [LOG.public])


def test_a_proof_of_another_log_by_the_same_people_proves_nothing() -> None:
    other = SecretKey.new("register.example/another")
    with pytest.raises(BadProofError, match="another log"):
        proof_of(3, 9, by=other).check(BIG(0, 3), [other.public])


FILE = str(proof_of(3, 9))


@pytest.mark.parametrize(
    "file",
    [
        "",
        FILE.replace("@v1", "@v2"),
        FILE.replace("index 3", "index 03"),
        FILE.replace("index 3", "index -3"),
        FILE.replace("index 3\n", ""),
        FILE.replace("index 3", "index 3\nextra AAAA"),
        FILE.replace("index 3", "extra *\nindex 3"),
        FILE.replace("index 3", "extra AB==\nindex 3"),
        FILE.replace("index 3", "index 3\n" + "A" * 43 + "=\n" * 60),
        FILE.replace("index 3", "index 3\n" + ("A" * 43 + "=\n") * 60 + "A" * 43 + "="),
        FILE.replace("\n", "\r\n"),
        FILE.rpartition("\n\n")[0],
        FILE.replace("\n9\n", "\n09\n"),
        FILE + "\n",
    ],
)
def test_what_is_not_a_proof_is_refused(file: str) -> None:
    with pytest.raises(BadProofError):
        read_proof(file.encode())
