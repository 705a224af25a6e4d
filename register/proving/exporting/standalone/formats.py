# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography>=42"]
# ///
"""Verifies a bundle of a declarations register, with nothing of the register's own programs.

    python verify.py [BUNDLE] [--key KEY]... [--checkpoint FILE]...

BUNDLE is the bundle as it came, or the folder in which it was unpacked: without it, that of this
file. `--key` is the log's public key as you know it from elsewhere; `--checkpoint` one that you
kept. The exit status is 1 if anything is wrong, and the first position that is wrong is named.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORM = "declarations-register/bundle/v1"
LEAF_FORM = b"declarations-register/entry/v1"
SUCCESSION = "declarations-register/succession/v1"
LISTED, ENTRIES, CHECKPOINTS = "bundle.json", "entries.jsonl", "checkpoints.jsonl"
SUCCESSIONS, KEYS = "successions.jsonl", "keys.json"
INCLUSION, CONSISTENCY = "inclusion.jsonl", "consistency.jsonl"
PHOTOGRAPHS = "photographs.jsonl"
PICTURE = re.compile(r"photographs/[1-9][0-9]*\.jpg")
MEMBERS = {
    "README.md",
    "verify.py",
    ENTRIES,
    CHECKPOINTS,
    SUCCESSIONS,
    KEYS,
    INCLUSION,
    CONSISTENCY,
    PHOTOGRAPHS,
}
RESTORED = "log-restored"
LOG, WITNESS = 1, 4
WRONG = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, struct.error)


class Key(NamedTuple):
    """A public key: of a log or of a witness."""

    text: str
    name: str
    id: bytes
    kind: int
    raw: bytes

    @classmethod
    def read(cls, text: str) -> Key:
        name, id_, encoded = text.split("+", 2)
        whole = from_base64(encoded)
        made = hashlib.sha256(name.encode() + b"\n" + whole).digest()[:4]
        if made.hex() != id_ or len(whole) != 33 or whole[0] not in (LOG, WITNESS):
            raise ValueError("it is no key")
        return cls(text, name, made, whole[0], whole[1:])

    def has_signed(self, text: str, signature: bytes) -> bool:
        message = text.encode()
        if self.kind == WITNESS:
            (seconds,), signature = struct.unpack(">Q", signature[:8]), signature[8:]
            message = b"cosignature/v1\ntime %d\n%b" % (seconds, message)
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


class Lost(NamedTuple):
    """Of the first `last` entries that were signed as this log, those after the first `kept`."""

    origin: str
    kept: int
    last: int

    def has(self, origin: str, size: int) -> bool:
        return origin == self.origin and self.kept < size <= self.last

    def __str__(self) -> str:
        return (
            f"Of {self.last} entries that were signed as {self.origin}, those after the first "
            f"{self.kept} were lost, or may have been: the log and its old key say so."
        )


class Tree:
    """The tree of RFC 9162: only its right edge is kept."""

    def __init__(self) -> None:
        self.size, self.last = 0, b""
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        level, self.size, self.last = 0, self.size + 1, leaf
        while self._peaks and self._peaks[-1][0] == level:
            leaf = node_hash(self._peaks.pop()[1], leaf)
            level += 1
        self._peaks.append((level, leaf))

    def root(self) -> bytes:
        if not self._peaks:
            return hashlib.sha256().digest()
        found = self._peaks[-1][1]
        for _, each in reversed(self._peaks[:-1]):
            found = node_hash(each, found)
        return found


class Bundle:
    """The members of a bundle, in a zip file or in a folder."""

    def __init__(self, path: Path) -> None:
        self._path, self._zip = path, None if path.is_dir() else zipfile.ZipFile(path)

    def names(self) -> list[str]:
        if self._zip is not None:
            return self._zip.namelist()
        files = (each for each in self._path.rglob("*") if each.is_file())
        return [each.relative_to(self._path).as_posix() for each in files]

    def open(self, name: str) -> IO[bytes]:
        return (self._path / name).open("rb") if self._zip is None else self._zip.open(name)

    def whole(self, name: str) -> bytes:
        with self.open(name) as file:
            return file.read()

    def digest(self, name: str) -> str:
        with self.open(name) as file:
            made = hashlib.sha256()
            while part := file.read(1 << 20):
                made.update(part)
            return made.hexdigest()

    def lines(self, name: str, having: bytes = b"") -> Iterator[tuple[int, Any]]:
        """Each line that has these bytes with its number, read as JSON: None where it is not
        written as it has to be."""
        with self.open(name) as file:
            for number, line in enumerate(file, 1):
                if having not in line:
                    continue
                found = None
                with suppress(*WRONG):
                    found = read_json(line)
                yield number, found


def picture_name(position: int) -> str:
    """The member that a photograph is, by the position of the entry that tells of it: two
    declarations may have photographs with one id."""
    return f"photographs/{position}.jpg"


def sealed_digest(
    picture: bytes, key: bytes, nonce: bytes, declaration: str, photograph: str, key_id: str
) -> str:
    """The digest of a photograph's sealed bytes, which are made again: it is in the log."""
    bound = f"{declaration}|{photograph}|picture|{key_id}".encode()
    return hashlib.sha256(nonce + AESGCM(key).encrypt(nonce, picture, bound)).hexdigest()


