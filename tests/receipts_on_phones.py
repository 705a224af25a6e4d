"""Receipts as a phone keeps them, made without a register; and what somebody may alter of them."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import msgspec

from events.keeping import PromiseKeyNamed
from events.proof.checkpoints import Checkpoint
from events.proof.leaves import entry_bytes, microseconds
from events.proof.notes import SecretKey, signed
from events.proof.promises import Promise
from events.proof.proofs import Proof
from events.proof.tree import Tree, consistency, inclusion, leaf_hash, root

if TYPE_CHECKING:
    from playwright.sync_api import Page

ORIGIN = "register.example.org/log"
Kept = dict[str, Any]

KEEP = """async ({ pin, kept }) => {
  await receipts.pin(() => pin);
  const database = await new Promise((resolve) => {
    const request = indexedDB.open("declarations-register-receipts", 1);
    request.onsuccess = () => resolve(request.result);
  });
  const transaction = database.transaction("receipts", "readwrite");
  const store = transaction.objectStore("receipts");
  for (const each of kept) store.put(each, `${each.owner}/${each.id}`);
  await new Promise((resolve) => { transaction.oncomplete = resolve; });
  database.close();
}"""
WITHOUT_ED25519 = """(() => {
  const known = SubtleCrypto.prototype.importKey;
  SubtleCrypto.prototype.importKey = function (format, key, how, ...more) {
    if (how === "Ed25519") return Promise.reject(new DOMException("none", "NotSupportedError"));
    return known.call(this, format, key, how, ...more);
  };
})()"""
"""As in a browser that has no Ed25519."""
ANSWERED = """(() => {
  const known = self.fetch, answers = ANSWERS;
  const given = (body) => new Response(typeof body === "string" ? body : JSON.stringify(body),
    { status: body.code ? 404 : 200 });
  self.fetch = (path, ...more) => path in answers
    ? Promise.resolve(given(answers[path]))
    : known(path, ...more);
})()"""


@dataclass
class Made:
    """A log in memory, which signs and promises."""

    key: SecretKey = field(default_factory=lambda: SecretKey.new(ORIGIN))
    promises: SecretKey = field(default_factory=lambda: SecretKey.new(f"{ORIGIN}/promises"))
    tree: Tree = field(default_factory=Tree)

    def __post_init__(self) -> None:
        self.named: list[tuple[str, bytes, int]] = []
        """The promise keys that an entry names: each with that entry, and its index."""
        self.name_key()

    def name_key(self) -> None:
        said = {"key": str(self.promises.public), "salt": "AAAA", "words": {}}
        index = len(self.tree)
        entry = entry_bytes(
            *(index + 1, uuid4(), 1, PromiseKeyNamed.TOPIC, msgspec.json.encode(said)),
            microseconds(datetime.now(UTC)),
        )
        self.tree.append(leaf_hash(sha256(entry).digest()))
        self.named.append((str(self.promises.public), entry, index))

    def lose_promise_key(self) -> None:
        """The next start makes another, and an entry names that."""
        self.promises = SecretKey.new(f"{ORIGIN}/promises")
        self.name_key()

    def checkpoint(self, size: int | None = None) -> str:
        size = len(self.tree) if size is None else size
        return str(signed(str(Checkpoint(ORIGIN, size, root(self.tree, size))), self.key))

    def proof(self, index: int, size: int, promise: Promise | None = None) -> str:
        hashes = tuple(inclusion(self.tree, index, size))
        note = signed(str(Checkpoint(ORIGIN, size, root(self.tree, size))), self.key)
        extra = None if promise is None else bytes(promise.signed(self.promises))
        return str(Proof(index, hashes, note, extra))

    def promise_keys(self) -> list[Kept]:
        """As the register gives them."""
        return [
            {
                "key": key,
                "entry": base64.b64encode(entry).decode(),
                "proof": self.proof(index, len(self.tree)),
            }
            for key, entry, index in self.named
        ]

    def pin(self) -> Kept:
        keys = [str(self.key.public)]
        return {"origin": ORIGIN, "keys": keys, "latest": None, "named": self.promise_keys()}

    def promise(self, declaration: UUID | None = None, at: datetime | None = None) -> Promise:
        digest = random.randbytes(32)
        return Promise.of(ORIGIN, declaration or uuid4(), digest, at or datetime.now(UTC))

    def kept(self, owner: str, promise: Promise, proof: str | None) -> Kept:
        return {
            "owner": owner,
            "id": str(promise.declaration),
            "at": 0,
            "promise": str(promise.signed(self.promises)),
            "key": str(self.promises.public),
            "others": [],
            "proof": proof,
            "linked": None,
        }

    def receipts(self, owner: str, number: int, each_signed: int) -> list[Kept]:
        """As many receipts, signed so many at a time."""
        found = []
        while len(found) < number:
            some = [self.promise() for _ in range(min(each_signed, number - len(found)))]
            first = len(self.tree)
            for each in some:
                self.tree.append(leaf_hash(each.digest))
            size = len(self.tree)
            for place, each in enumerate(some, first):
                found.append(self.kept(owner, each, self.proof(place, size)))
        return found

    def consistent(self, old: int, new: int) -> Kept:
        hashes = consistency(self.tree, old, new)
        return {"hashes": [base64.b64encode(each).decode() for each in hashes]}


def _line(text: str, place: int, become: Callable[[str], str]) -> str:
    lines = text.split("\n")
    lines[place] = become(lines[place])
    return "\n".join(lines)


def _other(text: str, dice: random.Random) -> str:
    """With one letter or digit changed."""
    places = [place for place, each in enumerate(text) if each.isalnum()]
    place = dice.choice(places)
    became = dice.choice([each for each in "0123456789" if each != text[place]])
    return text[:place] + became + text[place + 1 :]


def altered(kept: Kept, other: Kept, dice: random.Random) -> Kept:
    """The receipt with something changed that it would have to tell."""
    promise, proof = str(kept["promise"]), str(kept["proof"])
    what = dice.randrange(6)
    if what == 0:  # what is promised, or its signature
        line = dice.choice([0, 1, 2, 3, 4, 5, 7])
        promise = _line(promise, line, lambda text: _other(text, dice))
    elif what == 1:  # the index, a hash, or the checkpoint with its signature
        lines = proof.split("\n")
        line = dice.choice([place for place, text in enumerate(lines) if text])
        proof = _line(proof, line, lambda text: _other(text, dice))
    elif what == 2:
        promise = str(other["promise"])
    elif what == 3:
        proof = str(other["proof"])
    elif what == 4:  # a hash fewer
        proof = "\n".join(proof.split("\n")[:2] + proof.split("\n")[3:])
    else:  # another key's signature
        name, _, rest = promise.rpartition("— ")
        promise = f"{name}— {rest.split(' ')[0]} {str(other['promise']).rpartition(' ')[2]}"
    return {**kept, "promise": promise, "proof": proof}


def keep(page: Page, pin: Kept, kept: list[Kept]) -> None:
    """Put them on a phone that is at its page of receipts."""
    page.evaluate(KEEP, {"pin": pin, "kept": kept})


def answering(answers: Kept) -> str:
    """A script after which the page is answered so, and is otherwise as it is."""
    return ANSWERED.replace("ANSWERS", msgspec.json.encode(answers).decode())
