"""The pages of photographs: adding one without JavaScript, and seeing them with a declaration."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa

from events.log.tables import photographs
from tests import pictures
from tests.browser import Browser, Office, links, words
from tests.erasing import erase_at_once

LARGEST = 8 * 1024 * 1024


@pytest.fixture
def amina(here: Office) -> Browser:
    return here.browser("amina")


@pytest.fixture
def gift(here: Office) -> UUID:
    return here.declare("amina")


def send(
    browser: Browser,
    declaration: UUID,
    sent: bytes,
    *,
    name: str = "IMG_1042.jpg",
    photograph: str | None = None,
) -> httpx.Response:
    """As a browser sends the form."""
    return browser.post(
        f"/declarations/{declaration}/photographs",
        data={"id": photograph or str(uuid4())},
        files={"photograph": (name, sent, "image/jpeg")},
    )


def problems(answer: httpx.Response) -> list[str]:
    """What the summary of errors says, each with a link to the question."""
    summary = re.search(r'govuk-error-summary__list">(.*?)</ul>', answer.text, re.DOTALL)
    assert summary is not None, answer.text
    return re.findall(r'<a href="#photograph">(.*?)</a>', summary[1])


def test_a_worker_comes_to_it_from_what_they_declared(amina: Browser, gift: UUID) -> None:
    address = f"/declarations/{gift}/photographs"
    for page in (f"/declarations/{gift}/sent", f"/declarations/{gift}"):
        assert address in links(amina.get(page))
    form = amina.get(address)
    assert "No people in the picture, please" in words(form)
    assert "No people in the picture, please" in words(amina.get(f"/declarations/{gift}/sent"))
    assert 'accept="image/jpeg,image/png,image/webp"' in form.text
    assert 'enctype="multipart/form-data"' in form.text


def test_what_takes_no_photographs_does_not_ask_for_them(here: Office, amina: Browser) -> None:
    encounter = here.declare("amina", "out-of-hours-encounter")
    for page in (f"/declarations/{encounter}/sent", f"/declarations/{encounter}"):
        assert "hotograph" not in amina.get(page).text
    assert amina.get(f"/declarations/{encounter}/photographs").status_code == 409


def test_a_photograph_is_added_and_shown(here: Office, amina: Browser, gift: UUID) -> None:
    answer = send(amina, gift, pictures.picture(1200, 800))
    assert answer.status_code == 303
    done = amina.get(answer.headers["location"])
    assert "Your photograph is in the register." in words(done)
    for page in (done, here.browser("ben").get(f"/declarations/{gift}")):
        [image] = re.findall(r"<img[^>]*>", page.text)
        assert 'width="320" height="213"' in image
        assert 'alt="Photograph 1 of 1 of what was declared"' in image
        [thumbnail] = re.findall(r'src="([^"]*)"', image)
        assert pictures.read(here.browser("ben").get(thumbnail).content).size == (320, 213)
        picture = thumbnail.removesuffix("/thumbnail")
        assert f"{picture}/view" in links(page)
        assert f'src="{picture}"' in here.browser("ben").get(f"{picture}/view").text
        assert pictures.read(here.browser("ben").get(picture).content).size == (1200, 800)
    assert "Amina Yusuf added a photograph on" in words(
        here.browser("ben").get(f"/declarations/{gift}")
    )


def test_the_same_form_sent_twice_is_one_photograph(amina: Browser, gift: UUID) -> None:
    form = amina.get(f"/declarations/{gift}/photographs").text
    [photograph] = re.findall(r'name="id" value="([^"]*)"', form)
    for _ in range(2):
        assert send(amina, gift, pictures.picture(), photograph=photograph).status_code == 303
    assert amina.get(f"/declarations/{gift}").text.count("<img") == 1


@pytest.mark.parametrize(
    ("sent", "status", "says"),
    [
        (b"", 422, "Choose a picture."),
        (pictures.executable(), 422, "not a JPEG, PNG or WebP picture"),
        (pictures.heic(), 422, "Choose a JPEG"),
        (pictures.png_bomb(), 422, "more than 25 megapixels"),
        (pictures.picture(400, 300)[:-900], 422, "damaged or not whole"),
        (pictures.picture() + b"\0" * LARGEST, 413, "larger than 8 MB"),
    ],
    ids=["nothing", "executable", "heic", "bomb", "cut", "large"],
)
def test_what_is_wrong_is_said_beside_the_question(
    amina: Browser, gift: UUID, sent: bytes, status: int, says: str
) -> None:
    answer = send(amina, gift, sent)
    assert answer.status_code == status
    [problem] = problems(answer)
    assert says in problem
    assert words(answer).count(says) == 2, "in the summary, and beside the question"
    assert "<title>Error: " in answer.text


def test_a_form_without_a_file_says_what_to_do(amina: Browser, gift: UUID) -> None:
    answer = amina.post(f"/declarations/{gift}/photographs")
    assert (answer.status_code, problems(answer)) == (422, ["Choose a picture."])


def test_far_too_much_is_not_even_read(amina: Browser, gift: UUID) -> None:
    answer = send(amina, gift, b"\0" * (10 * 1024 * 1024))
    assert answer.status_code == 413
    assert "send no more than 8 MiB" in words(answer)


def test_two_are_enough(amina: Browser, gift: UUID) -> None:
    form = amina.get(f"/declarations/{gift}/photographs")
    assert "You may add 2 photographs." in words(form)
    for seed in range(2):
        assert send(amina, gift, pictures.picture(seed=seed)).status_code == 303
    full = amina.get(f"/declarations/{gift}/photographs")
    assert "There are 2 photographs, and no more can be added." in words(full)
    assert '<form method="post" enctype' not in full.text
    assert f"/declarations/{gift}/photographs" not in links(amina.get(f"/declarations/{gift}"))
    answer = send(amina, gift, pictures.picture(seed=2))
    assert answer.status_code == 409
    assert "has 2 photographs already" in words(answer)


def test_what_was_withdrawn_takes_none(here: Office, amina: Browser, gift: UUID) -> None:
    here.register.withdraw("amina", str(gift), {"reason": "It was a loan"})
    agreed = {"stands": False, "reason": "It was a loan"}
    here.register.review("carol", str(gift), agreed)
    page = amina.get(f"/declarations/{gift}/photographs")
    assert "You have withdrawn this declaration" in words(page)
    assert f"/declarations/{gift}/photographs" not in links(amina.get(f"/declarations/{gift}"))


def test_an_erased_and_a_changed_photograph_are_said_to_be(
    here: Office, amina: Browser, gift: UUID
) -> None:
    first, second = str(uuid4()), str(uuid4())
    for photograph in (first, second):
        here.register.add_photograph("amina", str(gift), photograph, pictures.picture())
    wanted = {"of": "photograph", "declaration": str(gift), "photograph": first}
    erase_at_once(here.register, **wanted)
    with here.log.database.write() as connection:
        connection.execute(sa.update(photographs).values(picture=b"another"))
    for page in (
        amina.get(f"/declarations/{gift}"),
        amina.get(f"/declarations/{gift}/photographs"),
    ):
        assert "This photograph was erased." in words(page)
        assert "This photograph is not what was added to the register, and is not shown." in words(
            page
        )
        assert "<img" not in page.text
    for photograph, says in ((first, "was erased"), (second, "is not shown")):
        view = amina.get(f"/declarations/{gift}/photographs/{photograph}/view")
        assert says in words(view)
        assert "<img" not in view.text
    for picture in (first, f"{first}/thumbnail", second):
        assert amina.get(f"/declarations/{gift}/photographs/{picture}").status_code == 404


def test_a_page_as_at_a_moment_shows_what_was_there_then(
    here: Office, amina: Browser, gift: UUID
) -> None:
    before = here.log.last_position()
    send(amina, gift, pictures.picture())
    dev = here.browser("dev")
    assert "<img" not in dev.get(f"/declarations/{gift}?as_at={before}").text
    assert "<img" in dev.get(f"/declarations/{gift}").text


def test_an_upload_is_never_written_to_the_disk(
    here: Office,
    amina: Browser,
    gift: UUID,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def to_disk(_file: object) -> None:
        raise AssertionError("it goes to the disk")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", to_disk)
    sent = pictures.picture(2600, 2000, "png", seed=7)
    assert len(sent) > 1024 * 1024, "more than is kept in memory without our asking"
    assert send(amina, gift, sent, name="Mrs-Kowalska-at-home.png").status_code == 303
    stored = [each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()]
    assert not any(b"Kowalska" in each or sent[700:724] in each for each in stored)
