"""Photographs of a gift: what is taken and what is refused, who may look, and what is kept."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa

from events.log.photographs import keep, seal
from events.log.tables import entry_keys, photographs
from register.errors import ConflictError, NotFoundError
from register.photographs.cleaning import cleaned
from register.register import Register
from tests import pictures
from tests.gifts import (
    act,
    assert_refused,
    declare,
    gift,
    new_id,
    nothing_stored,
    path,
    taken,
    tell,
)
from tests.registers import GIFT, opened_register, telling
from tests.server import NOBODY, PEOPLE, Installation, Server

Declaration = dict[str, Any]
TYPES = ("jpeg", "png", "webp")
LARGEST = 8 * 1024 * 1024


def add(
    server: Server,
    declaration: Declaration,
    sent: bytes | None = None,
    *,
    by: str = "amina",
    photograph: str | None = None,
    media_type: str = "image/jpeg",
) -> httpx.Response:
    client = server.as_nobody() if by == NOBODY else server.as_(by)
    return client.put(
        path(declaration["id"], "photographs", photograph or new_id()),
        content=pictures.picture() if sent is None else sent,
        headers={"Content-Type": media_type},
    )


def added(server: Server, declaration: Declaration, sent: bytes | None = None) -> dict[str, Any]:
    return taken(add(server, declaration, sent), 201)


def look(
    server: Server, by: str, declaration: Declaration, photograph: str, *size: str
) -> httpx.Response:
    client = server.as_nobody() if by == NOBODY else server.as_(by)
    return client.get(path(declaration["id"], "photographs", photograph, *size))


def kept(server: Server, declaration: Declaration, photograph: dict[str, Any]) -> bytes:
    """What is kept of a photograph, in both sizes, as it is given out again."""
    answers = [
        look(server, "amina", declaration, photograph["id"], *size) for size in ((), ("thumbnail",))
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    return b"".join(answer.content for answer in answers)


# What is taken


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


def only(server: Server, declaration: Declaration) -> dict[str, Any]:
    [photograph] = server.as_("amina").get(path(declaration["id"])).json()["photographs"]
    return dict(photograph)


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


# What is refused


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


def test_a_progressive_picture_is_taken(server: Server) -> None:
    added(server, declare(server), pictures.picture(400, 300, progressive=True))


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
    withdrawn = act(server, "amina", declaration, "withdrawal", {"reason": "It was a loan"})
    assert len(withdrawn["photographs"]) == 1
    assert_refused(add(server, declaration), 409, "conflict")
    assert add(server, declaration, photograph=photograph).status_code == 200
    assert look(server, "ben", declaration, photograph).status_code == 200


def test_a_correction_leaves_the_photographs(server: Server) -> None:
    declaration = declare(server)
    photograph = added(server, declaration)
    body = {"details": {**declaration["details"], "item": "Another frame"}, "reason": "A mistake"}
    corrected = act(server, "amina", declaration, "correction", body)
    assert corrected["photographs"] == [photograph]


# Who may


def test_only_the_worker_adds_and_who_may_see_the_declaration_sees_it(server: Server) -> None:
    declaration = declare(server)
    photograph = added(server, declaration)["id"]
    adding = {each: add(server, declaration, by=each).status_code for each in (*PEOPLE, NOBODY)}
    looking = {
        size: {
            each: look(server, each, declaration, photograph, *size).status_code
            for each in (*PEOPLE, NOBODY)
        }
        for size in ((), ("thumbnail",))
    }
    unknown = dict.fromkeys(("gus", "eve", "femi", "dana", "ada"), 404) | {NOBODY: 401}
    assert adding == {**unknown, "amina": 201, "ben": 403, "carol": 403, "dev": 403}
    seen = {**unknown, "amina": 200, "ben": 200, "carol": 200, "dev": 200}
    assert looking == {(): seen, ("thumbnail",): seen}


def test_a_photograph_is_found_under_its_own_declaration_alone(server: Server) -> None:
    declaration, other = declare(server), declare(server)
    photograph = added(server, declaration)["id"]
    assert_refused(look(server, "amina", other, photograph), 404, "not_found")
    assert_refused(look(server, "amina", declaration, new_id()), 404, "not_found")
    assert add(server, other, photograph=photograph).status_code == 201


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


@pytest.mark.parametrize("size", [(), ("thumbnail",)])
def test_a_picture_is_kept_by_no_cache_and_is_nothing_but_a_picture(
    server: Server, size: tuple[str, ...]
) -> None:
    declaration = declare(server)
    photograph = added(server, declaration)["id"]
    headers = look(server, "ben", declaration, photograph, *size).headers
    assert headers["content-type"] == "image/jpeg"
    assert headers["cache-control"] == "no-store"
    assert headers["content-disposition"] == 'inline; filename="photograph.jpg"'
    assert headers["content-security-policy"] == "default-src 'none'"
    assert headers["x-content-type-options"] == "nosniff"


# History


def test_the_history_says_so_in_plain_facts_alone(server: Server) -> None:
    declaration = declare(server)
    photograph = added(server, declaration)
    lines = server.as_("ben").get(path(declaration["id"], "history")).json()["items"]
    assert re.fullmatch(r"Amina Yusuf added a photograph on [\w ]+\.", lines[-1]["sentence"])
    assert (lines[-1]["event"], lines[-1]["actor"]) == ("photograph-added", "amina")
    asked = {"after": lines[-1]["position"] - 1, "limit": 1}
    [entry] = server.as_("dev").get("/api/entries", params=asked).json()["items"]
    facts = entry["state"]
    hexadecimal = [facts.pop(name) for name in ("digest", "thumbnail_digest")]
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in hexadecimal)
    size = {name: photograph[name] for name in ("bytes", "width", "height", "added_at")}
    assert facts == {"photograph": photograph["id"], "added_by": "amina", **size}


def test_as_at_a_moment_there_are_the_photographs_of_then(server: Server) -> None:
    declaration = declare(server)
    before = server.as_("amina").get(path(declaration["id"])).json()["position"]
    added(server, declaration)
    then = server.as_("amina").get(path(declaration["id"]), params={"as_at": before}).json()
    assert then["photographs"] == []
    assert len(server.as_("amina").get(path(declaration["id"])).json()["photographs"]) == 1


# What is kept


@pytest.fixture
def register(database_url: str) -> Iterator[Register]:
    with opened_register(database_url) as register:
        yield register


def declared(register: Register) -> str:
    id_text = str(uuid4())
    register.declare("amina", id_text, telling(register, GIFT))
    return id_text


def photographed(register: Register, declaration: str) -> str:
    photograph = str(uuid4())
    register.add_photograph("amina", declaration, photograph, pictures.picture())
    return photograph


@contextmanager
def database(register: Register) -> Iterator[sa.Connection]:
    with register.log.database.write() as connection:
        yield connection


def rows(register: Register, table: sa.Table) -> int:
    with register.log.database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_what_is_kept_is_sealed(register: Register) -> None:
    declaration = declared(register)
    photograph = photographed(register, declaration)
    shown = register.photographs.look_at("amina", declaration, photograph)
    with database(register) as connection:
        row = connection.execute(sa.select(photographs)).one()
    assert b"JFIF" in shown
    assert len(row.picture) == 12 + len(shown) + 16
    assert shown[:16] not in row.picture
    assert b"JFIF" not in row.picture + row.thumbnail


@pytest.mark.parametrize("size", ["picture", "thumbnail"])
def test_a_changed_picture_is_not_shown_and_said_to_be_changed(
    register: Register, size: str
) -> None:
    declaration = declared(register)
    photograph = photographed(register, declaration)
    with database(register) as connection:
        box = connection.execute(sa.select(photographs.c[size])).scalar_one()
        changed = box[:-1] + bytes([box[-1] ^ 1])
        connection.execute(sa.update(photographs).values({size: changed}))
    with pytest.raises(NotFoundError, match="not what was added to the register"):
        register.photographs.look_at("amina", declaration, photograph, size)
    [seen] = register.photographs.conditions(register.read.declaration("amina", declaration))
    assert seen.words == "This photograph is not what was added to the register, and is not shown."


def test_a_picture_that_was_taken_away_is_said_to_be_changed(register: Register) -> None:
    declaration = declared(register)
    photographed(register, declaration)
    with database(register) as connection:
        connection.execute(sa.delete(photographs))
    [seen] = register.photographs.conditions(register.read.declaration("amina", declaration))
    assert seen.state == "changed"


def test_a_picture_put_in_another_s_place_is_not_shown(register: Register) -> None:
    declaration = declared(register)
    one, other = (photographed(register, declaration) for _ in range(2))
    with database(register) as connection:
        theirs = connection.execute(
            sa.select(photographs.c.picture).where(photographs.c.photograph == UUID(other))
        ).scalar_one()
        mine = sa.update(photographs).where(photographs.c.photograph == UUID(one))
        connection.execute(mine.values(picture=theirs))
    with pytest.raises(NotFoundError, match="not what was added"):
        register.photographs.look_at("amina", declaration, one)


def test_not_even_whoever_has_the_keys_can_slip_in_another_picture(register: Register) -> None:
    declaration = declared(register)
    photograph = photographed(register, declaration)
    other = cleaned(pictures.picture(seed=1))
    sizes = {"picture": other.picture, "thumbnail": other.thumbnail}
    forged = seal(register.log.keyring, UUID(declaration), UUID(photograph), sizes, b"")
    version = register.read.declaration("amina", declaration).version
    with database(register) as connection:
        connection.execute(sa.delete(photographs))
        its_key = entry_keys.c.originator_version == version
        connection.execute(
            sa.delete(entry_keys).where(entry_keys.c.originator_id == UUID(declaration), its_key)
        )
        keep(connection, forged, version)
    for size in sizes:
        with pytest.raises(NotFoundError, match="not what was added"):
            register.photographs.look_at("amina", declaration, photograph, size)


def test_without_its_key_nobody_sees_a_picture_again(register: Register) -> None:
    declaration = declared(register)
    photograph = photographed(register, declaration)
    version = register.read.declaration("amina", declaration).version
    with database(register) as connection:
        connection.execute(
            sa.delete(entry_keys).where(
                entry_keys.c.originator_id == UUID(declaration),
                entry_keys.c.originator_version == version,
            )
        )
    with pytest.raises(NotFoundError, match="was erased"):
        register.photographs.look_at("amina", declaration, photograph)
    found = register.read.declaration("amina", declaration)
    assert found.details == GIFT, "its words have another key"
    [seen] = register.photographs.conditions(found)
    assert seen.words == "This photograph was erased."


def test_an_erased_photograph_makes_room_and_its_id_is_not_used_again(register: Register) -> None:
    declaration = declared(register)
    first, _ = (photographed(register, declaration) for _ in range(2))
    register.erase_photograph(declaration, first)
    with pytest.raises(ConflictError, match="before it was erased"):
        register.add_photograph("amina", declaration, first, pictures.picture())
    photographed(register, declaration)
    with pytest.raises(ConflictError, match="has 2 photographs already"):
        photographed(register, declaration)


def test_what_is_erased_again_is_said_once(register: Register) -> None:
    declaration = declared(register)
    photograph = photographed(register, declaration)
    register.erase_photograph(declaration, photograph)
    before = register.log.last_position()
    register.erase_photograph(declaration, photograph)
    assert register.log.last_position() == before
    assert (rows(register, photographs), rows(register, entry_keys)) == (0, keys_left(register))


def keys_left(register: Register) -> int:
    """One for each entry that has words."""
    return sum(getattr(event, "words", None) is not None for event in register.log.after())


def photograph_one_too_many(register: Register, declaration: str) -> None:
    """All of them together, so that none is there in the end."""
    with register.together():
        for _ in range(2):
            photographed(register, declaration)


def test_what_fails_leaves_neither_picture_nor_entry_nor_key(register: Register) -> None:
    declaration = declared(register)
    photograph = photographed(register, declaration)
    tables = (photographs, entry_keys)
    before = [register.log.last_position(), *(rows(register, each) for each in tables)]
    with pytest.raises(ConflictError):
        photograph_one_too_many(register, declaration)
    with database(register) as connection:  # an earlier picture of nobody's stands in the way
        row = dict(connection.execute(sa.select(photographs)).mappings().one())
        other = uuid4()
        connection.execute(sa.insert(photographs), {**row, "photograph": other})
    with pytest.raises(sa.exc.IntegrityError):
        register.add_photograph("amina", declaration, str(other), pictures.picture(seed=1))
    with database(register) as connection:
        connection.execute(sa.delete(photographs).where(photographs.c.photograph == other))
    assert [register.log.last_position(), *(rows(register, each) for each in tables)] == before
    assert register.photographs.look_at("amina", declaration, photograph)


# Erasing at the console, rebuilding, and being killed


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_photographs_last_until_they_are_erased(
    new_installation: Callable[..., Installation], engine: str
) -> None:
    installation = new_installation(engine)
    installation.set_up()
    with installation.serving() as server:
        declaration = declare(server)
        photograph, other = (
            added(server, declaration, pictures.picture(seed=seed)) for seed in range(2)
        )
        shown = kept(server, declaration, photograph)
        secrets = keys_of(installation, declaration)
        assert len(secrets) == 2

        assert installation.run("rebuild") == ["The read models are made again."]
        assert kept(server, declaration, photograph) == shown

        said = installation.run("photograph", "erase", declaration["id"], photograph["id"])
        assert said == ["The photograph is erased. Back-ups have it until they are destroyed."]
        answer = look(server, "amina", declaration, photograph["id"])
        problem = assert_refused(answer, 404, "not_found")
        assert problem["detail"] == "This photograph was erased."
        now = server.as_("ben").get(path(declaration["id"])).json()
        assert [each["erased_at"] is None for each in now["photographs"]] == [False, True]
        lines = server.as_("ben").get(path(declaration["id"], "history")).json()["items"]
        assert re.fullmatch(
            r"The administrator erased a photograph on [\w ]+\.", lines[-1]["sentence"]
        )
        assert lines[-1]["actor"] is None
        assert look(server, "amina", declaration, other["id"]).status_code == 200

        assert installation.run("rebuild") == ["The read models are made again."]
        assert look(server, "amina", declaration, other["id"]).status_code == 200
        assert keys_of(installation, declaration) < secrets
    if installation.is_sqlite:
        [destroyed] = secrets - keys_of(installation, declaration)
        files = [each.read_bytes() for each in installation.data_dir.glob("register.sqlite*")]
        assert not any(destroyed in each for each in files)


def keys_of(installation: Installation, declaration: Declaration) -> set[bytes]:
    """The wrapped keys of a declaration's photographs, as they are kept."""
    query = sa.select(entry_keys.c.wrapped).where(
        entry_keys.c.originator_id == UUID(declaration["id"]),
        entry_keys.c.originator_version > 1,
    )
    with installation.connected() as connection:
        return {bytes(each) for each in connection.execute(query).scalars()}


