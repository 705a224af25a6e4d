"""Photographs of a gift: what is taken, and in which form it is kept."""

from __future__ import annotations

import threading

import pytest

from tests import pictures
from tests.at_length import on_both_engines
from tests.gifts import (
    declare,
    new_id,
    nothing_stored,
    path,
    taken,
)
from tests.photographing import add, added, kept, look, only
from tests.server import Server

TYPES = ("jpeg", "png", "webp")


@on_both_engines
@pytest.mark.parametrize("media_type", TYPES)
def test_a_picture_is_kept_as_jpeg_in_two_sizes(server: Server, media_type: str) -> None:
    declaration = declare(server)
    sent = pictures.picture(3000, 1500, media_type)
    answer = add(server, declaration, sent, media_type=f"image/{media_type}")
    photograph = taken(answer, 201)
    assert (photograph["width"], photograph["height"]) == (2048, 1024)
    assert photograph["erased_at"] is None
    shown = look(server, "amina", declaration, photograph["id"])
    assert len(shown.content) == photograph["bytes"]
    small = look(server, "amina", declaration, photograph["id"], "thumbnail")
    sizes = [
        (pictures.read(each.content).format, pictures.read(each.content).size)
        for each in (shown, small)
    ]
    assert sizes == [("JPEG", (2048, 1024)), ("JPEG", (320, 160))]
    assert_looks_like(shown.content, sent)
    now = server.as_("amina").get(path(declaration["id"])).json()
    assert now["photographs"] == [photograph]


def assert_looks_like(one: bytes, other: bytes) -> None:
    here, there = (pictures.read(each).convert("RGB").resize((8, 6)) for each in (one, other))
    differences = [abs(a - b) for a, b in zip(here.tobytes(), there.tobytes(), strict=True)]
    assert sum(differences) / len(differences) < 8


def test_a_small_picture_is_not_made_larger(server: Server) -> None:
    declaration = declare(server)
    photograph = added(server, declaration, pictures.picture(120, 90))
    assert (photograph["width"], photograph["height"]) == (120, 90)
    thumbnail = look(server, "amina", declaration, photograph["id"], "thumbnail")
    assert pictures.read(thumbnail.content).size == (120, 90)


def test_nothing_is_kept_of_where_when_and_with_what_it_was_taken(server: Server) -> None:
    sent = pictures.with_a_place()
    assert all(secret in sent for secret in pictures.SECRETS), "else this shows nothing"
    declaration = declare(server)
    stored = kept(server, declaration, added(server, declaration, sent))
    assert [secret for secret in pictures.SECRETS if secret in stored] == []
    shown = look(server, "amina", declaration, only(server, declaration)["id"]).content
    image = pictures.read(shown)
    assert dict(image.getexif()) == {}
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_nothing_is_kept_of_the_texts_in_a_png(server: Server) -> None:
    declaration = declare(server)
    sent = pictures.with_texts()
    assert pictures.read(sent).info["Comment"] == "Canon EOS"
    stored = kept(server, declaration, added(server, declaration, sent))
    assert [secret for secret in pictures.SECRETS if secret in stored] == []


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_its_camera_was_held(server: Server, orientation: int) -> None:
    declaration = declare(server)
    photograph = added(server, declaration, pictures.with_a_place(orientation, 400, 300))
    upright = (400, 300) if orientation < 5 else (300, 400)
    assert (photograph["width"], photograph["height"]) == upright


@pytest.mark.parametrize("media_type", ["png", "webp"])
def test_of_a_moving_picture_the_first_frame_is_kept(server: Server, media_type: str) -> None:
    declaration = declare(server)
    photograph = added(server, declaration, pictures.moving(media_type))
    shown = pictures.read(look(server, "amina", declaration, photograph["id"]).content)
    red, green, blue = shown.getpixel((30, 20))
    assert (red > 200, green < 60, blue < 60) == (True, True, True)
    assert getattr(shown, "n_frames", 1) == 1


def test_what_is_see_through_becomes_white(server: Server) -> None:
    declaration = declare(server)
    photograph = added(server, declaration, pictures.see_through())
    shown = pictures.read(look(server, "amina", declaration, photograph["id"]).content)
    assert shown.getpixel((30, 20)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGBA", "CMYK"])
def test_a_picture_keeps_its_shade_however_it_is_written(server: Server, mode: str) -> None:
    declaration = declare(server)
    photograph = added(server, declaration, pictures.grey(mode))
    shown = pictures.read(look(server, "amina", declaration, photograph["id"]).content)
    assert all(abs(each - pictures.GREY) < 4 for each in pictures.mean(shown))


def test_a_picture_is_what_it_is_whatever_its_type_says(server: Server) -> None:
    """A file may have been renamed on its way: the picture is written anew in any case."""
    declaration = declare(server)
    answer = add(server, declaration, pictures.picture(media_type="png"), media_type="image/webp")
    assert answer.status_code == 201


def test_the_same_again_is_one_photograph(server: Server) -> None:
    declaration, photograph = declare(server), new_id()
    first = add(server, declaration, photograph=photograph)
    with nothing_stored(server):
        again = add(server, declaration, photograph=photograph)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


@on_both_engines
def test_the_same_sent_at_once_is_one_photograph(server: Server) -> None:
    declaration, photograph = declare(server), new_id()
    statuses: list[int] = []

    def send() -> None:
        with server.another("amina") as client:
            answer = client.put(
                path(declaration["id"], "photographs", photograph),
                content=pictures.picture(),
                headers={"Content-Type": "image/jpeg"},
            )
            statuses.append(answer.status_code)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(statuses) == [200, 200, 200, 201]
    assert only(server, declaration)["id"] == photograph


def test_a_progressive_picture_is_taken(server: Server) -> None:
    added(server, declare(server), pictures.picture(400, 300, progressive=True))
