"""Any number of senders share the work, and nothing goes before a commit that is known."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from events.alerts import AlertArrived, AlertSent
from events.log.database import holds_append_lock
from events.log.waiting import UnknownCommitError
from events.names import Channel
from register.errors import UnavailableError
from tests.cast import A_MINUTE
from tests.cast import told as declared
from tests.logs import by_hand
from tests.server import PEOPLE
from tests.test_unknown_commits import SECONDS, cancel_the_wait, server, standby_away, url
from tests.told import notifying, telling

__all__ = ["server", "url"]  # fixtures


def test_senders_at_the_same_time_send_each_message_once(database_url: str, tmp_path: Path) -> None:
    with telling(tmp_path, [Channel.EMAIL], database_url) as told:
        for person in PEOPLE:
            told.reaching.try_out(person)
        told.here.clock.goes_on(timedelta(seconds=1))
        senders = [told.sender for _ in range(4)]
        for each in senders:
            each.start()
        give_up_at = time.monotonic() + 30
        while len(told.mail.taken) < len(PEOPLE) and time.monotonic() < give_up_at:
            told.here.clock.goes_on(timedelta(seconds=1))
            time.sleep(0.05)
        for each in senders:
            each.stop()
        told.goes()
        assert Counter(each["To"] for each in told.mail.taken) == {
            f"{person}@example.org": 1 for person in PEOPLE
        }


def test_who_ask_at_the_same_time_learn_of_each_message_once(
    database_url: str, tmp_path: Path
) -> None:
    with telling(tmp_path, [Channel.EMAIL], database_url) as told, notifying(told) as notify:
        for _ in range(3):
            for person in ("amina", "eve"):
                told.here.declare(person)
            told.goes()
        told.here.clock.goes_on(2 * A_MINUTE)
        senders = [told.sender for _ in range(4)]
        with ThreadPoolExecutor() as threads:
            for _ in range(3):
                list(threads.map(lambda each: each.ask(), senders))
        sent, arrived = told.happened(AlertSent), told.happened(AlertArrived)
        assert Counter(each.originator_id for each in arrived) == Counter(
            each.originator_id for each in sent
        )
        assert notify.asked == len(notify.taken)


def test_a_sender_that_stops_gives_back_what_it_has_not_begun(tmp_path: Path) -> None:
    with telling(tmp_path, [Channel.EMAIL]) as told:
        for person in PEOPLE:
            told.reaching.try_out(person)
        told.here.clock.goes_on(timedelta(seconds=1))
        sender = told.sender
        sender.spread()
        told.here.clock.goes_on(timedelta(seconds=1))
        sender.stop()
        sender.send(Channel.EMAIL)
        assert told.mail.taken == []
        told.goes()  # at once, and not when a lease is over
        assert len(told.mail.taken) == len(PEOPLE)


@pytest.mark.usefixtures("server")
def test_nothing_goes_before_a_commit_that_is_known(url: str, tmp_path: Path) -> None:
    with telling(tmp_path, [Channel.EMAIL], url) as told, ThreadPoolExecutor() as threads:
        register, new = told.here.register, str(uuid4())
        body = declared("gift", "amina", at=told.here.clock.shows)

        def trying(work: Any, *given: Any) -> Future[Any]:
            future = threads.submit(work, *given)
            cancel_the_wait(url)
            return future

        with standby_away(url):
            with pytest.raises(UnavailableError):
                trying(register.declare, "amina", new, body).result(SECONDS)
            told.here.clock.goes_on(A_MINUTE)
            sender = told.sender
            sender._looked_at = told.here.clock.shows
            with pytest.raises(UnavailableError):
                trying(sender.spread).result(SECONDS)
            told.here.clock.goes_on(A_MINUTE)
            with pytest.raises(UnknownCommitError):
                trying(sender.send, Channel.EMAIL).result(SECONDS)
            assert told.mail.taken == []
        told.here.clock.goes_on(2 * A_MINUTE)
        for _ in range(2):
            assert not register.declare("amina", new, body).is_new
            told.goes()
        assert len(register.log.stream(UUID(new))) == 1
        assert len(told.mail.taken) == 1


def test_nothing_is_told_of_an_entry_that_is_not_there(postgres_url: str, tmp_path: Path) -> None:
    """The connection ends as it commits: nobody knows whether it did, and it did not."""
    with telling(tmp_path, [Channel.EMAIL], postgres_url) as told:
        register, new = told.here.register, str(uuid4())
        body = declared("gift", "amina", at=told.here.clock.shows)
        engine, ended = told.here.log.database.engine, []

        def end_the_connection(connection: sa.Connection) -> None:
            if not holds_append_lock(connection) or ended:
                return
            (pid,) = connection.exec_driver_sql("SELECT pg_backend_pid()").one()
            ended.append(pid)
            with by_hand(postgres_url) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

        sa.event.listen(engine, "commit", end_the_connection)
        with pytest.raises(UnavailableError):
            register.declare("amina", new, body)
        assert ended
        assert register.log.stream(UUID(new)) == []
        told.goes()
        assert told.mail.taken == []
        for is_new in (True, False):
            assert register.declare("amina", new, body).is_new is is_new
            told.goes()
        assert len(register.log.stream(UUID(new))) == 1
        assert len(told.mail.taken) == 1
