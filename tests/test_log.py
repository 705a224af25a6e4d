"""The log: what is appended comes back, by stream, by position and as at a moment."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError, Tracking

from events.alerts import AlertDone
from events.event import dated
from events.log.log import Log
from tests.logs import NOON, by_hand, is_sqlite, opened_log, rows, said, texts

MICROSECOND = timedelta(microseconds=1)


class Clock:
    """Shows what it is set to."""

    def __init__(self) -> None:
        self.shows = NOON

    def __call__(self) -> datetime:
        return self.shows


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def clocked(database_url: str, clock: Clock) -> Iterator[Log]:
    with opened_log(database_url, clock=clock) as log:
        yield log


def test_a_new_log_is_empty(log: Log) -> None:
    assert log.last_position() == 0
    assert list(log.after()) == []
    assert log.stream(uuid4()) == []
    assert log.position_at(NOON) == 0


def test_a_stream_comes_back_in_order_with_its_words(log: Log) -> None:
    one, other = uuid4(), uuid4()
    log.append([said(one, "first"), said(other, "between"), said(one, "second")])
    log.append([said(one, "third")])
    assert texts(log.stream(one)) == ["first", "second", "third"]
    assert texts(log.stream(other)) == ["between"]


def test_append_gives_the_events_as_they_will_be_read(log: Log) -> None:
    stream = uuid4()
    log.append([said(stream)])
    appended = log.append([said(stream), said(uuid4()), said(stream)])
    assert appended == list(log.after(1))


def test_versions_count_within_each_stream_from_one(log: Log) -> None:
    one, other = uuid4(), uuid4()
    log.append([said(one), said(other), said(one)])
    log.append([said(other), said(one)])
    numbered = [(event.originator_id, event.originator_version) for event in log.after()]
    assert numbered == [(one, 1), (other, 1), (one, 2), (other, 2), (one, 3)]


def test_a_stream_can_be_read_as_at_a_position(log: Log) -> None:
    stream = uuid4()
    log.append([said(uuid4())])
    first, second = log.append([said(stream, "first"), said(stream, "second")])
    assert texts(log.stream(stream, up_to=first.position)) == ["first"]
    assert texts(log.stream(stream, up_to=second.position)) == ["first", "second"]
    assert log.stream(stream, up_to=first.position - 1) == []


def test_everything_comes_back_by_position(log: Log) -> None:
    appended = log.append([said(uuid4(), str(number)) for number in range(5)])
    positions = [event.position for event in appended]
    assert positions == sorted(set(positions))
    assert texts(log.after()) == ["0", "1", "2", "3", "4"]
    assert texts(log.after(positions[2])) == ["3", "4"]
    assert texts(log.after(positions[0], up_to=positions[3])) == ["1", "2", "3"]


def test_reading_by_position_goes_on_past_one_batch(log: Log, monkeypatch) -> None:
    monkeypatch.setattr("events.log.log.BATCH", 3)
    log.append([said(uuid4(), str(number)) for number in range(10)])
    assert texts(log.after()) == [str(number) for number in range(10)]


def test_reading_by_position_can_ask_for_some_topics(log: Log) -> None:
    log.append([said(uuid4()), AlertDone(originator_id=uuid4(), done_at=NOON), said(uuid4())])
    assert [event.TOPIC for event in log.after(topics=["alert-done"])] == ["alert-done"]


def test_everything_can_be_read_stream_after_stream(log: Log) -> None:
    one, other, late = uuid4(), uuid4(), uuid4()
    log.append([said(one, "1"), said(other, "1"), said(one, "2"), said(other, "2")])
    until = log.last_position()
    log.append([said(one, "3"), said(late, "1")])
    found = list(log.by_stream(until))
    assert texts(event for event in found if event.originator_id == one) == ["1", "2"]
    assert texts(event for event in found if event.originator_id == other) == ["1", "2"]
    assert len({found[0].originator_id, found[1].originator_id}) == 1
    assert len(found) == 4
    grown = list(log.streams_after(until))
    assert {event.originator_id for event in grown} == {one, late}
    assert texts(event for event in grown if event.originator_id == one) == ["1", "2", "3"]


def test_words_stay_sealed_where_they_are_not_asked_for(log: Log) -> None:
    log.append([said(uuid4())])
    assert [event.words for event in log.after(words=False)] == [None]


def test_as_at_a_moment_is_up_to_the_last_entry_not_after_it(clocked: Log, clock: Clock) -> None:
    (morning,) = clocked.append([said(uuid4())])
    clock.shows = NOON + timedelta(hours=3)
    afternoon = clocked.append([said(uuid4()), said(uuid4())])
    assert clocked.position_at(NOON - MICROSECOND) == 0
    assert clocked.position_at(NOON) == morning.position
    assert clocked.position_at(NOON + timedelta(hours=3) - MICROSECOND) == morning.position
    assert clocked.position_at(NOON + timedelta(hours=3)) == afternoon[0].position
    assert clocked.position_at(NOON + timedelta(days=1)) == afternoon[1].position


def test_recorded_at_is_the_clock_s_moment(clocked: Log, clock: Clock) -> None:
    assert [event.recorded_at for event in clocked.append([said(uuid4())])] == [NOON]
    clock.shows = NOON + timedelta(minutes=1)
    assert [event.recorded_at for event in clocked.append([said(uuid4())])] == [clock.shows]


def test_recorded_at_grows_while_the_clock_stands_still(clocked: Log) -> None:
    for _ in range(3):
        clocked.append([said(uuid4()), said(uuid4())])
    moments = [event.recorded_at for event in clocked.after()]
    assert moments == [NOON + place * MICROSECOND for place in range(6)]


def test_recorded_at_grows_when_the_clock_goes_back(clocked: Log, clock: Clock) -> None:
    clocked.append([said(uuid4())])
    clock.shows = NOON - timedelta(days=400)
    clocked.append([said(uuid4())])
    clock.shows = NOON + timedelta(seconds=1)
    clocked.append([said(uuid4())])
    moments = [event.recorded_at for event in clocked.after()]
    assert moments == [NOON, NOON + MICROSECOND, NOON + timedelta(seconds=1)]


def test_the_moment_given_in_a_turn_is_the_one_that_is_recorded(clocked: Log) -> None:
    clocked.append([said(uuid4())])
    with clocked.database.write():
        now = clocked.now()
        (event,) = clocked.append(dated([said(uuid4())], now))
        (later,) = clocked.append([said(uuid4())])
    assert now == event.recorded_at == NOON + MICROSECOND
    assert later.recorded_at == NOON + 2 * MICROSECOND


def test_events_of_which_some_have_moments_and_some_have_none_are_refused(log: Log) -> None:
    with pytest.raises(ValueError, match="or none has"):
        log.append([*dated([said(uuid4())], NOON), said(uuid4())])
    assert log.last_position() == 0


def test_who_appends_waits_for_who_appends_before(log: Log) -> None:
    started = threading.Event()

    def append_other() -> None:
        started.set()
        log.append([said(uuid4(), "other")])

    with ThreadPoolExecutor() as pool:
        with log.database.write():
            log.append([said(uuid4(), "one")])
            other = pool.submit(append_other)
            started.wait()
            with pytest.raises(TimeoutError):
                other.result(timeout=0.3)
            assert pool.submit(log.last_position).result() == 0
        other.result()
    one, other = log.after()
    assert texts([one, other]) == ["one", "other"]
    assert one.position < other.position
    assert one.recorded_at < other.recorded_at


def test_what_is_rolled_back_was_never_there(log: Log) -> None:
    log.append([said(uuid4(), "before")])

    def append_and_fail() -> None:
        with log.database.write():
            log.append([said(uuid4(), "undone")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        append_and_fail()
    log.append([said(uuid4(), "after")])
    assert texts(log.after()) == ["before", "after"]
    with log.recorder.subscribe(0) as subscription:
        assert [next(subscription).originator_version for _ in range(2)] == [1, 1]


def test_all_of_an_append_is_stored_or_nothing(log: Log) -> None:
    def events():
        yield said(uuid4())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        log.append(events())
    assert log.last_position() == 0


STRAY = {
    "PERSISTENCE_MODULE": "eventsourcing.popo",
    "COMPRESSOR_TOPIC": "eventsourcing.compressor:ZlibCompressor",
    "CIPHER_TOPIC": "eventsourcing.cipher:AESCipher",
    "CIPHER_KEY": "MTIzNDU2Nzg5MDEyMzQ1Ng==",
    "TRANSCODER_TOPIC": "eventsourcing.persistence:JSONTranscoder",
    "MAPPER_TOPIC": "eventsourcing.persistence:Mapper",
    "IS_SNAPSHOTTING_ENABLED": "y",
    "AGGREGATE_CACHE_MAXSIZE": "10",
    "DATABASE_URL": "sqlite:////nowhere/at/all",
    "DATABASE_ROLE": "nobody",
    "SQLITE_DBNAME": "/nowhere/at/all",
    "POSTGRES_DBNAME": "nowhere",
}


@pytest.mark.parametrize("prefix", ["", "LOG_"])
def test_a_stray_variable_changes_nothing_that_is_stored(
    database_url: str, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> None:
    for name, value in STRAY.items():
        monkeypatch.setenv(prefix + name, value)
    with opened_log(database_url, clock=lambda: NOON) as log:
        log.append([AlertDone(originator_id=uuid4(), done_at=NOON), said(uuid4(), "as ever")])
        assert log.snapshots is None
        assert log.repository.cache is None
    plain, sealed = rows(database_url, "SELECT topic, state FROM entries ORDER BY id")
    assert plain[0] == "alert-done"
    assert json.loads(plain[1]).keys() == {"done_at", "salt", "words"}
    assert json.loads(plain[1])["done_at"] == "2026-05-04T12:00:00Z"
    assert sealed[0] == "information-added"
    assert json.loads(sealed[1])["added_by"] == "amina"
    monkeypatch.undo()
    with opened_log(database_url) as log:
        assert texts(log.after(topics=["information-added"])) == ["as ever"]


def test_a_follower_gets_everything_once_and_in_order_while_others_append(log: Log) -> None:
    log.append([said(uuid4(), "0")])
    log.append([said(uuid4(), "1")])

    def append() -> None:
        for number in range(2, 200, 3):
            log.append([said(uuid4(), str(number + more)) for more in range(3)])

    with ThreadPoolExecutor() as pool, log.recorder.subscribe() as subscription:
        appending = pool.submit(append)
        followed = [next(subscription) for _ in range(200)]
        appending.result()
        subscription.stop()
        with pytest.raises(StopIteration):
            next(subscription)
    positions = [entry.id for entry in followed]
    assert positions == sorted(set(positions))
    assert texts(map(log.mapper.to_domain_event, followed)) == [str(n) for n in range(200)]


def test_a_follower_begins_after_a_position_and_sees_only_its_topics(log: Log) -> None:
    def done() -> AlertDone:
        return AlertDone(originator_id=uuid4(), done_at=NOON)

    events = log.append([done(), said(uuid4()), done(), said(uuid4()), done()])
    after = events[0].position
    with log.recorder.subscribe(after, topics=["alert-done"]) as subscription:
        found = [next(subscription).id for _ in range(2)]
    assert found == [events[2].position, events[4].position]


def test_a_follower_that_waits_can_be_stopped(log: Log) -> None:
    with ThreadPoolExecutor() as pool, log.recorder.subscribe() as subscription:
        waiting = pool.submit(list, subscription)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.3)
        subscription.stop()
        assert waiting.result(timeout=5) == []


def test_tracking_refuses_a_position_passed_already(log: Log) -> None:
    recorder = log.recorder
    assert recorder.max_tracking_id("mail") is None
    recorder.insert_tracking(Tracking("mail", 3))
    recorder.insert_tracking(Tracking("push", 1))
    for passed in (1, 2, 3):
        with pytest.raises(IntegrityError, match="mail is past"):
            recorder.insert_tracking(Tracking("mail", passed))
    recorder.insert_tracking(Tracking("mail", 7))
    assert recorder.max_tracking_id("mail") == 7
    assert recorder.max_tracking_id("push") == 1


def test_a_refused_position_takes_its_entries_with_it(log: Log) -> None:
    log.recorder.insert_tracking(Tracking("mail", 3))
    [event] = dated([said(uuid4())], NOON)
    entry = log.mapper.to_stored_event(event)
    with pytest.raises(IntegrityError):
        log.recorder.insert_events([entry], tracking=Tracking("mail", 3))
    assert log.last_position() == 0


def test_in_a_race_each_position_is_taken_once(log: Log) -> None:
    racers, positions = 8, range(1, 26)
    together = threading.Barrier(racers)

    def race() -> list[int]:
        taken = []
        for position in positions:
            together.wait()
            try:
                log.recorder.insert_tracking(Tracking("mail", position))
            except IntegrityError:
                continue
            taken.append(position)
        return taken

    with ThreadPoolExecutor(racers) as pool:
        races = [pool.submit(race) for _ in range(racers)]
    taken = [position for each in races for position in each.result()]
    assert sorted(taken) == list(positions)


def test_a_session_s_isolation_level_does_not_reach_the_log(database_url: str) -> None:
    """Whatever the database's default: what was committed before the lock was had is seen."""
    if not is_sqlite(database_url):
        set_default_isolation(database_url, "repeatable read")
    with opened_log(database_url) as log, ThreadPoolExecutor(4) as pool:
        stream = uuid4()
        for _ in pool.map(lambda number: log.append([said(stream, str(number))]), range(40)):
            pass
        moments = [event.recorded_at for event in log.after()]
        assert [event.originator_version for event in log.after()] == list(range(1, 41))
        assert moments == sorted(set(moments))


def set_default_isolation(url: str, level: str) -> None:
    with by_hand(url) as connection:
        name = connection.execute("SELECT current_database()").fetchone()[0]
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = '{level}'")
