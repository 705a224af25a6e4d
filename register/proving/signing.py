"""Signs checkpoints of the tree, and nothing that contradicts what was signed before.

Before anything is signed, the tree is compared with what this process remembers in a folder of its
own, and with one place outside. Both hold what was signed and what was about to be. Where the tree
is not the same there, nothing is signed, and a code word says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from events.log.clocks import utc_now
from events.log.database import Database
from events.proof.checkpoints import Checkpoint, checkpoint_of
from events.proof.notes import Note, SecretKey, signed
from register.proving.comparing import Both, StoppedError, check, contradicts, root_at
from register.proving.following import follow
from register.proving.kept import keep, keep_succession, last_kept
from register.proving.memory import Memory, NotOursError, Seen
from register.proving.names import Unsigned
from register.proving.places import Folder, Place, PlaceAwayError
from register.proving.succeeding import announce, begins_anew, next_after, up_to_begun
from register.proving.tombstones import Tombstones, last_kept_tombstone

log = structlog.get_logger("register")

Keys = Callable[[], Sequence[SecretKey]]
"""Gives the keys of the log: the last one signs, those before it are known to have signed."""


@dataclass
class Signer:
    database: Database
    own: Folder
    outside: Place | None
    """The place with which is compared: one that can be read back."""
    keys: Keys
    more: Sequence[Place] = ()
    """Further places where checkpoints go, if they can be reached."""
    tell: Callable[[Note], None] = lambda _note: None
    """Told of each checkpoint once it is kept."""
    now: Callable[[], datetime] = utc_now
    point: Callable[[str], None] = field(default=lambda _point: None)
    """Called between any two steps: tests stop there."""

    def __post_init__(self) -> None:
        self._tombstones = Tombstones(self.database, self.own, self.more, self.vouch)

    def sign(self) -> Unsigned | None:
        """Take what is new into the tree and sign it; gives why nothing is signed, if so."""
        size = follow(self.database)
        if self.outside is None:
            return Unsigned.NO_PLACE
        try:
            held = self._sign(self.outside, size)
            self._tombstones.publish(self.outside, held, self.now())
        except PlaceAwayError:
            return Unsigned.PLACE_AWAY
        except NotOursError:
            return Unsigned.NOT_OURS
        except StoppedError as stopped:
            return stopped.why
        return None

    def _sign(self, outside: Place, size: int) -> Sequence[SecretKey]:
        """Gives the keys up to the one that signs."""
        held = self.keys()
        if not held:
            raise StoppedError(Unsigned.NO_KEY)
        held = up_to_begun(self.own, outside, held)
        key = held[-1]
        both = Both.of(self.own, outside, key.public)
        if both.ending is not None:
            raise StoppedError(Unsigned.OTHER_KEY)
        first = self._first(outside, held, size) if both.is_empty else None
        if first is not None and (why := contradicts(self.database, first, size)):
            both.outside.begin(0, str(first))  # the key that ended has said so, and it is lost
            raise StoppedError(why)
        check(self.database, both, size)
        if self._is_brought_up(key, both):
            self._go_on(key, both, size, first)
        return held

    def _first(self, outside: Place, held: Sequence[SecretKey], size: int) -> Checkpoint | None:
        """With which tree a key begins that follows another; None for the very first key. Raises
        `StoppedError`."""
        for old in reversed(held[:-1]):
            both = Both.of(self.own, outside, old.public)
            if not both.is_empty:
                return self._succeed(old, held[-1], both, size)
        with self.database.read() as connection:
            has_signed = last_kept(connection) is not None or bool(self.own.folders())
        if has_signed and not begins_anew(self.database, held[-1].public.name):
            raise StoppedError(Unsigned.NO_SUCCESSION)
        return None

    def _succeed(self, old: SecretKey, new: SecretKey, both: Both, size: int) -> Checkpoint:
        succession = next_after(self.database, old, new.public, both, size)
        self.vouch()
        self.point("compared")
        announce(both, succession)
        self.point("ending begun")
        note = succession.signed(old)
        both.own.end(note)
        keep_succession(self.database, str(old.public), str(note), self.now())
        both.outside.end(note)
        self.point("ended")
        self._everywhere(lambda place: Memory(place, old.public).end(note))
        return Checkpoint(new.public.name, succession.first_size, succession.first_root)

    def _is_brought_up(self, key: SecretKey, both: Both) -> bool:
        """Let each place know of the last checkpoint, where something came in between. False if
        the place outside has to be looked at again."""
        own, there = both.seen
        last = max((own, there), key=_size)
        if last.last is None or last.signed is None:
            return True
        if _size(own) < last.signed.size:
            both.own.keep(last.last)
        if _size(there) < last.signed.size:
            if not both.outside.begin(_size(there), str(last.signed)):
                if there.begun is not None:  # the same tree says so
                    both.outside.keep(signed(str(there.begun), key))
                return False
            both.outside.keep(last.last)
        keep(self.database, str(key.public), last.signed.size, str(last.last), self.now())
        return True

    def _go_on(self, key: SecretKey, both: Both, size: int, first: Checkpoint | None) -> None:
        before = max(map(_size, both.seen))
        begun = [each.begun for each in both.seen if each.begun and each.begun.size > before]
        if begun:
            next_ = begun[-1]
        elif first is not None:
            next_ = first
        elif size > before:
            root = root_at(self.database, size)
            next_ = Checkpoint(key.public.name, size, root, self._extensions())
        else:
            return
        self.vouch()
        self.point("compared")
        if not both.outside.begin(before, str(next_)):
            return  # another was quicker: its tree has to be compared first
        self.point("begun outside")
        both.own.announce(before, str(next_))
        self.point("begun")
        note = signed(str(next_), key)
        self.point("signed")
        both.own.keep(note)
        self.point("kept")
        self._publish(key, both.outside, note)

    def _extensions(self) -> tuple[str, ...]:
        """What a checkpoint says besides: which tombstone is the last one."""
        with self.database.read() as connection:
            last = last_kept_tombstone(connection)
        return () if last is None else (last.extension,)

    def vouch(self) -> None:
        """A clean commit, later than those of all entries that were read: they are durable."""
        with self.database.write_beside() as connection:
            self.database.vouch(connection)

    def _publish(self, key: SecretKey, outside: Memory, note: Note) -> None:
        size = checkpoint_of(note).size
        keep(self.database, str(key.public), size, str(note), self.now())
        self.point("stored")
        outside.keep(note)
        self.point("published")
        self._everywhere(lambda place: Memory(place, key.public).keep(note))
        self.tell(note)

    def _everywhere(self, publish: Callable[[Place], None]) -> None:
        for place in self.more:
            try:
                publish(place)
            except PlaceAwayError as error:
                log.warning("checkpoint", error=type(error).__name__)


def _size(seen: Seen) -> int:
    return 0 if seen.signed is None else seen.signed.size
