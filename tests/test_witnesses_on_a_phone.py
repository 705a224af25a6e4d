"""A phone knows the witnesses that the register named first, counts those who have cosigned what it
checks against, and warns where they are too few."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from events.proof.cosignatures import CosigningKey
from events.proof.notes import SecretKey, read_note
from tests.chromium import PATIENCE
from tests.phones import Phones, declare, heading
from tests.receipts_on_phones import WITHOUT_ED25519, Kept, Made, answering, keep
from tests.server import Installation, Server
from tests.test_receipts_on_a_phone import (
    OWN,
    PROVED,
    asked,
    said,
    until_checked,
    with_receipts,
)
from tests.witness.served import LOGS, ORIGIN, opened, served
from tests.witness.test_asking_in_service import POLICY

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOMENT = 1_780_000_000
WITNESSES = [CosigningKey.new(f"witness.example/w{number}") for number in range(3)]
STRANGERS = [CosigningKey.new(f"stranger.example/w{number}") for number in range(2)]
WARNING = "Too few outside have confirmed"
OF = (
    "Compared with what the register holds now, {entries} entries. Organisations outside that have "
    "confirmed what is proved here: {number} of the 3 that this phone knows."
)
IS_WITNESSED = """fetch("/api/checkpoint").then((answer) => answer.json())
  .then(({ note, witnessed }) => note === witnessed)"""
LATER = "They confirm what is new within an hour."
UNREACHED = """(() => {
  const known = self.fetch;
  self.fetch = (path, ...more) => path.startsWith("/api/proofs/consistency")
    ? Promise.resolve(new Response("{}", { status: 429 }))
    : known(path, ...more);
})()"""
"""The register answers at first, and then has no time."""


@pytest.fixture(scope="module")
def visited(
    new_installation: Callable[..., Installation], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server with the cast, whose log is signed, and cosigned by one witness that is served."""
    folder = tmp_path_factory.mktemp("witnessed")
    with witnessed(folder) as settings:
        installation = new_installation("sqlite", **settings)
        installation.set_up()
        with installation.serving() as server:
            yield server


@contextmanager
def witnessed(folder: Path) -> Iterator[dict[str, str]]:
    key = SecretKey.new(ORIGIN)
    logs = LOGS.replace(LOGS.partition('keys = ["')[2].partition('"')[0], str(key.public))
    (folder / "outside").mkdir()
    with served(opened(folder, logs)) as witness:
        file = folder / "policy.toml"
        file.write_text(POLICY.format(key=witness.key, url=witness.url), encoding="utf-8")
        yield {
            "REGISTER_CHECKPOINTS": str(folder / "outside"),
            "REGISTER_LOG_KEY": key.text(),
            "REGISTER_LOG_ORIGIN": ORIGIN,
            "REGISTER_WITNESSES": str(file),
        }


def cosigned(note: str, *witnesses: CosigningKey) -> str:
    found = read_note(note.encode())
    return str(found.also(*(each.cosign(found.text, MOMENT) for each in witnesses)))


def names(witnesses: list[CosigningKey], quorum: int) -> Kept:
    return {"witnesses": [str(each.public) for each in witnesses], "quorum": quorum}


def said_by(
    made: Made, *by: CosigningKey, named: list[CosigningKey] = WITNESSES, quorum: int = 2
) -> Kept:
    """What the register answers: its newest checkpoint cosigned by these."""
    answers = asked(made, len(made.tree))
    checkpoint = answers["/api/checkpoint"]
    checkpoint |= names(named, quorum) | {"note": cosigned(checkpoint["note"], *by)}
    return answers


def with_witnessed(answers: Kept, note: str, *by: CosigningKey) -> Kept:
    """The same, and which checkpoint is the newest that enough have cosigned."""
    answers["/api/checkpoint"]["witnessed"] = cosigned(note, *by)
    return answers


def kept_in(made: Made) -> list[Kept]:
    return made.receipts("gus", 1, each_signed=1)


def expect_warning(page: Page, words: str) -> None:
    expect(page.locator("#unwitnessed")).to_contain_text(words)


@pytest.mark.parametrize("scripts", [(), (WITHOUT_ED25519,)], ids=["as it is", "without Ed25519"])
def test_it_keeps_those_that_are_named_first_and_counts_who_cosigned(
    phones: Phones, scripts: tuple[str, ...]
) -> None:
    made = Made()
    kept = kept_in(made)
    answers = said_by(made, *WITNESSES[:2])
    page = with_receipts(phones, made, kept, answering(answers), *scripts)
    assert said(page) == [PROVED]
    expect(page.locator("#newest")).to_contain_text("proved here: 2 of the 3 that this phone knows")
    expect(page.locator("#unwitnessed")).to_be_hidden()
    pinned = page.evaluate("receipts.pinned()")
    assert {each: pinned[each] for each in ("witnesses", "quorum")} == names(WITNESSES, 2)


def test_it_warns_where_they_are_too_few(phones: Phones) -> None:
    made = Made()
    kept = kept_in(made)
    page = with_receipts(phones, made, kept, answering(said_by(made, WITNESSES[0])))
    expect_warning(page, WARNING)
    expect_warning(page, "confirmed it: 1. At least 2 are needed.")
    expect(page.locator("#newest")).to_contain_text("1 of the 3")
    expect(page.locator("#renamed")).to_be_hidden()
    assert said(page) == [PROVED]