@pytest.mark.parametrize(
    ("declaration", "says"),
    [
        ("a1e47000-0000-4000-8000-00000000dead", "There is no declaration with that id"),
        ("frame", "has to be a UUID"),
    ],
)
def test_what_cannot_be_erased_is_said_in_words(
    server: Server, declaration: str, says: str
) -> None:
    done = server.installation.command("photograph", "erase", declaration, new_id())
    assert done.code == 1
    assert says in done.errors


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_whoever_is_killed_leaves_pictures_and_entries_together(
    new_installation: Callable[..., Installation], engine: str
) -> None:
    installation = new_installation(engine)
    installation.set_up()
    with installation.serving() as server:
        answered: set[str] = set()
        threads = [threading.Thread(target=keep_adding, args=(server, answered)) for _ in range(3)]
        for thread in threads:
            thread.start()
        while len(answered) < 6 and any(each.is_alive() for each in threads):
            threading.Event().wait(0.01)
        server.kill()
        for thread in threads:
            thread.join(30)
        told, held = photographs_in(installation)
        assert told == held
        assert answered <= told
        server.start()


def keep_adding(server: Server, answered: set[str]) -> None:
    """Until the server is gone; a declaration takes two."""
    with server.another("amina") as client, suppress(httpx.TransportError):
        for number in range(400):
            if number % 2 == 0:
                declaration = new_id()
                taken(client.put(path(declaration), json=gift()), 201)
            photograph = new_id()
            answer = client.put(
                path(declaration, "photographs", photograph),
                content=pictures.picture(seed=number),
                headers={"Content-Type": "image/jpeg"},
            )
            taken(answer, 201)
            answered.add(photograph)


