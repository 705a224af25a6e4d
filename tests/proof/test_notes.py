"""Signed notes say what they say by known keys alone, and checkpoints are such notes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.proof.checkpoints import Checkpoint, checkpoint_of
from events.proof.cosignatures import CosignerKey, CosigningKey, cosigners, signed_at
from events.proof.notes import (
    BadKeyError,
    BadNoteError,
    BadSignatureError,
    Note,
    NotSignedError,
    PublicKey,
    SecretKey,
    Signature,
    from_base64,
    read_note,
    read_signatures,
    signed,
)
from events.proof.tree import EMPTY

LOG = SecretKey.new("register.example/log")
WITNESS = CosigningKey.new("witness.example/w1")
STRANGER = SecretKey.new("stranger.example")
TEXT = str(Checkpoint("register.example/log", 5, EMPTY))
NOON = 1_900_000_000

texts = st.text(st.characters(min_codepoint=32, codec="utf-8") | st.just("\n"), max_size=80).map(
    lambda text: text + "\n"
)


@given(texts)
def test_a_note_is_read_as_it_was_written(text: str) -> None:
    note = signed(text, LOG, STRANGER)
    again = read_note(bytes(note))
    assert again == note
    assert [each.name for each in again.signed_by([LOG.public])] == ["register.example/log"]


@given(st.data())
def test_a_note_with_one_bit_changed_is_not_signed(draw: st.DataObject) -> None:
    whole = bytes(signed(TEXT, LOG))
    last = whole.rstrip(b"=\n")[:-1]  # the last character has bits that stand for nothing
    at = draw.draw(st.integers(0, len(last) - 1))
    bit = draw.draw(st.integers(0, 7))
    changed = whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]
    with pytest.raises(BadNoteError):
        read_note(changed).signed_by([LOG.public])


def test_signatures_of_strangers_say_nothing() -> None:
    note = signed(TEXT, STRANGER)
    with pytest.raises(NotSignedError):
        note.signed_by([LOG.public])
    assert note.also(LOG.sign(TEXT)).signed_by([LOG.public])


@pytest.mark.parametrize("is_first", [True, False])
def test_a_bad_signature_by_a_known_key_spoils_the_note(is_first: bool) -> None:
    """Even one beside a good one by the same key."""
    good, bad = LOG.sign(TEXT), LOG.sign(TEXT + "more\n")
    note = Note(TEXT, (bad, good) if is_first else (good, bad))
    with pytest.raises(BadSignatureError):
        note.signed_by([LOG.public])


def test_a_key_is_known_by_its_name_and_its_id_together() -> None:
    namesake = SecretKey.new(LOG.public.name)
    signature = LOG.sign(TEXT)
    renamed = Signature("another.example", signature.key_id, signature.value)
    for note in (signed(TEXT, namesake), Note(TEXT, (renamed,))):
        with pytest.raises(NotSignedError):
            note.signed_by([LOG.public])


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nno dash\n",
        "text\n\n— name\n".encode(),
        "text\n\n— name AAAA\n".encode(),
        "text\n\n— na+me AAAAAAAA\n".encode(),
        "text\n\n—  AAAAAAAA\n".encode(),
        "text\n\n— na\u00a0me AAAAAAAA\n".encode(),
        "text\n\n— name AAAAAAA*\n".encode(),
        "text\n\n— name AAAAAAAA".encode(),
        "te\txt\n\n— name AAAAAAAA\n".encode(),
        "text\r\n\n— name AAAAAAAA\n".encode(),
        "text\n— name AAAAAAAA\n".encode(),
        b"\xff\n\n" + "— name AAAAAAAA\n".encode(),
        ("text\n\n" + "— name AAAAAAAA\n" * 101).encode(),
        ("long" * 250_000 + "\n\n— name AAAAAAAA\n").encode(),
    ],
)
def test_what_is_not_a_note_is_refused(note: bytes) -> None:
    with pytest.raises(BadNoteError):
        read_note(note)


@pytest.mark.parametrize(
    "text",
    [
        "A",
        "AAA",
        "AAAA=",
        "AAAA==",
        "AAAA===",
        "AAAA====",
        "A===",
        "AA=A",
        "AA =",
        "AA-_",
        "\u00e4AA=",
    ],
)
def test_what_is_not_base64_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not base64"):
        from_base64(text)


def test_a_note_may_have_many_signatures() -> None:
    note = read_note(("text\n\n" + "— name AAAAAAAA\n" * 100).encode())
    assert len(note.signatures) == 100


@pytest.mark.parametrize("text", ["", "no new line", "tab\t\n", "nul\0\n"])
def test_what_cannot_be_a_note_is_not_signed(text: str) -> None:
    with pytest.raises(BadNoteError):
        signed(text, LOG)


def test_signatures_may_come_alone() -> None:
    lines = str(LOG.sign(TEXT)) + str(WITNESS.cosign(TEXT, NOON))
    assert [each.name for each in read_signatures(lines.encode())] == [
        "register.example/log",
        "witness.example/w1",
    ]
    for bad in ("", "\n", str(LOG.sign(TEXT)) + "\n" + lines):
        with pytest.raises(BadNoteError):
            read_signatures(bad.encode())


@pytest.mark.parametrize("key", [LOG, WITNESS])
def test_keys_are_read_as_they_were_written(key: SecretKey) -> None:
    assert type(key.public).read(str(key.public)) == key.public
    assert type(key).read(key.text()).public == key.public


def test_a_key_is_of_its_own_kind() -> None:
    with pytest.raises(BadKeyError, match="0x01"):
        PublicKey.read(str(WITNESS.public))
    with pytest.raises(BadKeyError, match="0x04"):
        CosignerKey.read(str(LOG.public))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00",
        str(LOG.public).replace("register", "another"),
        str(LOG.public)[:-4],
        str(LOG.public).replace("+", "", 1),
        "na me" + str(LOG.public),
        LOG.text(),
    ],
    ids=range(8),  # the key is another in each process
)
def test_what_is_not_a_key_is_refused(text: str) -> None:
    with pytest.raises(BadKeyError):
        PublicKey.read(text)


def test_a_refused_secret_is_not_repeated() -> None:
    secret = LOG.text()
    for wrong in (secret.replace("register", "another"), secret[:-4], secret[8:]):
        with pytest.raises(BadKeyError) as refused:
            SecretKey.read(wrong)
        assert secret.split("+", 4)[4][:8] not in str(refused.value)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b", "a\0b"])
def test_a_key_has_a_name_of_one_word(name: str) -> None:
    with pytest.raises(BadKeyError):
        SecretKey.new(name)


@given(
    st.builds(
        Checkpoint,
        st.text(st.characters(min_codepoint=32, codec="utf-8"), min_size=1),
        st.integers(0, 2**63 - 1),
        st.binary(min_size=32, max_size=32),
        st.lists(st.text("ab c", min_size=1), max_size=3).map(tuple),
    )
)
def test_a_checkpoint_is_read_as_it_was_written(checkpoint: Checkpoint) -> None:
    assert checkpoint_of(read_note(bytes(signed(str(checkpoint), LOG)))) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "origin\n5\n",
        TEXT.replace("\n5\n", "\n05\n"),
        TEXT.replace("\n5\n", "\n-5\n"),
        TEXT.replace("\n5\n", "\n5 \n"),
        TEXT.replace("\n5\n", "\n\u0665\n"),
        TEXT.replace("\n5\n", f"\n{2**63}\n"),
        TEXT.replace("\n5\n", "\n" + "9" * 5000 + "\n"),
        TEXT.replace("\n5\n", "\n5\nAAAA"),
        TEXT + "\n",
        "\n" + TEXT,
        TEXT + "one\n\ntwo\n",
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNoteError):
        checkpoint_of(signed(text, LOG))


def test_a_witness_says_when_it_cosigned() -> None:
    note = signed(TEXT, LOG).also(WITNESS.cosign(TEXT, NOON))
    assert cosigners(read_note(bytes(note)), [WITNESS.public]) == [WITNESS.public]
    (cosignature,) = note.signed_by([WITNESS.public])
    assert signed_at(cosignature.value) == NOON


@given(st.integers(0, 8 * 72 - 1))
def test_an_altered_cosignature_counts_for_nothing(bit: int) -> None:
    """Nor does one whose moment alone was altered."""
    good = WITNESS.cosign(TEXT, NOON)
    value = (int.from_bytes(good.value, "big") ^ 1 << bit).to_bytes(72, "big")
    note = Note(TEXT, (Signature(good.name, good.key_id, value),))
    assert cosigners(note, [WITNESS.public]) == []
    with pytest.raises(BadSignatureError):
        note.signed_by([WITNESS.public])


@pytest.mark.parametrize("length", [0, 1, 8, 71, 73])
def test_a_cosignature_of_another_length_counts_for_nothing(length: int) -> None:
    good = WITNESS.cosign(TEXT, NOON)
    value = (good.value + b"\0")[:length]
    assert (
        cosigners(Note(TEXT, (Signature(good.name, good.key_id, value),)), [WITNESS.public]) == []
    )


@pytest.mark.parametrize("seconds", [0, 2**63])
def test_a_cosignature_has_a_moment(seconds: int) -> None:
    note = Note(TEXT, (WITNESS.cosign(TEXT, seconds),))
    assert cosigners(note, [WITNESS.public]) == []


def test_a_later_signature_by_a_key_takes_the_place_of_the_earlier() -> None:
    note = signed(TEXT, LOG).also(WITNESS.cosign(TEXT, NOON)).also(WITNESS.cosign(TEXT, NOON + 1))
    assert [each.name for each in note.signatures] == ["register.example/log", "witness.example/w1"]
    assert signed_at(note.signatures[1].value) == NOON + 1


def test_a_witness_never_signs_without_a_moment() -> None:
    with pytest.raises(TypeError):
        signed(TEXT, WITNESS)
