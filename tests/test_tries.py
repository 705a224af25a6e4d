"""How often somebody may try to sign in, from wherever: counted over all processes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta

import pytest

from events.log.log import Log
from register.access.tries import (
    BY_AN_ADDRESS,
    FROM_A_KNOWN_DEVICE,
    FROM_ONE_ADDRESS,
    FROM_UNKNOWN_DEVICES,
    At,
    Tries,
    Whence,
)
from register.errors import TooManyError
from tests.browser import Office
from tests.cast import KEYRING

AT_HOME, ELSEWHERE = Whence("192.0.2.7"), Whence("198.51.100.9")
AN_HOUR = timedelta(hours=1)


def tried(tries: Tries, person: str | None, whence: Whence, times: int) -> int:
    """How many of so many tries were let through."""
    return sum(is_let(tries, person, whence) for _ in range(times))


def is_let(tries: Tries, person: str | None, whence: Whence, at: At = At.SIGN_IN) -> bool:
    try:
        tries.begin(person, whence, at)
    except TooManyError:
        return False
    return True


def an_address(number: int) -> Whence:
    return Whence(f"203.0.113.{number}")


def test_one_person_is_tried_no_more_than_so_often_from_one_address(here: Office) -> None:
    assert tried(here.register.tries, "amina", AT_HOME, 30) == FROM_ONE_ADDRESS
    assert tried(here.register.tries, "amina", ELSEWHERE, 1) == 1


def test_a_whole_home_behind_one_address_gets_in(here: Office) -> None:
    tries = here.register.tries
    for number in range(80):
        tries.succeeded(tries.begin(f"worker-{number}", AT_HOME))
    tried(tries, "amina", AT_HOME, 30)
    assert tried(tries, "ben", AT_HOME, 1) == 1


def test_one_password_cannot_be_tried_on_everybody(here: Office) -> None:
    tries = here.register.tries
    let = sum(tried(tries, f"worker-{number}", AT_HOME, 1) for number in range(BY_AN_ADDRESS + 20))
    assert let == BY_AN_ADDRESS


def test_a_stranger_with_many_addresses_gets_no_further(here: Office) -> None:
    tries = here.register.tries
    let = sum(tried(tries, "amina", an_address(number), 10) for number in range(10))
    assert let == FROM_UNKNOWN_DEVICES


def test_the_person_attacked_signs_in_on_a_device_that_knows_them(here: Office) -> None:
    tries = here.register.tries
    own = Whence("192.0.2.7", tries.known("", "amina"))
    for number in range(10):
        tried(tries, "amina", an_address(number), 10)
    tried(tries, None, own, BY_AN_ADDRESS)
    assert tried(tries, "amina", own, 30) == FROM_A_KNOWN_DEVICE
    assert tried(tries, "ben", Whence("192.0.2.8", own.device), 30) == FROM_ONE_ADDRESS


def test_a_try_that_succeeds_is_not_counted(here: Office) -> None:
    tries = here.register.tries
    for _ in range(3 * FROM_ONE_ADDRESS):
        tries.succeeded(tries.begin("amina", AT_HOME))
    assert tried(tries, "amina", AT_HOME, 30) == FROM_ONE_ADDRESS


def test_an_hour_later_there_is_room_again_and_nothing_is_left_of_before(here: Office) -> None:
    tries = here.register.tries
    tried(tries, "amina", AT_HOME, 30)
    with pytest.raises(TooManyError, match="60 minutes") as refusal:
        tries.begin("amina", AT_HOME)
    assert refusal.value.seconds == AN_HOUR.total_seconds()
    here.clock.goes_on(AN_HOUR - timedelta(seconds=1))
    assert not is_let(tries, "amina", AT_HOME)
    here.clock.goes_on(timedelta(seconds=1))
    assert is_let(tries, "ben", AT_HOME)
    with here.log.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM tries").scalar() == 3


def test_from_this_machine_there_is_no_limit_for_all_together(here: Office) -> None:
    """Its own proxy, where nobody said that it is to be believed, would lock everybody out."""
    assert tried(here.register.tries, None, Whence(), BY_AN_ADDRESS + 1) == BY_AN_ADDRESS + 1


# Devices


def test_a_device_is_known_by_the_people_who_signed_in_there(here: Office) -> None:
    tries = here.register.tries
    shared = tries.known(tries.known("", "amina"), "gus")
    assert [tries.knows(shared, each) for each in ("amina", "gus", "ben")] == [True, True, False]
    assert "amina" not in shared


@pytest.mark.parametrize("forged", ["", ".", "amina", "é", "AAAA.AAAA", "A" * 5000, "%.%"])
def test_a_forged_device_is_one_that_nobody_knows(here: Office, forged: str) -> None:
    tries = here.register.tries
    assert not tries.knows(forged, "amina")
    assert tries.knows(tries.known(forged, "amina"), "amina")


def test_what_one_device_is_known_by_says_nothing_for_another(here: Office) -> None:
    tries = here.register.tries
    own, other = tries.known("", "amina"), tries.known("", "ben")
    swapped = other.split(".")[0] + "." + own.split(".")[1]
    assert not tries.knows(swapped, "amina")


# Several processes


@pytest.fixture
def three(postgres_url: str) -> Iterator[list[Tries]]:
    """Three that count in one database, each with connections of its own, as processes have."""
    with ExitStack() as undo:
        logs = [Log(postgres_url, KEYRING) for _ in range(3)]
        for log in logs:
            undo.callback(log.close)
        yield [Tries(log.database, log.keyring, log.right_now) for log in logs]


def test_a_race_over_three_processes_gives_no_more_tries(three: list[Tries]) -> None:
    with ThreadPoolExecutor(12) as threads:
        one = threads.map(lambda n: is_let(three[n % 3], "amina", AT_HOME), range(60))
        all_of_them = threads.map(
            lambda n: is_let(three[n % 3], "ben", an_address(n % 30)), range(150)
        )
        a_slip = threads.map(lambda n: is_let(three[n % 3], "ben", AT_HOME, At.SLIP), range(40))
        assert (sum(one), sum(all_of_them)) == (FROM_ONE_ADDRESS, FROM_UNKNOWN_DEVICES)
        assert sum(a_slip) == FROM_ONE_ADDRESS
    known = Whence("203.0.113.1", three[0].known("", "ben"))
    assert is_let(three[1], "ben", known)