def photographs_in(installation: Installation) -> tuple[set[str], set[str]]:
    """Those that entries tell of, and those that are kept with a key."""
    with installation.connected() as connection:
        states = connection.exec_driver_sql(
            "SELECT state FROM entries WHERE topic = 'photograph-added'"
        ).scalars()
        told = {re.search(rb'"photograph":"([^"]+)"', bytes(each))[1].decode() for each in states}
        pictures_kept = sa.select(photographs.c.photograph)
        return told, {str(each) for each in connection.execute(pictures_kept).scalars()}


# Nothing of it is anywhere else


def test_a_picture_is_found_nowhere_outside_of_what_is_sealed(server: Server) -> None:
    declaration = declare(server)
    sent = pictures.picture(1500, 1100, "png", seed=7)
    photograph = added(server, declaration, sent)
    shown = look(server, "amina", declaration, photograph["id"]).content
    parts = [data[at : at + 24] for data in (sent, shown) for at in (700, len(data) // 2)]
    folder = server.installation.folder
    files = [each for each in folder.rglob("*") if each.is_file()]
    found = [str(each) for each in files if any(part in each.read_bytes() for part in parts)]
    assert found == []
    with server.installation.connected() as connection:
        for table in sa.inspect(connection).get_table_names():
            stored = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            values = b"".join(
                bytes(each) for row in stored for each in row if isinstance(each, bytes)
            )
            assert not any(part in values for part in parts), table
