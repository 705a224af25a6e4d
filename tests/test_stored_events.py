"""What is stored stays readable: every event's stored form is kept in a file, and held to."""

from __future__ import annotations

import base64
import importlib
import json
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid4

import msgspec
import pytest
from eventsourcing.utils import TopicError
from msgspec import Struct

import events
from events.directory import ServiceChanged, ServiceOpened
from events.event import Deed, Event, SpoiledEntry
from events.log.log import Log
from events.log.mapper import Entry, NewEntry, SealingMapper
from tests.golden.examples import EXAMPLES
from tests.logs import opened_log, rows, some_keys

GOLDEN = Path(__file__).parent / "golden" / "events.json"
STREAM = UUID("00000000-0000-4000-8000-000000000001")
MOMENT = datetime(2026, 5, 4, 12, 30, 15, 123456, UTC)

for module in pkgutil.iter_modules(events.__path__, "events."):
    importlib.import_module(module.name)


FIRST_FORMS = {
    ServiceOpened: ("service", "name", "director"),
    ServiceChanged: ("service", "name", "director"),
}
"""What entries of a kind say that were stored before its form was changed."""


def every_event(kind: type[Event] = Event) -> Iterator[type[Event]]:
    for each in kind.__subclasses__():
        if each.__module__.startswith("events."):  # others are of the tests
            if each not in (SpoiledEntry, Deed):  # which are never stored
                yield each
            yield from every_event(each)


def golden() -> dict[str, dict[str, Any]]:
    return {each["topic"]: each for each in json.loads(GOLDEN.read_text(encoding="utf-8"))}


@pytest.fixture
def mapper() -> SealingMapper:
    return SealingMapper(some_keys())


def dated_now(event: Event) -> Event:
    return msgspec.structs.replace(event, recorded_at=MOMENT)


def to_golden(mapper: SealingMapper, event: Event) -> dict[str, Any]:
    """An event's stored form: its plain part, and the words that are sealed beside it."""
    stored = mapper.to_stored_event(dated_now(event))
    state = json.loads(stored.state)
    assert state.keys() >= {"salt", "words"}
    del state["salt"], state["words"]
    words = getattr(event, "words", None)
    said = {} if words is None else {"words": json.loads(msgspec.json.encode(words))}
    return {"topic": stored.topic, "state": state, **said}


def from_golden(mapper: SealingMapper, kept: dict[str, Any]) -> Event:
    """The event that the log would read from such an entry."""
    new = sealed(mapper, 1, kept["topic"], kept["state"], kept.get("words"))
    return mapper.to_domain_event(Entry(STREAM, 1, new.topic, new.state, 1, MOMENT, new.key))


def sealed(mapper: SealingMapper, version: int, topic: str, state: Any, words: Any) -> NewEntry:
    plain = json.dumps({**state, "salt": "AA=="}).encode()
    said = b"" if words is None else json.dumps(words).encode()
    return mapper.sealed(STREAM, version, topic, plain, said, MOMENT)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.TOPIC)
def test_no_stored_state_can_be_guessed_from_its_digest(
    mapper: SealingMapper, event: Event
) -> None:
    salts = {
        base64.b64decode(json.loads(mapper.to_stored_event(dated_now(event)).state)["salt"])
        for _ in range(3)
    }
    assert len(salts) == 3
    assert {len(salt) for salt in salts} == {16}


def test_every_event_has_an_example() -> None:
    missing = {kind.__name__ for kind in every_event()} - {type(e).__name__ for e in EXAMPLES}
    assert not missing, f"give an example in tests/golden/examples.py of: {missing}"


def test_every_event_has_its_stored_form_in_the_file() -> None:
    missing = {kind.TOPIC for kind in every_event()} - golden().keys()
    assert not missing, f"add the stored form to {GOLDEN.name} of: {missing}"


def test_no_stored_name_is_given_up() -> None:
    gone = golden().keys() - {kind.TOPIC for kind in every_event()}
    assert not gone, f"entries are stored under these names, and must stay readable: {gone}"


def test_every_event_has_a_name_of_its_own() -> None:
    topics = [kind.TOPIC for kind in every_event()]
    assert sorted(topics) == sorted(set(topics))
    inherited = [kind.__name__ for kind in every_event() if "TOPIC" not in vars(kind)]
    assert not inherited, f"these have no TOPIC of their own: {inherited}"


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.TOPIC)
def test_the_stored_form_is_read_as_the_event_it_was(mapper: SealingMapper, event: Event) -> None:
    stored = msgspec.structs.replace(
        event, originator_id=STREAM, originator_version=1, position=1, recorded_at=MOMENT
    )
    assert from_golden(mapper, golden()[event.TOPIC]) == stored


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.TOPIC)
def test_an_event_is_stored_in_the_form_it_always_was(mapper: SealingMapper, event: Event) -> None:
    assert to_golden(mapper, event) == golden()[event.TOPIC], (
        "entries in the other form are stored already: raise class_version, and upcast them"
    )


def test_every_field_of_every_event_is_shown_in_its_example() -> None:
    """An example that leaves a field at its default would hide that it cannot be stored."""
    for event in EXAMPLES:
        left_out = [
            field.name
            for field in msgspec.structs.fields(event)
            if field.default is not msgspec.NODEFAULT
            and field.name not in ("originator_version", "position", "recorded_at")
            and getattr(event, field.name) == field.default
        ]
        assert not left_out, f"{event.TOPIC}: {left_out}"


