"""In a register, words are sealed and facts are bound; without their keys, the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from events.declarations import DeclarationMade
from events.event import SpoiledEntry
from events.log.sealing import Keyring
from register.console.rebuilding import rebuild
from register.declarations.folding import replay
from register.declarations.replaying import declarations_at
from register.projections import register_list
from register.register import Register
from tests.cast import GIVEN_BACK
from tests.logs import (
    by_hand,
    destroy_keys,
    is_sqlite,
    opened_log,
    rows,
    said,
)
from tests.registers import GIFT, opened_register, telling

STREAM = UUID("00000000-0000-4000-8000-000000000001")
NEW, INDEX = b"n" * 32, b"i" * 32
CANARY = "a silver frame nobody else has"


@pytest.fixture
def register(database_url: str) -> Iterator[Register]:
    with opened_register(database_url) as register:
        yield register


@pytest.fixture
def gift(register: Register) -> str:
    """A gift that was declared, asked about, answered, corrected and sent back."""
    gift = str(uuid4())
    details = {**GIFT, "item": CANARY}
    register.declare("amina", gift, telling(register, details))
    register.ask("carol", gift, {"text": f"Is it really {CANARY}?"})
    register.inform("amina", gift, {"text": f"Yes: {CANARY}"})
    dearer = {**details, "worth": "61.00"}
    register.correct("amina", gift, {"details": dearer, "reason": f"It was {CANARY}"})
    register.decide("carol", gift, {"outcome": "return", "reason": f"Not {CANARY}"})
    return gift


def everything_in_the_log(url: str) -> bytes:
    """Each column of each entry, as bytes, hex and text."""
    columns = [value for row in rows(url) for value in row]
    return b"\n".join(
        value + b"\n" + value.hex().encode() if isinstance(value, bytes) else str(value).encode()
        for value in columns
    )


PERSONAL = [CANARY, "SU-1042", "Amina Yusuf", "amina@example.org", "M. K."]


@pytest.mark.usefixtures("gift")
def test_no_entry_holds_words_or_a_reference_or_a_name(
    register: Register, database_url: str
) -> None:
    held = everything_in_the_log(database_url)
    assert b"declaration-corrected" in held
    assert [each for each in PERSONAL if each.encode() in held] == []
    assert register.read.name("amina") == "Amina Yusuf"


@pytest.mark.usefixtures("gift")
def test_no_table_and_no_file_holds_words(database_url: str, tmp_path: Path) -> None:
    if is_sqlite(database_url):
        held = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    else:
        with by_hand(database_url) as connection:
            names = connection.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = 'public'::regnamespace"
            ).fetchall()
            held = b""
            for (name,) in names:
                with connection.cursor().copy(f"COPY {name} TO STDOUT") as copy:
                    held += b"".join(copy)
    assert b"declaration-corrected" in held
    assert [each for each in PERSONAL if each.encode() in held] == []


@pytest.mark.usefixtures("gift")
def test_the_blind_index_is_in_a_read_model_and_never_in_the_log(
    register: Register, database_url: str
) -> None:
    index = register.log.keyring.blind_index("SU-1042")
    held = everything_in_the_log(database_url)
    assert index not in held
    assert index.hex().encode() not in held
    listed = rows(database_url, "SELECT service_user FROM register_list")
    assert {bytes(each) for (each,) in listed} == {index}


def test_without_its_key_an_entry_has_no_words_and_the_rest_of_it_stays(
    register: Register, gift: str
) -> None:
    before = register.read.declaration("amina", gift)
    destroy_keys(register.log)
    after = register.read.declaration("amina", gift)
    assert (after.details, after.service_user) == (None, None)
    assert after.decision is not None
    assert after.decision.reason is None
    assert [action.what for action in after.actions] == ["return"]  # nobody's own words
    assert all(getattr(event, "words", None) is None for event in after.past)
    assert (after.status, after.ruling) == (before.status, before.ruling)
    assert (after.told, after.position) == (before.told, before.position)


def test_without_keys_lists_and_replays_and_names_still_work(register: Register, gift: str) -> None:
    destroy_keys(register.log)
    everything = register_list.Filter()
    for person in ("amina", "ben", "carol", "dev"):
        listed = register.read.declarations(person, everything).items
        assert [str(each.id) for each in listed] == [gift]
    assert [alert.why for alert in register.read.alerts("amina")] == ["complete"]
    assert register.read.name("amina") == "amina"
    at_the_end = list(declarations_at(register.log, register.log.last_position()))
    assert at_the_end == [register.read.declaration("amina", gift)]


def test_without_keys_a_declaration_can_still_be_acted_on(register: Register, gift: str) -> None:
    (action,) = register.read.declaration("amina", gift).actions
    destroy_keys(register.log)
    done = register.complete("amina", gift, action.id, GIVEN_BACK)
    assert done.status == "closed"
    assert done.actions[0].evidence == GIVEN_BACK


@pytest.mark.usefixtures("gift")
def test_a_rebuild_after_an_erasure_forgets_the_blind_index(
    register: Register, database_url: str, tmp_path: Path
) -> None:
    destroy_keys(register.log)
    differed = rebuild(register.log, tmp_path, lambda done, total: None, accept=True)
    assert [each.model for each in differed] == ["register_list", "service_users"]
    assert set(rows(database_url, "SELECT service_user FROM register_list")) == {(None,)}


@pytest.mark.parametrize("words", [True, False])
def test_with_another_master_key_nothing_can_be_read(database_url: str, words: bool) -> None:
    with opened_log(database_url) as log:
        log.append([said(STREAM)])
    with opened_log(database_url, Keyring({1: NEW}, INDEX)) as log:
        (found,) = log.after(words=words)
        assert isinstance(found, SpoiledEntry)
        assert (found.topic, found.why) == ("information-added", "it or its key was changed")


def test_a_declaration_folds_alike_with_and_without_words(register: Register, gift: str) -> None:
    log = register.log
    sealed = [e for e in log.after(words=False) if e.originator_id == UUID(gift)]
    assert isinstance(sealed[0], DeclarationMade)
    folded = replay(None, sealed)
    known = register.unguarded.declaration(UUID(gift))
    assert folded is not None
    assert known is not None
    assert folded.happened_on == known.happened_on
    assert (folded.status, folded.ruling, folded.told) == (
        known.status,
        known.ruling,
        known.told,
    )
