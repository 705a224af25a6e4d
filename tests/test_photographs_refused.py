"""Photographs of a gift: what is refused, with which reason, and which refusal comes first."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests import pictures
from tests.gifts import (
    act,
    assert_refused,
    declare,
    new_id,
    nothing_stored,
    tell,
)
from tests.photographing import LARGEST, Declaration, add, added, look
from tests.server import NOBODY, Server


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (pictures.png_bomb, "too many pixels"),
        (pictures.jpeg_bomb, "too many pixels"),
        (pictures.webp_bomb, "too many pixels"),
        (pictures.scans_bomb, "too many steps"),
        (pictures.of_40_megapixels, "more than 25 megapixels. Make it smaller"),
        (pictures.png_text_bomb, "damaged"),
        (lambda: pictures.picture(400, 300)[:-900], "not whole"),
        (lambda: pictures.picture(400, 300, "png")[:-200], "not whole"),
        (lambda: pictures.picture(400, 300, "webp")[:-300], "not whole"),
        (pictures.executable, "not a JPEG, PNG or WebP picture, whatever its name says"),
        (lambda: pictures.picture(media_type="gif"), "not a JPEG, PNG or WebP"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a JPEG, PNG or WebP"),
        (pictures.heic, "HEIC"),
        (lambda: b"", "nothing in this file"),
    ],
    ids=[
        *("png-bomb", "jpeg-bomb", "webp-bomb", "scans-bomb", "40-megapixels", "text-bomb"),
        *("cut-jpeg", "cut-png", "cut-webp", "executable", "gif", "svg", "heic", "empty"),
    ],
)
def test_what_is_no_picture_to_keep_is_refused_with_the_reason(
    server: Server, make: Callable[[], bytes], says: str
) -> None:
    declaration = declare(server)
    with nothing_stored(server):
        problem = assert_refused(add(server, declaration, make()), 422, "invalid", {"photograph"})
    assert says in problem["detail"]


def test_a_picture_is_no_larger_than_8_mib(server: Server) -> None:
    declaration = declare(server)
    filled = pictures.picture() + b"\0"
    with nothing_stored(server):
        answer = add(server, declaration, filled.ljust(LARGEST + 1, b"\0"))
        assert_refused(answer, 413, "too_large")
    assert add(server, declaration, filled.ljust(LARGEST, b"\0")).status_code == 201


@pytest.mark.parametrize("media_type", ["image/gif", "image/svg+xml", "application/json", ""])
def test_another_type_is_refused(server: Server, media_type: str) -> None:
    answer = add(server, declare(server), media_type=media_type)
    assert_refused(answer, 415, "unsupported")


def test_a_third_photograph_is_refused(server: Server) -> None:
    declaration = declare(server)
    for seed in range(2):
        added(server, declaration, pictures.picture(seed=seed))
    with nothing_stored(server):
        problem = assert_refused(add(server, declaration), 409, "conflict")
    assert len(problem["current"]["photographs"]) == 2


def test_a_picture_for_which_there_is_no_room_is_not_decoded(server: Server) -> None:
    declaration = declare(server)
    for seed in range(2):
        added(server, declaration, pictures.picture(seed=seed))
    with nothing_stored(server):
        whole = pictures.picture(400, 300)
        cut = whole[: len(whole) // 2]  # which only decoding shows
        assert_refused(add(server, declaration, cut), 409, "conflict")


def test_another_picture_under_the_same_id_is_refused(server: Server) -> None:
    declaration = declare(server)
    photograph = added(server, declaration)["id"]
    with nothing_stored(server):
        other = pictures.picture(seed=1)
        answer = add(server, declaration, other, photograph=photograph)
        assert_refused(answer, 409, "conflict")


def test_a_photograph_s_id_is_a_uuid(server: Server) -> None:
    answer = add(server, declare(server), photograph="frame.jpg")
    assert_refused(answer, 422, "invalid", {"photograph"})


def test_a_kind_that_takes_none_refuses_them_before_asking_whose_it_is(server: Server) -> None:
    encounter = tell(
        server,
        "amina",
        "out-of-hours-encounter",
        {
            "place": "The market",
            "arranged": False,
            "approached_by": "service_user",
            "minutes": 5,
            "wished_not_recognised": False,
            "agreed_to": None,
        },
    )
    for by in ("amina", "ben"):
        assert_refused(add(server, encounter, by=by), 409, "conflict")


def test_nothing_is_added_to_what_was_withdrawn_and_what_was_added_stays(server: Server) -> None:
    declaration = declare(server)
    photograph = new_id()
    assert add(server, declaration, photograph=photograph).status_code == 201
    act(server, "amina", declaration, "withdrawal", {"reason": "It was a loan"})
    agreed = {"stands": False, "reason": "It was a loan"}
    withdrawn = act(server, "carol", declaration, "review", agreed)
    assert len(withdrawn["photographs"]) == 1
    assert_refused(add(server, declaration), 409, "conflict")
    assert add(server, declaration, photograph=photograph).status_code == 200
    assert look(server, "ben", declaration, photograph).status_code == 200


def test_refusals_come_in_their_order(server: Server) -> None:
    """Everything is wrong at first; each line puts right what the one before was refused for."""
    declaration = declare(server)
    for seed in range(2):
        added(server, declaration, pictures.picture(seed=seed))
    unseen, bad = {"id": new_id()}, b"no picture"
    large = b" " * (LARGEST + 1)
    calls: list[tuple[int, str, str, Declaration, bytes]] = [
        (401, NOBODY, "text/plain", unseen, large),
        (413, "gus", "text/plain", unseen, large),
        (415, "gus", "text/plain", unseen, bad),
        (404, "gus", "image/png", unseen, bad),
        (404, "gus", "image/png", declaration, bad),
        (403, "ben", "image/png", declaration, bad),
        (422, "amina", "image/png", declaration, bad),
        (409, "amina", "image/png", declaration, pictures.picture(seed=2)),
    ]
    for status, by, media_type, about, sent in calls:
        answer = add(server, about, sent, by=by, media_type=media_type)
        assert answer.status_code == status, answer.text
