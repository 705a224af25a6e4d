"""The walk through a bundle."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from register.proving.exporting.standalone.formats import (
    CHECKPOINTS,
    CONSISTENCY,
    ENTRIES,
    FORM,
    INCLUSION,
    KEYS,
    LISTED,
    LOG,
    MEMBERS,
    PHOTOGRAPHS,
    PICTURE,
    RESTORED,
    SUCCESSION,
    SUCCESSIONS,
    WRONG,
    Bundle,
    Key,
    Lost,
    Tree,
    both_roots,
    from_base64,
    leaf_data,
    picture_name,
    read_json,
    read_note,
    root_over,
    sealed_digest,
)

EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
MOST_SAID = 20
ADDED, ONE_ERASED, ALL_ERASED = "photograph-added", "photograph-erased", "declaration-erased"
WORDS = b',"words":'
DIGEST_ONLY = {"index", "position", "leaf"}
READABLE = DIGEST_ONLY | {
    *("stream", "version", "topic", "recorded_at", "state", "sealed", "key", "words")
}


OF_PICTURES = {"position", "photograph", "is", "key_id", "key", "nonce"}


class Fault(NamedTuple):
    """What is wrong: at which position, or 0."""

    position: int
    what: str


class Verifier:
    """`trusted`: the keys that somebody knows from elsewhere; without them, the first of the bundle
    is believed. Each other key has to be named by one before it."""

    def __init__(self, bundle: Bundle, trusted: Sequence[str], kept: Sequence[Path]) -> None:
        self.faults: list[Fault] = []
        self.notes: list[str] = []
        self.entries = self.readable = self.opened = self.covered = self.pictures = 0
        self.signed: dict[int, list[tuple[bytes, str]]] = {}
        """The roots that were signed, by size, with where that is said."""
        self._bundle, self._trusted, self._kept = bundle, set(trusted), kept
        self._keys: list[Key] = []
        self._follow: dict[str, str] = {}
        self._ended: set[tuple[str, str, str]] = set()
        """Where the log broke, as old keys say: its name, its last tree, and the name after it."""
        self._lost: list[Lost] = []
        self._roots: dict[int, bytes] = {}
        self._leaves: dict[int, bytes] = {}
        self._versions: dict[str, int] = {}
        self._told_of: dict[int, tuple[str, str, str]] = {}
        """The photographs of which entries tell, by position: stream, id and digest."""
        self._erased: set[tuple[str, str | None]] = set()
        """Those of which an entry says so, by stream and id; no id where all of a stream is."""

    def go(self) -> None:
        if self._members():
            self._read_keys()
            self._each(SUCCESSIONS, {"note"}, self._succession)
            self._believe()
            self._restored()
            self._each(CHECKPOINTS, {"note"}, self._checkpoint)
            for file in self._kept:
                self._keep(file)
            self._walk()
            self._photographs()
            self._each(INCLUSION, {"position", "index", "size", "hashes"}, self._inclusion)
            self._each(CONSISTENCY, {"old", "new", "hashes"}, self._consistency)

    def say(self, position: int, what: str) -> None:
        self.faults.append(Fault(position, what))

    def _members(self) -> bool:
        names, whole = Counter(self._bundle.names()), {*MEMBERS, LISTED}
        for name in sorted({*whole, *names}):
            is_known = name in whole or PICTURE.fullmatch(name)
            if names[name] != 1 or not is_known:
                self.say(0, f"{name} is missing, twice there, or does not belong to the bundle")
        if self.faults:
            return False
        try:
            listed = read_json(self._bundle.whole(LISTED))
            if listed["form"] != FORM or set(listed) != {"form", "members"}:
                raise ValueError
            digests = dict(listed["members"])
        except WRONG:
            digests = {}
        if set(digests) != set(names) - {LISTED}:
            self.say(0, f"{LISTED} is not what a bundle has")
        for name in sorted(set(digests) & set(names)):
            if self._bundle.digest(name) != digests[name]:
                self.say(0, f"{name} is not as it was when the bundle was made")
        return True

    def _read_keys(self) -> None:
        try:
            found = read_json(self._bundle.whole(KEYS))
            logs, witnesses = (list(map(Key.read, found[each])) for each in ("log", "witnesses"))
            if set(found) != {"log", "witnesses"} or any(each.kind != LOG for each in logs):
                raise ValueError
            self._keys = [*logs, *witnesses]
        except WRONG:
            self.say(0, f"{KEYS} has what is no key")

    def _each(self, name: str, fields: set[str], check: Callable[[int, Any], None]) -> None:
        for number, line in self._bundle.lines(name):
            try:
                if line is None or set(line) != fields:
                    raise ValueError("it does not have what it should")
                check(number, line)
            except WRONG as error:
                self.say(0, f"Line {number} of {name} does not hold: {error}")

    def _succession(self, number: int, line: dict[str, Any]) -> None:
        text, signers = read_note(line["note"], self._keys)
        form, old, last, new, first = text.removesuffix("\n").split("\n")
        if form != SUCCESSION or [each.text for each in signers] != [old] or new in self._follow:
            raise ValueError("the old key did not sign it, or another names the same key")
        self._follow[new] = old
        if last == first:
            size, root = last.split(" ")
            said = f"the note that names key {number + 1}"
            self.signed.setdefault(int(size), []).append((from_base64(root), said))
        else:
            self._ended.add((Key.read(old).name, last, Key.read(new).name))
            self.notes.append(
                f"The log broke: a key ended at {last}, and the next began at {first}."
            )

    def _restored(self) -> None:
        """What is lost and need not be looked for: both an entry and a note of the old key tell."""
        for _, line in self._bundle.lines(ENTRIES, RESTORED.encode()):
            with suppress(*WRONG):  # what is wrong with an entry is found in its turn
                said = json.loads(line["state"])
                ended = said["origin"], f"{said['last_size']} {said['last_root']}"
                if line["topic"] == RESTORED and (*ended, said["new_origin"]) in self._ended:
                    lost = Lost(said["origin"], int(said["kept_size"]), int(said["last_size"]))
                    self._lost.append(lost)
                    self.notes.append(str(lost))

    def _believe(self) -> None:
        """The keys that are known, and those that come after them."""
        logs = [each.text for each in self._keys if each.kind == LOG]
        for each in sorted(self._trusted - set(logs)):
            self.say(0, f"This log was not signed with the key {each}")
        if not self._trusted:
            first = [each for each in logs if each not in self._follow]
            self._trusted = set(first[:1])
            self.notes.append(
                f"Which key is the log's is believed as the bundle says: {' '.join(first)}. Ask "
                "somebody else, and give it with --key."
            )
            if len(first) > 1:
                self.say(0, "A key of the log was never named by the key before it")
        for _ in logs:
            self._trusted |= {new for new, old in self._follow.items() if old in self._trusted}

    def _checkpoint(self, number: int, line: dict[str, Any]) -> None:
        text, signers = read_note(line["note"], self._keys)
        self._is_signed(
            text, [each for each in signers if each.kind == LOG], f"checkpoint {number}"
        )

    def _keep(self, file: Path) -> None:
        try:
            text, signers = read_note(file.read_text("utf-8"), self._keys, strangers=True)
            self._is_signed(text, signers, file.name)
        except (*WRONG, OSError) as error:
            self.say(0, f"{file.name} is no checkpoint of this log: {error}")

    def _is_signed(self, text: str, signers: Sequence[Key], where: str) -> None:
        origin, size, root = text.removesuffix("\n").split("\n")[:3]
        if origin not in {each.name for each in signers}:
            raise ValueError("the log did not sign it")
        if any(each.has(origin, int(size)) for each in self._lost):
            self.notes.append(f"{where} is of what was lost.")
            return
        self.signed.setdefault(int(size), []).append((from_base64(root), where))
        if any(each.text in self._trusted for each in signers):
            self.covered = max(self.covered, int(size))

    def _walk(self) -> None:
        tree, before, good = Tree(), 0, 0
        self._roots[0] = tree.root()
        if 0 in self.signed:
            self._compare(0, 0, 0)
        for number, line in self._bundle.lines(ENTRIES):
            position, leaf = before + 1, bytes(32)
            try:
                position = int(line["position"])
                if line["index"] != tree.size or position <= before:
                    raise ValueError("it is not in its place")
                leaf = self._leaf(line)
            except WRONG as error:
                self.say(position, f"is not as it was stored: {error} (line {number})")
            tree.add(hashlib.sha256(b"\x00" + leaf).digest())
            before, self._leaves[position] = position, tree.last
            if tree.size in self.signed:
                self._roots[tree.size] = tree.root()
                good = self._compare(tree.size, position, good)
        self.entries = tree.size
        for size in sorted(each for each in self.signed if each > tree.size):
            where = self.signed[size][0][1]
            self.say(before + 1, f"is missing: {where} is of {size} entries, and here are fewer")

    def _compare(self, size: int, position: int, good: int) -> int:
        """Up to which position all is as it was signed."""
        other = [where for root, where in self.signed[size] if root != self._roots[size]]
        if other:
            said = f"or one before it, from {good + 1} on, is not what was signed: {other[0]}"
            self.say(position, f"{said}, of {size} entries")
        return good if other else position

    def _leaf(self, line: dict[str, Any]) -> bytes:
        leaf = bytes.fromhex(line["leaf"])
        if (
            len(leaf) != 32
            or leaf.hex() != line["leaf"]
            or set(line) not in (DIGEST_ONLY, READABLE)
        ):
            raise ValueError("it does not have what an entry has")
        if set(line) == DIGEST_ONLY:
            return leaf
        stream, moment = UUID(line["stream"]), datetime.fromisoformat(line["recorded_at"])
        at, version, topic = (moment - EPOCH) // MICROSECOND, line["version"], line["topic"]
        if (str(stream), moment.isoformat()) != (line["stream"], line["recorded_at"]):
            raise ValueError("it is written in another way")
        state = line["state"].encode()
        if leaf_data(line["position"], stream, version, topic, state, at) != leaf:
            raise ValueError("its digest is another")
        if version <= self._versions.get(line["stream"], 0):
            raise ValueError("its version is out of turn")
        self._versions[line["stream"]] = version
        self.readable += 1
        self._note_pictures(line, topic)
        if line["sealed"] in ("erased", "withheld"):
            if line["key"] is not None or line["words"] is not None:
                raise ValueError("it says that it has no words, and has")
            return leaf
        plain, _, written = state.rpartition(WORDS)
        bound = stream.bytes + b"%d|%d|%b|%b" % (version, at, topic.encode(), plain)
        self._open(line, json.loads(written[:-1]), bound)
        return leaf

    def _open(self, line: dict[str, Any], sealed: dict[str, str], bound: bytes) -> None:
        box, key = from_base64(sealed["box"]), AESGCM(from_base64(line["key"]))
        try:
            said = key.decrypt(box[:12], box[12:], UUID(sealed["key"]).bytes + bound)
        except InvalidTag:
            raise ValueError("its key does not open what is sealed") from None
        opened = json.loads(said) if said else None
        if opened != line["words"] or line["sealed"] != ("open" if said else "none"):
            raise ValueError("its words are not those that are sealed")
        self.opened += bool(said)

    def _note_pictures(self, line: dict[str, Any], topic: str) -> None:
        """What an entry says of photographs."""
        if topic == ALL_ERASED:
            self._erased.add((line["stream"], None))
        if topic in (ADDED, ONE_ERASED):
            said = json.loads(line["state"])
            if topic == ONE_ERASED:
                self._erased.add((line["stream"], said["photograph"]))
            else:
                told_of = line["stream"], said["photograph"], said["digest"]
                self._told_of[line["position"]] = told_of

    def _photographs(self) -> None:
        """Each photograph of which an entry tells, and each that is here."""
        told_of = dict(self._told_of)
        here = {each for each in self._bundle.names() if PICTURE.fullmatch(each)}

        def check(number: int, line: dict[str, Any]) -> None:
            stream, photograph, digest = told_of.pop(line["position"])
            name = picture_name(line["position"])
            try:
                if (line["is"] == "here") != (name in here):
                    raise ValueError("the bundle says that it is here, or has it, and not both")
                here.discard(name)
                self._picture(line, stream, photograph, digest)
            except WRONG as error:
                said = f"tells of a photograph that is not as it was added: {error}"
                self.say(line["position"], f"{said} ({name}, line {number} of {PHOTOGRAPHS})")

        self._each(PHOTOGRAPHS, OF_PICTURES, check)
        for position in told_of:
            self.say(position, "tells of a photograph of which the bundle says nothing")
        for name in sorted(here):
            self.say(0, f"No entry tells of {name}")

    def _picture(self, line: dict[str, Any], stream: str, photograph: str, digest: str) -> None:
        key, nonce, key_id = line["key"], line["nonce"], line["key_id"]
        if line["photograph"] != photograph:
            raise ValueError("the bundle has another in its place")
        if line["is"] == "here":
            picture = self._bundle.whole(picture_name(line["position"]))
            how = from_base64(key), from_base64(nonce), stream, photograph, key_id
            if sealed_digest(picture, *how) != digest:
                raise ValueError("its digest is another")
            self.pictures += 1
        elif line["is"] == "broken":
            raise ValueError("the register did not have it any more")
        elif (key, nonce, key_id) != (None, None, None) or line["is"] not in ("erased", "withheld"):
            raise ValueError("it says that it is not here, and more")
        elif line["is"] == "erased" and not {(stream, photograph), (stream, None)} & self._erased:
            raise ValueError("it is said to be erased, and no entry says so")

    def _inclusion(self, _number: int, line: dict[str, Any]) -> None:
        hashes, size = [from_base64(each) for each in line["hashes"]], line["size"]
        leaf = self._leaves[line["position"]]
        found = root_over(leaf, line["index"], size, hashes)
        if hashes or size not in self.signed or found != self._roots[size]:
            raise ValueError("it does not lead to the root")

    def _consistency(self, _number: int, line: dict[str, Any]) -> None:
        hashes, old, new = [from_base64(each) for each in line["hashes"]], line["old"], line["new"]
        if not 0 < old <= new or not {old, new} <= self.signed.keys():
            raise ValueError("it is between no two trees that were signed")
        known = self._roots[old]
        if both_roots(old, new, known, hashes) != (known, self._roots[new]) or hashes:
            raise ValueError("one tree does not begin with the other")


def main() -> int:
    asked = argparse.ArgumentParser(description="Verifies a bundle of a declarations register.")
    asked.add_argument("bundle", nargs="?", type=Path, default=Path(__file__).parent)
    asked.add_argument("--key", action="append", default=[], help="the log's key, as you know it")
    asked.add_argument("--checkpoint", action="append", default=[], type=Path, metavar="FILE")
    given = asked.parse_args()
    try:
        verifier = Verifier(Bundle(given.bundle), given.key, given.checkpoint)
        verifier.go()
    except Exception as error:  # whatever it is, it is no bundle
        print(f"This bundle cannot be read: {error}")
        return 1
    faults = sorted(verifier.faults, key=lambda each: each.position or sys.maxsize)
    for position, what in faults[:MOST_SAID]:
        print(f"Entry {position} {what}." if position else f"{what}.")
    if verifier.faults:
        print(f"{len(verifier.faults)} faults.")
        return 1
    print(
        f"All {verifier.entries} entries fit: {verifier.readable} can be read here, "
        f"{verifier.opened} with their words. Signed are the first {verifier.covered}."
    )
    if verifier.pictures:
        print(f"The photographs here are those that were added: {verifier.pictures}.")
    print("\n".join(verifier.notes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