@pytest.mark.parametrize("event", [each for each in EXAMPLES if type(each) in FIRST_FORMS])
def test_what_was_stored_in_an_earlier_form_is_read_too(mapper: SealingMapper, event: Any) -> None:
    kept = golden()[event.TOPIC]
    first = {name: kept["state"][name] for name in FIRST_FORMS[type(event)]}
    assert first.keys() < kept["state"].keys()
    found = from_golden(mapper, kept | {"state": first})
    expected = msgspec.structs.replace(
        event,
        originator_id=STREAM,
        originator_version=1,
        position=1,
        recorded_at=MOMENT,
        contacts=(),
        policy_first_on=None,
        reserve="",
        whistleblowing="",
        regulator="",
        changed_by=None,
    )
    assert found == expected


def test_an_entry_of_an_unknown_name_is_spoiled(mapper: SealingMapper) -> None:
    found = from_golden(mapper, {"topic": "never-heard-of", "state": {}})
    assert isinstance(found, SpoiledEntry)
    assert found.topic == "never-heard-of"
    assert "this version of the register does not know" in found.why


def test_two_events_cannot_take_the_same_name() -> None:
    with pytest.raises(TopicError, match="declaration-made"):
        type("Another", (Event,), {"TOPIC": "declaration-made", "__module__": __name__})


def test_every_event_comes_back_from_a_database_as_it_was(database_url: str) -> None:
    with opened_log(database_url) as log:
        appended = log.append(EXAMPLES)
        assert list(log.after()) == appended
        assert [event.TOPIC for event in appended] == [event.TOPIC for event in EXAMPLES]


# An event whose shape has changed twice, and entries of each of its shapes


class Place(Struct, frozen=True):
    town: str
    street: str | None


class VisitWords(Struct, frozen=True):
    place: Place
    said: tuple[str, ...]


class VisitNoted(Event, frozen=True, kw_only=True):
    """Version 1 had `minutes` as text, and one word for the place; version 2 had no `kind`."""

    TOPIC: ClassVar[str] = "test-visit-noted"
    class_version: ClassVar[int] = 3

    minutes: int
    kind: str
    words: VisitWords | None = None

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        state["minutes"] = int(state.pop("length").removesuffix(" minutes"))
        if state["words"] is not None:
            state["words"] = {
                "place": {"town": state["words"]["where"], "street": None},
                "said": [state["words"]["said"]],
            }

    @staticmethod
    def upcast_v2_v3(state: dict[str, Any]) -> None:
        state["kind"] = "planned"


AS_STORED_IN_VERSION_1 = (
    {"length": "15 minutes"},
    {"where": "Leeds", "said": "All well"},
)
AS_STORED_IN_VERSION_2 = (
    {"minutes": 15, "class_version": 2},
    {"place": {"town": "Leeds", "street": None}, "said": ["All well"]},
)
AS_WRITTEN_NOW = VisitNoted(
    originator_id=STREAM,
    minutes=15,
    kind="planned",
    words=VisitWords(Place("Leeds", None), ("All well",)),
)


def store(log: Log, old: tuple[dict[str, Any], dict[str, Any]], version: int) -> None:
    """An entry as the code of that day left it."""
    log.recorder.insert_events([sealed(log.mapper, version, VisitNoted.TOPIC, *old)])


def what_it_says(event: Any) -> tuple[Any, ...]:
    return type(event), event.minutes, event.kind, event.words


def test_entries_of_every_age_are_read_in_today_s_shape(database_url: str) -> None:
    with opened_log(database_url) as log:
        store(log, AS_STORED_IN_VERSION_1, 1)
        store(log, AS_STORED_IN_VERSION_2, 2)
        log.append([AS_WRITTEN_NOW])
        for found in (list(log.after()), log.stream(STREAM), list(log.by_stream(3))):
            assert [event.originator_version for event in found] == [1, 2, 3]
            assert [what_it_says(event) for event in found] == [what_it_says(AS_WRITTEN_NOW)] * 3


def test_old_entries_without_their_keys_are_read_too(database_url: str) -> None:
    with opened_log(database_url) as log:
        store(log, AS_STORED_IN_VERSION_1, 1)
        store(log, AS_STORED_IN_VERSION_2, 2)
        found = list(log.after(words=False))
        assert [what_it_says(event) for event in found] == [(VisitNoted, 15, "planned", None)] * 2


def test_reading_an_old_entry_changes_nothing_that_is_stored(database_url: str) -> None:
    with opened_log(database_url) as log:
        store(log, AS_STORED_IN_VERSION_1, 1)
        before = rows(database_url)
        list(log.after())
        assert rows(database_url) == before


def test_a_changed_shape_is_stored_with_its_version(database_url: str) -> None:
    with opened_log(database_url) as log:
        log.append([AS_WRITTEN_NOW, msgspec.structs.replace(EXAMPLES[0], originator_id=uuid4())])
    new, never_changed = (
        json.loads(state)
        for (state,) in rows(database_url, "SELECT state FROM entries ORDER BY id")
    )
    assert new["class_version"] == 3
    assert "class_version" not in never_changed
