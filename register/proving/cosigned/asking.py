"""Asks witnesses to cosign, beside the signing: whoever signs waits for none of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from events.log.clocks import utc_now
from events.log.database import Database
from events.proof.notes import BadNoteError, Note, PublicKey, Signature, read_note, read_signatures
from events.proof.witnessing import Submission
from register.notices.message import Later
from register.notices.posting import Answer, Poster
from register.proving.cosigned.kept import has_cosigned, keep, last_size_of, say
from register.proving.cosigned.policy import Policy, Uncosigned, WitnessAt
from register.proving.kept import Kept, last_kept
from register.proving.stored_tree import StoredTree

log = structlog.get_logger("register")

PAUSE = 60.0
"""Seconds until those who have not cosigned the last checkpoint are asked again."""
AT_ONCE = 8
TRIES = 3
"""How often a witness is asked in a row, each time from the size that it has just named."""


class NotCosignedError(Exception):
    def __init__(self, why: Uncosigned) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass
class Asker:
    """Asks each witness to cosign the last checkpoint."""

    database: Database
    policy: Policy
    poster: Poster = field(default_factory=Poster)
    now: Callable[[], datetime] = utc_now

    def ask_all(self) -> None:
        """All at the same time: who takes long to answer holds up no other."""
        with self.database.read() as connection:
            last = last_kept(connection)
            if last is None:
                return
            lacking = [
                each
                for each in self.policy.witnesses
                if not has_cosigned(connection, last, each.key)
            ]
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="witness") as asking:
            list(asking.map(lambda each: self._ask(each, last), lacking))

    def _ask(self, witness: WitnessAt, last: Kept) -> None:
        try:
            signature = self._cosigned(witness, last)
        except NotCosignedError as refused:
            log.warning("uncosigned", witness=witness.key.name, why=str(refused.why))
            say(self.database, witness.key, refused.why, self.now())
        else:
            keep(self.database, last, witness.key, signature, self.now())
            say(self.database, witness.key, None, self.now())

    def _cosigned(self, witness: WitnessAt, last: Kept) -> Signature:
        """Raises `NotCosignedError`."""
        note = read_note(last.note.encode())
        with self.database.read() as connection:
            old = last_size_of(connection, PublicKey.read(last.key).name, witness.key)
        for _ in range(TRIES):
            if old > last.size:
                raise NotCosignedError(Uncosigned.HAS_SEEN_MORE)
            answer = self._sent(witness, note, old, last.size)
            if answer.status == 200:
                return _signature(answer.body, note, witness)
            if answer.status != 409:
                break
            old = _size(answer.body)
        away = answer.status >= 500 or answer.status == 429
        raise NotCosignedError(Uncosigned.AWAY if away else Uncosigned.REFUSES)

    def _sent(self, witness: WitnessAt, note: Note, old: int, size: int) -> Answer:
        with self.database.read() as connection:
            proof = StoredTree(connection).consistency(old, size) if old else []
        answer = self.poster.call(
            "POST",
            f"{witness.url.rstrip('/')}/add-checkpoint",
            headers={"Content-Type": "text/plain; charset=utf-8"},
            content=bytes(Submission(old, tuple(proof), note)),
        )
        if isinstance(answer, Later):
            raise NotCosignedError(Uncosigned.AWAY)
        return answer


def _signature(body: bytes, note: Note, witness: WitnessAt) -> Signature:
    try:
        (found,) = Note(note.text, tuple(read_signatures(body))).signed_by([witness.key])
    except (BadNoteError, ValueError):
        raise NotCosignedError(Uncosigned.BAD_ANSWER) from None
    return found


def _size(body: bytes) -> int:
    text = body.removesuffix(b"\n")
    if not text.isdigit() or len(text) > 19:
        raise NotCosignedError(Uncosigned.BAD_ANSWER)
    return int(text)


class Asking:
    """A work of the background: soon after each checkpoint, and again while any lacks."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._stopped, self._woken = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._go, name="witnesses", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def hear(self, _note: Note) -> None:
        """A checkpoint was signed."""
        self._woken.set()

    def _go(self) -> None:
        while not self._stopped.is_set():
            self._woken.clear()
            try:
                self._asker.ask_all()
            except Exception as error:  # whatever it is, it goes on and tries again
                log.error("witnesses", error=type(error).__name__)
            self._woken.wait(PAUSE)