def leaf_data(
    position: int, stream: UUID, version: int, topic: str, state: bytes, at: int
) -> bytes:
    """What stands in the tree for an entry: the digest of all that is stored of it."""
    parts = (
        LEAF_FORM,
        struct.pack(">q", position),
        stream.bytes,
        struct.pack(">q", version),
        struct.pack(">q", at),
        topic.encode(),
        state,
    )
    return hashlib.sha256(b"".join(struct.pack(">I", len(each)) + each for each in parts)).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def left(size: int) -> int:
    """How many of `size` leaves are on the left of their root."""
    return 1 << (size - 1).bit_length() - 1


def root_over(leaf: bytes, index: int, size: int, hashes: list[bytes]) -> bytes:
    """The root to which a proof leads; takes the hashes that it needs."""
    if not 0 <= index < size:
        raise ValueError("the index is outside of the tree")
    if size == 1:
        return leaf
    top, middle = hashes.pop(), left(size)
    if index < middle:
        return node_hash(root_over(leaf, index, middle, hashes), top)
    return node_hash(top, root_over(leaf, index - middle, size - middle, hashes))


def both_roots(old: int, new: int, known: bytes | None, hashes: list[bytes]) -> tuple[bytes, bytes]:
    """The two roots to which a proof leads; takes the hashes that it needs. `known` is the old root
    as long as the old tree may be a whole part of the new one."""
    if old == new:
        whole = hashes.pop() if known is None else known
        return whole, whole
    top, middle = hashes.pop(), left(new)
    if old <= middle:
        older, newer = both_roots(old, middle, known, hashes)
        return older, node_hash(newer, top)
    older, newer = both_roots(old - middle, new - middle, None, hashes)
    return node_hash(top, older), node_hash(top, newer)


def read_note(note: str, known: Iterable[Key], *, strangers: bool = False) -> tuple[str, list[Key]]:
    """The text of a signed note, and who signed it. Without `strangers`, each has to be known."""
    text, _, lines = note.rpartition("\n\n")
    keys = {(each.name, each.id): each for each in known}
    signers = []
    for line in lines.removesuffix("\n").split("\n"):
        dash, name, encoded = line.split(" ")
        raw = from_base64(encoded)
        key = keys.get((name, raw[:4]))
        if dash != "\N{EM DASH}" or (key is None and not strangers):
            raise ValueError("a key that is not known signed it")
        if key is not None:
            if not key.has_signed(text + "\n", raw[4:]):
                raise ValueError(f"the signature of {name} is not right")
            signers.append(key)
    return text + "\n", signers


def read_json(line: bytes) -> Any:
    """Raises `ValueError` where it is not written in the one way in which bundles are."""
    found = json.loads(line)
    if json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" != line:
        raise ValueError("it is not written as a bundle is")
    return found


def from_base64(text: str) -> bytes:
    """Raises `ValueError` too where bits are set that stand for nothing."""
    found = base64.b64decode(text, validate=True)
    if base64.b64encode(found).decode("ascii") != text:
        raise ValueError("it is written in another way")
    return found