def test_those_that_are_named_later_do_not_count(phones: Phones) -> None:
    made = Made()
    kept = kept_in(made)
    answers = said_by(made, *STRANGERS, named=STRANGERS, quorum=1)
    page = with_receipts(phones, made, kept, answering(answers), knows=names(WITNESSES, 2))
    expect_warning(page, "confirmed it: 0. At least 2 are needed.")
    expect(page.locator("#renamed")).to_be_visible()
    pinned = page.evaluate("receipts.pinned()")
    assert {each: pinned[each] for each in ("witnesses", "quorum")} == names(WITNESSES, 2)


def test_what_another_checkpoint_was_cosigned_with_counts_for_nothing(phones: Phones) -> None:
    made = Made()
    before = cosigned(made.checkpoint(), *WITNESSES)
    kept = kept_in(made)
    answers = said_by(made)
    cosignatures = before.split("\n\n")[1].split("\n", 1)[1]
    answers["/api/checkpoint"]["note"] += cosignatures
    page = with_receipts(phones, made, kept, answering(answers))
    expect_warning(page, "confirmed it: 0.")


def test_witnesses_have_an_hour_for_each_receipt(phones: Phones) -> None:
    """They sign a moment after the register: until then those count that signed before."""
    made = Made()
    before, note = kept_in(made), made.checkpoint()
    (last,) = kept_in(made)
    answers = with_witnessed(said_by(made, WITNESSES[0]), note, *WITNESSES[:2])
    page = with_receipts(phones, made, before, answering(answers))
    expect(page.locator("#newest")).to_have_text(OF.format(entries=3, number=2))
    expect(page.locator("#unwitnessed")).to_be_hidden()
    visit_with(page, made, {**last, "at": time.time() * 1000})
    expect(page.locator("#newest")).to_have_text(f"{OF.format(entries=3, number=1)} {LATER}")
    expect(page.locator("#unwitnessed")).to_be_hidden()
    visit_with(page, made, {**last, "at": (time.time() - 3700) * 1000})
    expect_warning(page, "confirmed it: 1. At least 2 are needed.")
    assert said(page) == [PROVED] * 2


def visit_with(page: Page, made: Made, kept: Kept) -> None:
    """The page once more, with this receipt too."""
    keep(page, made.pin(), [kept])
    page.goto("/receipts")
    until_checked(page)


def test_it_warns_of_none_where_the_register_is_not_reached(phones: Phones) -> None:
    made = Made()
    before, note = kept_in(made), made.checkpoint()
    kept_in(made)
    answers = with_witnessed(said_by(made), note, *WITNESSES)
    page = with_receipts(phones, made, before, answering(answers), UNREACHED)
    expect(page.locator("#newest")).to_contain_text("The register cannot be reached now")
    expect(page.locator("#unwitnessed")).to_be_hidden()


def test_what_others_have_cosigned_the_newest_begins_with(phones: Phones) -> None:
    """Or the register has shown them something else."""
    made = Made()
    fork, kept = Made(made.key, made.promises), kept_in(made)
    answers = with_witnessed(said_by(made), fork.checkpoint(), *WITNESSES)
    page = with_receipts(phones, made, kept, answering(answers))
    expect(page.locator("#fault")).to_contain_text("all that it showed this phone, or others")
    expect(page.locator("#hand-on")).to_be_visible()


def test_the_file_has_what_was_told_of_those_outside(phones: Phones, tmp_path: Path) -> None:
    made = Made()
    kept = kept_in(made)
    page = with_receipts(phones, made, kept, answering(said_by(made, WITNESSES[0])))
    with page.expect_download() as download:
        page.get_by_role("button", name="Save all receipts as a file").click()
    download.value.save_as(tmp_path / "receipts.json")
    saved = json.loads((tmp_path / "receipts.json").read_text(encoding="utf-8"))
    assert saved["outside"] == names(WITNESSES, 2) | {
        "confirmed_by": 1,
        "up_to": 0,
        "are_named": True,
        "too_few": True,
    }


def test_where_no_witness_is_named_nothing_is_said_of_any(phones: Phones) -> None:
    made = Made()
    kept = kept_in(made)
    page = with_receipts(phones, made, kept, answering(said_by(made, named=[], quorum=0)))
    expect(page.locator("#newest")).to_contain_text("holds now, 2 entries.")
    expect(page.locator("#newest")).not_to_contain_text("outside")
    expect(page.locator("#unwitnessed")).to_be_hidden()


def test_what_is_declared_from_a_phone_is_cosigned_by_a_real_witness(phones: Phones) -> None:
    page = phones.ready("gus")
    declare(page)
    heading(page, "It is in the register")
    give_up_at = time.monotonic() + PATIENCE / 1000
    while not (found := page.evaluate(OWN)) or not found[-1]["proof"]:
        assert time.monotonic() < give_up_at, found
        page.wait_for_timeout(200)
    while not page.evaluate(IS_WITNESSED):
        assert time.monotonic() < give_up_at
        page.wait_for_timeout(200)
    page.goto("/receipts")
    until_checked(page)
    expect(page.locator("#newest")).to_contain_text("1 of the 1 that this phone knows")
    pinned = page.evaluate("receipts.pinned()")
    assert [each.split("+")[0] for each in pinned["witnesses"]] == ["witness.example/w1"]
