"""A phone knows the witnesses that the register named first, counts those who have cosigned what it
checks against, and warns where they are too few."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from playwright.sync_api import expect

from events.proof.cosignatures import CosigningKey
from events.proof.notes import SecretKey, read_note
from tests.chromium import PATIENCE
from tests.phones import Phones, declare, heading
from tests.receipts_on_phones import WITHOUT_ED25519, Kept, Made, answering
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
LATER = """(() => {
  const known = self.fetch, said = SAID;
  let times = 0;
  self.fetch = (path, ...more) => path === "/api/checkpoint" && (times += 1) > 1
    ? Promise.resolve(new Response(JSON.stringify(said)))
    : known(path, ...more);
})()"""
"""What the register says when it is asked again."""


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


def kept_in(made: Made) -> list[Kept]:
    return made.receipts("gus", 1, each_signed=1)


def expect_warning(page: Page, words: str) -> None:
    """It comes after the register was asked again."""
    expect(page.locator("#unwitnessed")).to_contain_text(words, timeout=PATIENCE)


@pytest.mark.parametrize("scripts", [(), (WITHOUT_ED25519,)], ids=["as it is", "without Ed25519"])
def test_it_keeps_those_that_are_named_first_and_counts_who_cosigned(
    phones: Phones, scripts: tuple[str, ...]
) -> None:
    made = Made()
    kept = kept_in(made)
    answers = said_by(made, *WITNESSES[:2])
    page = with_receipts(phones, made, kept, answering(answers), *scripts)
    assert said(page) == [PROVED]
    expect(page.locator("#newest")).to_contain_text("cosigned it: 2 of the 3 that this phone knows")
    expect(page.locator("#unwitnessed")).to_be_hidden()
    pinned = page.evaluate("receipts.pinned()")
    assert {each: pinned[each] for each in ("witnesses", "quorum")} == names(WITNESSES, 2)


def test_it_warns_where_they_are_too_few(phones: Phones) -> None:
    made = Made()
    kept = kept_in(made)
    page = with_receipts(phones, made, kept, answering(said_by(made, WITNESSES[0])))
    expect_warning(page, WARNING)
    expect_warning(page, "Witnesses who cosigned: 1. It takes 2.")
    expect(page.locator("#newest")).to_contain_text("1 of the 3")
    expect(page.locator("#renamed")).to_be_hidden()
    assert said(page) == [PROVED]


def test_those_that_are_named_later_do_not_count(phones: Phones) -> None:
    made = Made()
    kept = kept_in(made)
    answers = said_by(made, *STRANGERS, named=STRANGERS, quorum=1)
    page = with_receipts(phones, made, kept, answering(answers), knows=names(WITNESSES, 2))
    expect_warning(page, "Witnesses who cosigned: 0. It takes 2.")
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
    expect_warning(page, "Witnesses who cosigned: 0.")


def test_it_asks_again_before_it_warns(phones: Phones) -> None:
    """Witnesses sign a moment after the register."""
    made = Made()
    kept = kept_in(made)
    before, after = said_by(made), said_by(made, *WITNESSES)["/api/checkpoint"]
    later = LATER.replace("SAID", msgspec.json.encode(after).decode())
    page = with_receipts(phones, made, kept, answering(before), later)
    expect(page.locator("#newest")).to_contain_text("3 of the 3")
    expect(page.locator("#unwitnessed")).to_be_hidden()


def test_where_no_witness_is_named_nothing_is_said_of_any(phones: Phones) -> None:
    made = Made()
    kept = kept_in(made)
    page = with_receipts(phones, made, kept, answering(said_by(made, named=[], quorum=0)))
    expect(page.locator("#newest")).to_contain_text("newest checkpoint, of 2 entries.")
    expect(page.locator("#newest")).not_to_contain_text("itnesses")
    expect(page.locator("#unwitnessed")).to_be_hidden()


def test_what_is_declared_from_a_phone_is_cosigned_by_a_real_witness(phones: Phones) -> None:
    page = phones.ready("gus")
    declare(page)
    heading(page, "It is in the register")
    give_up_at = time.monotonic() + PATIENCE / 1000
    while not (found := page.evaluate(OWN)) or not found[-1]["proof"]:
        assert time.monotonic() < give_up_at, found
        page.wait_for_timeout(200)
    page.goto("/receipts")
    until_checked(page)
    expect(page.locator("#newest")).to_contain_text("1 of the 1 that this phone knows")
    pinned = page.evaluate("receipts.pinned()")
    assert [each.split("+")[0] for each in pinned["witnesses"]] == ["witness.example/w1"]
