"""Signed notes: a text, and lines with signatures (C2SP signed-note v1.0.0).

    text\\n\\n— name base64(key id, signature)\\n

What is not from a key that is known says nothing, and a bad signature by a known key spoils the
note. Ed25519 alone; the cosignatures of witnesses are in `cosignatures.py`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import ClassVar, Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

LONGEST, MOST_SIGNATURES = 1_000_000, 100
"""In bytes, and in lines: what is longer is not read."""
ID = 4
SECRET = "PRIVATE+KEY+"
_BASE64 = re.compile(r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", re.ASCII)


class BadNoteError(ValueError):
    """It is not a signed note, or not signed as it must be. Its words are for whoever sent it."""


class BadKeyError(ValueError):
    """It is not the text of a key."""


class BadSignatureError(BadNoteError):
    """A key that is known has not made the signature that bears its name and id."""


class NotSignedError(BadNoteError):
    """None of its signatures is by a key that is known."""


class Signature(Struct, frozen=True):
    name: str
    key_id: bytes
    value: bytes
    """What the key made, without the id."""

    def __str__(self) -> str:
        return f"\N{EM DASH} {self.name} {to_base64(self.key_id + self.value)}\n"


class Note(Struct, frozen=True):
    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    def __bytes__(self) -> bytes:
        return str(self).encode()

    def signed_by(self, keys: Iterable[Verifier]) -> list[Signature]:
        """The signatures by these keys, in the note's order. Raises `BadSignatureError` if one is
        not what its key made, and `NotSignedError` if there is none."""
        known = {(each.name, each.id): each for each in keys}
        found = []
        for each in self.signatures:
            key = known.get((each.name, each.key_id))
            if key is None:
                continue
            if not key.has_signed(self.text, each.value):
                raise BadSignatureError(f"The signature of {each.name} is not right.")
            found.append(each)
        if not found:
            raise NotSignedError("It is not signed by a key that is known here.")
        return found

    def also(self, *more: Signature) -> Note:
        """The note with these signatures; each takes the place of an earlier one by its key."""
        keys = {(each.name, each.key_id) for each in more}
        kept = [each for each in self.signatures if (each.name, each.key_id) not in keys]
        return Note(self.text, (*kept, *more))


class Verifier(Protocol):
    """A key by which signatures are known."""

    @property
    def name(self) -> str: ...

    @property
    def id(self) -> bytes: ...

    def has_signed(self, text: str, signature: bytes) -> bool: ...


class PublicKey(Struct, frozen=True):
    """A key that signs notes, as those who verify know it."""

    KIND: ClassVar[int] = 0x01

    name: str
    raw: bytes

    @property
    def id(self) -> bytes:
        kind = bytes([self.KIND])
        return hashlib.sha256(self.name.encode() + b"\n" + kind + self.raw).digest()[:ID]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{to_base64(bytes([self.KIND]) + self.raw)}"

    @classmethod
    def read(cls, text: str) -> Self:
        """The key from its text, `name+id+base64`. Raises `BadKeyError`."""
        name, key_id, raw = _parts_of_key(text, cls.KIND)
        key = cls(name, raw)
        if key.id != key_id:
            raise BadKeyError("The id of the key does not fit its name and its bytes.")
        return key

    def has_signed(self, text: str, signature: bytes) -> bool:
        return self.made(signature, text.encode())

    def made(self, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class SecretKey:
    """A key that signs notes. Its text is that of Go's `sumdb/note`."""

    PUBLIC: ClassVar[type[PublicKey]] = PublicKey

    def __init__(self, name: str, secret: Ed25519PrivateKey) -> None:
        check_name(name)
        self._secret = secret
        self.public = self.PUBLIC(name, secret.public_key().public_bytes_raw())

    @classmethod
    def new(cls, name: str) -> Self:
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def read(cls, text: str) -> Self:
        """The key from its text. Raises `BadKeyError`, which never says what was in it."""
        if not text.startswith(SECRET):
            raise BadKeyError(f"The text of a secret key begins with {SECRET}.")
        name, key_id, raw = _parts_of_key(text.removeprefix(SECRET), cls.PUBLIC.KIND)
        key = cls(name, Ed25519PrivateKey.from_private_bytes(raw))
        if key.public.id != key_id:
            raise BadKeyError("The id of the key does not fit its name and its bytes.")
        return key

    def text(self) -> str:
        """What must be kept secret."""
        kind_and_raw = bytes([self.PUBLIC.KIND]) + self._secret.private_bytes_raw()
        return f"{SECRET}{self.public.name}+{self.public.id.hex()}+{to_base64(kind_and_raw)}"

    def sign(self, text: str) -> Signature:
        return self.signature(self.made_of(text.encode()))

    def made_of(self, message: bytes) -> bytes:
        return self._secret.sign(message)

    def signature(self, value: bytes) -> Signature:
        return Signature(self.public.name, self.public.id, value)


