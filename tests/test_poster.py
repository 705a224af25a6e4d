"""A poster for the staff room: one A4 page that says why, what and how, and leads there."""

from __future__ import annotations

import base64
import hashlib
import io
import tomllib
from collections.abc import Callable

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from register.console.poster import FONTS, PosterError, poster
from register.kinds import all_kinds
from register.setup.settings import is_address
from tests.server import Installation

ADDRESS = "https://register.example.org"
A4 = (595.28, 841.89)
"""In points."""


def said(pdf: bytes) -> str:
    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


def scanned(pdf: bytes, dots_an_inch: int = 60) -> list[str]:
    """What a camera reads from it; few dots, as from across a room."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=dots_an_inch / 72).to_pil()
    document.close()
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def test_it_is_one_page_of_a4_with_a_title_and_a_language() -> None:
    reader = PdfReader(io.BytesIO(poster(ADDRESS)))
    [page] = reader.pages
    assert tuple(map(float, page.mediabox[2:])) == pytest.approx(A4, abs=0.1)
    assert reader.metadata is not None
    assert reader.metadata.title == "Tell the register: a poster"
    assert reader.root_object["/Lang"] == "en-GB"


def test_it_says_why_what_and_how_and_that_risk_does_not_wait() -> None:
    words = said(poster(ADDRESS))
    for part in (
        "Tell the register",
        "keeps you and the people you support safe",
        *(kind.title for kind in all_kinds().values()),
        "Scan the code",
        "Sign in.",
        "under a minute, also without signal",
        "Someone at risk? Do not wait.",
        "Call 999",
        ADDRESS,
    ):
        assert part in words


@pytest.mark.parametrize(
    "address",
    [ADDRESS, "https://declare.a-care-organisation.example.org/register", "http://localhost:8000"],
)
def test_its_code_leads_to_the_register(address: str) -> None:
    assert scanned(poster(address)) == [address]


def test_its_fonts_are_embedded_and_are_what_was_taken() -> None:
    page = PdfReader(io.BytesIO(poster(ADDRESS))).pages[0]
    for font in page["/Resources"]["/Font"].values():
        [inner] = font.get_object()["/DescendantFonts"]
        assert "/FontFile2" in inner.get_object()["/FontDescriptor"]
    manifest = tomllib.loads((FONTS / "manifest.toml").read_text(encoding="utf-8"))
    for name, integrity in manifest["integrity"].items():
        digest = hashlib.sha384((FONTS / name).read_bytes()).digest()
        assert f"sha384-{base64.b64encode(digest).decode()}" == integrity


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("https://register.example.org", True),
        ("https://register.example.org:8443/here", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1", True),
        ("http://register.example.org", False),
        ("register.example.org", False),
        ("https://", False),
        ("https://[", False),
        ("https://register.example.org:port", False),
        ("https://somebody@register.example.org", False),
        ("https://register.example.org?next=/", False),
        ("https://register.example.org/a b", False),
        ("javascript:alert(1)", False),
    ],
)
def test_it_leads_nowhere_that_is_not_safe(address: str, is_one: bool) -> None:
    assert is_address(address) is is_one
    if not is_one:
        with pytest.raises(PosterError, match="begin with https://"):
            poster(address)


def test_an_address_that_no_phone_could_read_from_a_wall_is_refused() -> None:
    with pytest.raises(PosterError, match="too long"):
        poster(f"{ADDRESS}/{'a' * 2000}")


def test_the_command_writes_it(new_installation: Callable[..., Installation]) -> None:
    installation = new_installation("sqlite")
    file = installation.folder / "wall.pdf"
    installation.run("poster", "--address", ADDRESS, "-o", str(file))
    assert scanned(file.read_bytes()) == [ADDRESS]


def test_the_command_takes_the_address_from_the_settings(
    new_installation: Callable[..., Installation],
) -> None:
    installation = new_installation("sqlite", REGISTER_ADDRESS="https://here.example.org")
    file = installation.folder / "wall.pdf"
    installation.run("poster", "-o", str(file))
    assert scanned(file.read_bytes()) == ["https://here.example.org"]


@pytest.mark.parametrize(
    ("settings", "options", "words"),
    [
        ({}, [], "Say where the register is served"),
        ({}, ["--address", "http://register.example.org"], "has to begin with https://"),
        ({"REGISTER_ADDRESS": "elsewhere"}, [], "REGISTER_ADDRESS: This is not like https://"),
        ({}, ["--address", ADDRESS, "-o", "/nowhere/poster.pdf"], "could not be written"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    new_installation: Callable[..., Installation], settings, options: list[str], words: str
) -> None:
    done = new_installation("sqlite", **settings).command("poster", *options)
    assert done.code == 1
    assert words in done.errors
    assert "Traceback" not in done.errors
