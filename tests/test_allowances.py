"""What one person may ask for in a minute, and how strangers wait for their turn."""

from __future__ import annotations

import asyncio

import pytest

from register.errors import TooManyError
from tests.browser import HOME, Browser, Office
from tests.cast import told
from tests.gifts import new_id
from web.app import create_app
from web.edge.allowances import AT_ONCE, Allowance, Allowed, Strangers

A_MINUTE = 60


class Watch:
    def __init__(self) -> None:
        self.shows = 1000.0

    def __call__(self) -> float:
        return self.shows


def taken(allowance: Allowance, times: int, by: str = "amina") -> int:
    """How many of so many are allowed."""
    count = 0
    for _ in range(times):
        try:
            allowance.take(by)
        except TooManyError:
            break
        count += 1
    return count


def test_all_of_a_minute_may_be_asked_for_at_once_and_no_more() -> None:
    allowance = Allowance(120, Watch())
    assert taken(allowance, 500) == 120
    assert taken(allowance, 500, by="gus") == 120


def test_who_asked_for_too_much_is_told_when_there_is_room_again() -> None:
    watch = Watch()
    allowance = Allowance(6, watch)
    taken(allowance, 6)
    with pytest.raises(TooManyError, match="in 10 seconds") as refused:
        allowance.take("amina")
    assert refused.value.seconds == 10
    watch.shows += refused.value.seconds
    allowance.take("amina")


def test_after_a_minute_of_rest_there_is_all_of_it_again() -> None:
    watch = Watch()
    allowance = Allowance(30, watch)
    taken(allowance, 30)
    watch.shows += A_MINUTE
    assert taken(allowance, 100) == 30


def test_a_steady_worker_never_waits() -> None:
    watch = Watch()
    allowance = Allowance(120, watch)
    for _ in range(1000):
        allowance.take("amina")
        watch.shows += A_MINUTE / 120


# Over HTTP


@pytest.fixture
def strict(here: Office) -> Office:
    """Three changes and ten calls a minute."""
    allowed = Allowed(Allowance(3, Watch()), Allowance(10, Watch()))
    here.app = create_app(here.register, address=HOME, allowed=allowed)
    return here


def test_one_declaration_too_many_is_refused_before_its_body_is_read(strict: Office) -> None:
    amina, gus = strict.browser("amina"), strict.browser("gus")
    headers = {"origin": HOME}
    for _ in range(3):
        sent = amina.call(
            "PUT", f"/api/declarations/{new_id()}", json=told("gift", "amina"), headers=headers
        )
        assert sent.status_code == 201
    refused = amina.call(
        "PUT", f"/api/declarations/{new_id()}", content=b"x" * 2**21, headers=headers
    )
    assert refused.status_code == 429, "before 413, 415 and 400"
    assert refused.json()["code"] == "too_many"
    assert int(refused.headers["retry-after"]) == 20
    assert "in 20 seconds" in refused.json()["detail"]
    other = gus.call(
        "PUT", f"/api/declarations/{new_id()}", json=told("gift", "gus"), headers=headers
    )
    assert other.status_code == 201
    assert amina.get("/mine").status_code == 200


def test_who_is_nobody_is_told_so_first(strict: Office) -> None:
    nobody = Browser(strict.app, None)
    for _ in range(12):
        assert nobody.call("PUT", f"/api/declarations/{new_id()}", content=b"x").status_code == 401


def test_a_form_too_many_is_refused_with_a_page(strict: Office) -> None:
    amina = strict.browser("amina")
    for _ in range(3):
        assert amina.post("/seen", {"up_to": "1"}).status_code == 303
    refused = amina.post("/seen", {"up_to": "1"})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert "Nothing was stored; please try again in 20 seconds." in refused.text


def test_a_page_too_many_is_refused_too(strict: Office) -> None:
    amina = strict.browser("amina")
    assert [amina.get("/mine").status_code for _ in range(11)] == [200] * 10 + [429]


# Strangers


def test_a_few_strangers_are_attended_to_at_once_and_the_others_in_their_turn() -> None:
    async def crowd() -> tuple[int, int]:
        strangers, inside, most, done = Strangers(), 0, 0, 0

        async def one() -> None:
            nonlocal inside, most, done
            async with strangers.one():
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0.001)
                inside -= 1
                done += 1

        await asyncio.gather(*(one() for _ in range(5 * AT_ONCE)))
        return most, done

    assert asyncio.run(crowd()) == (AT_ONCE, 5 * AT_ONCE)


def test_who_only_guesses_does_not_keep_anybody_from_writing(here: Office) -> None:
    """A wrong link, or a session that is none, waits for nobody and nobody waits for it."""
    with here.log.database.write():
        guess = Browser(here.app, None).post("/sign-in/a-guess", {})
        assert guess.status_code == 404
        left = Browser(here.app, "no-session").post("/sign-out", {})
        assert left.status_code == 303