def signed(text: str, *keys: SecretKey) -> Note:
    """A new note. Raises `BadNoteError` if this text cannot be one."""
    if not text.endswith("\n"):
        raise BadNoteError("The text of a note ends with a new line.")
    _check_characters(text)
    return Note(text, tuple(each.sign(text) for each in keys))


def read_note(note: bytes) -> Note:
    """The note as it was sent; nothing is known of its signatures yet. Raises `BadNoteError`."""
    if len(note) > LONGEST:
        raise BadNoteError(f"A note has at most {LONGEST} bytes.")
    try:
        whole = note.decode()
    except UnicodeDecodeError:
        raise BadNoteError("A note is written in UTF-8.") from None
    _check_characters(whole)
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise BadNoteError("A note is a text, an empty line, and lines with signatures.")
    signatures = lines[:-1].split("\n")
    if len(signatures) > MOST_SIGNATURES:
        raise BadNoteError(f"A note has at most {MOST_SIGNATURES} signatures.")
    return Note(text + "\n", tuple(map(_read_signature, signatures)))


def read_signatures(lines: bytes) -> Sequence[Signature]:
    """Signature lines alone, as a witness answers. Raises `BadNoteError`."""
    note = read_note(b"-\n\n" + lines)
    if note.text != "-\n":
        raise BadNoteError("There is an empty line among the signatures.")
    return note.signatures


def check_name(name: str) -> None:
    """Raises `BadKeyError` if a key may not be called this."""
    if not name or "+" in name or any(each.isspace() or each < " " for each in name):
        raise BadKeyError("The name of a key is not empty, without spaces and without +.")


def to_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def from_base64(text: str) -> bytes:
    """Raises `ValueError`. As in Go, bits that a last character has too many may be anything."""
    if not _BASE64.fullmatch(text):  # Python's own also takes a padding that fits nothing
        raise ValueError("it is not base64")
    return base64.b64decode(text)


def _check_characters(text: str) -> None:
    if any(each < " " and each != "\n" for each in text):
        raise BadNoteError("A note has no control characters but new lines.")


def _read_signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    try:
        check_name(name)
        raw = from_base64(encoded)
    except ValueError:
        raw = b""
    if dash != "\N{EM DASH}" or len(raw) <= ID:
        raise BadNoteError("A line with a signature is a dash, a name and base64.")
    return Signature(name, raw[:ID], raw[ID:])


def _parts_of_key(text: str, kind: int) -> tuple[str, bytes, bytes]:
    """Name, id and bytes of a key. Raises `BadKeyError`."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    check_name(name)
    try:
        raw, key_id_raw = from_base64(encoded), bytes.fromhex(key_id)
    except ValueError:
        raise BadKeyError("The text of a key is its name, id and base64, with + between.") from None
    if len(key_id) != 2 * ID or len(raw) != 33 or raw[0] != kind:
        raise BadKeyError(f"It is not an Ed25519 key of kind {kind:#04x}.")
    return name, key_id_raw, raw[1:]
