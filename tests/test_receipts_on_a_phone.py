"""A phone keeps receipts, verifies them without asking anybody, and says when one fails."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from playwright.sync_api import expect

from events.proof.notes import SecretKey
from events.proof.successions import Succession
from events.proof.tree import leaf_hash, root
from tests.chromium import PATIENCE
from tests.phones import Phones, declare, heading
from tests.receipts_on_phones import (
    WITHOUT_ED25519,
    Kept,
    Made,
    altered,
    answering,
    keep,
)
from tests.server import Installation, Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

OWN = "self.receipts ? receipts.own('gus') : []"
LONG_AGO = timedelta(days=2)
PROVED = "In the register, and proved."
PROMISED = "The register has promised to prove this."
BROKEN = "The register broke its promise."
SPOILT = "This receipt is not right."
TWO = "The register promised two different things."
UNSEEN = "Kept on this phone."
HELD = """(() => {
  const known = self.fetch;
  const held = new Promise((go) => { self.letGo = go; });
  self.fetch = (path, ...more) => path === "/api/checkpoint"
    ? held.then(() => known(path, ...more))
    : known(path, ...more);
})()"""
"""The register answers only when the test says so."""
UNPROVED = "The register can no longer prove that it has this."


@pytest.fixture(scope="module")
def visited(new_installation: Callable[..., Installation]) -> Iterator[Server]:
    """A server with the cast, which is signed."""
    installation = new_installation("sqlite")
    outside = installation.folder / "outside"
    outside.mkdir()
    installation.settings["REGISTER_CHECKPOINTS"] = str(outside)
    installation.settings["REGISTER_LOG_ORIGIN"] = "register.example.org/log"
    installation.set_up()
    with installation.serving() as server:
        yield server


def with_receipts(
    phones: Phones,
    made: Made,
    kept: list[Kept],
    *scripts: str,
    cut: bool = True,
    knows: Kept | None = None,
) -> Page:
    """The page of receipts on a phone that has these, without a signal. `knows`: what it has seen
    besides."""
    page = phones.ready("gus", without=scripts)
    page.goto("/receipts")
    until_checked(page)
    keep(page, made.pin() | (knows or {}), kept)
    if cut:
        phones.wire.cut()
    page.goto("/receipts")
    until_checked(page)
    return page


def until_checked(page: Page, patience: float = PATIENCE) -> None:
    expect(page.locator("#kept[data-checked]")).to_have_count(1, timeout=patience)


def said(page: Page) -> list[str]:
    return page.locator("#kept li strong").all_inner_texts()


def took(page: Page) -> float:
    """Milliseconds that the first check took."""
    found: float = page.evaluate("performance.getEntriesByName('receipts checked')[0].duration")
    return found


@pytest.mark.parametrize("scripts", [(), (WITHOUT_ED25519,)], ids=["as it is", "without Ed25519"])
def test_receipts_are_verified_without_a_signal_and_altered_ones_refused(
    phones: Phones, scripts: tuple[str, ...]
) -> None:
    made, dice = Made(), random.Random(17)
    kept = made.receipts("gus", 8, each_signed=3)
    spoilt = [altered(each, kept[0], dice) for each in kept[4:]]
    page = with_receipts(phones, made, kept[:4] + spoilt, *scripts)
    assert sorted(said(page)) == sorted([PROVED] * 4 + [SPOILT] * 4)
    expect(page.locator("#hand-on")).to_be_visible()


def test_a_promise_waits_until_it_is_due_and_then_convicts(phones: Phones) -> None:
    made, now = Made(), datetime.now(UTC)
    fresh = made.kept("gus", made.promise(), None)
    late = made.kept("gus", made.promise(at=now - LONG_AGO), None)
    page = with_receipts(phones, made, [fresh, late])
    assert said(page) == [BROKEN, PROMISED]


def test_two_promises_for_one_declaration_convict(phones: Phones) -> None:
    made = Made()
    one, other = made.receipts("gus", 2, each_signed=1)
    second = made.promise(declaration=UUID(one["id"])).signed(made.promises)
    stranger = made.promise(declaration=UUID(other["id"])).signed(SecretKey.new("x"))
    both = [{**one, "others": [str(second)]}, {**other, "others": [str(stranger)]}]
    page = with_receipts(phones, made, both)
    assert said(page) == [TWO, PROVED]


def asked(made: Made, size: int, *, broken: bool = False) -> Kept:
    """What the register answers, of a tree of this size."""
    answers: Kept = {
        "/api/checkpoint": {
            "origin": "register.example.org/log",
            "key": str(made.key.public),
            "note": made.checkpoint(size),
            "successions": [],
        }
    }
    for old in range(1, size):
        path = f"/api/proofs/consistency?old={old}&new={size}"
        answers[path] = {"code": "not_found"} if broken else made.consistent(old, size)
    return answers


def test_each_is_compared_with_the_newest_checkpoint(phones: Phones) -> None:
    made = Made()
    kept = made.receipts("gus", 3, each_signed=1)
    made.receipts("gus", 4, each_signed=4)
    page = with_receipts(phones, made, kept, answering(asked(made, len(made.tree))))
    assert said(page) == [PROVED] * 3
    expect(page.locator("#newest")).to_contain_text("holds now, 8 entries")
    pinned = page.evaluate("receipts.pinned()")
    assert pinned["latest"] == made.checkpoint()


def test_what_the_register_can_no_longer_prove_is_said_and_handed_on(
    phones: Phones, tmp_path: Path
) -> None:
    made = Made()
    kept = made.receipts("gus", 2, each_signed=1)
    fork = Made(made.key, made.promises)
    fork.receipts("gus", 5, each_signed=5)
    page = with_receipts(phones, made, kept, answering(asked(fork, len(fork.tree))))
    assert said(page) == [UNPROVED] * 2
    with page.expect_download() as download:
        page.get_by_role("button", name="Save all receipts as a file").click()
    download.value.save_as(tmp_path / "receipts.json")
    saved = json.loads((tmp_path / "receipts.json").read_text(encoding="utf-8"))
    assert [each["state"] for each in saved["receipts"]] == ["unproved"] * 2
    assert {each["proof"] for each in saved["receipts"]} == {each["proof"] for each in kept}
    assert saved["register_says"]["note"] == fork.checkpoint()


def test_another_key_is_followed_only_if_the_old_one_has_named_it(phones: Phones) -> None:
    made = Made()
    kept = made.receipts("gus", 1, each_signed=1)
    stranger = Made(promises=made.promises)
    stranger.tree = made.tree
    page = with_receipts(phones, made, kept, answering(asked(stranger, len(made.tree))))
    expect(page.locator("#fault")).to_contain_text("has not named it")
    assert page.evaluate("receipts.pinned()")["keys"] == [str(made.key.public)]


def test_a_key_that_the_old_one_has_named_is_followed(phones: Phones) -> None:
    made = Made()
    kept = made.receipts("gus", 1, each_signed=1)
    next_, size = Made(promises=made.promises), len(made.tree)
    next_.tree = made.tree
    top = root(made.tree, size)
    named = Succession(str(made.key.public), size, top, str(next_.key.public), size, top)
    answers = asked(next_, size)
    answers["/api/checkpoint"]["successions"] = [str(named.signed(made.key))]
    page = with_receipts(phones, made, kept, answering(answers))
    assert said(page) == [PROVED]
    expect(page.locator("#fault")).to_be_hidden()
    keys = [str(made.key.public), str(next_.key.public)]
    assert page.evaluate("receipts.pinned()")["keys"] == keys


def test_a_receipt_that_comes_after_the_promise_key_was_lost_proves_what_was_promised(
    phones: Phones,
) -> None:
    """The promise was signed by the key that is lost, the one in the receipt by that which came
    after it, and which the phone has not seen before."""
    made = Made()
    page = phones.ready("gus")
    promise = made.promise()
    before, pin = made.kept("gus", promise, None), made.pin()
    made.tree.append(leaf_hash(promise.digest))
    made.lose_promise_key()
    size = len(made.tree)
    answers = asked(made, size)
    answers["/api/proofs/promise-keys"] = {"items": made.promise_keys()}
    answers[f"/api/declarations/{promise.declaration}/receipt"] = made.proof(
        size - 2, size, promise
    )
    page.context.add_init_script(answering(answers))
    page.goto("/receipts")
    until_checked(page)
    keep(page, pin, [before])
    page.goto("/receipts")
    until_checked(page)
    assert said(page) == [PROVED]


def test_what_a_key_signed_that_the_phone_does_not_know_waits_until_it_can_ask(
    phones: Phones,
) -> None:
    """Of the log or for promises, of the promise or of that in the proof: it may be named since."""
    made = Made()
    pin, before = made.pin(), made.promise()
    first = made.kept("gus", before, None)
    made.lose_promise_key()
    unproved = {**made.promise_keys()[1], "proof": None}
    promised = made.kept("gus", made.promise(), None)
    (proved,) = made.receipts("gus", 1, each_signed=1)
    made.tree.append(leaf_hash(before.digest))
    size = len(made.tree)
    by_two = {**first, "proof": made.proof(size - 1, size, before)}
    (by_another,) = followed_by(made).receipts("gus", 1, each_signed=1)
    page = with_receipts(phones, made, [promised, proved, by_two, by_another], knows=pin)
    assert said(page) == [UNSEEN] * 4
    keep(page, {**pin, "named": [*pin["named"], unproved]}, [])
    page.goto("/receipts")
    until_checked(page)
    assert said(page) == [UNSEEN] * 4


def test_a_key_that_the_register_names_only_now_is_learned_at_the_same_visit(
    phones: Phones,
) -> None:
    """Of promises, before any proof is there; and of the log."""
    made = Made()
    pin = made.pin()
    made.lose_promise_key()
    promised = made.kept("gus", made.promise(), None)
    next_, size = followed_by(made), len(made.tree)
    (proved,) = next_.receipts("gus", 1, each_signed=1)
    top = root(made.tree, size)
    named = Succession(str(made.key.public), size, top, str(next_.key.public), size, top)
    answers = asked(next_, len(next_.tree))
    answers["/api/checkpoint"]["successions"] = [str(named.signed(made.key))]
    answers["/api/proofs/promise-keys"] = {"items": next_.promise_keys()}
    page = with_receipts(phones, made, [promised, proved], answering(answers), knows=pin)
    assert sorted(said(page)) == sorted([PROMISED, PROVED])


@pytest.mark.parametrize("is_proved", [True, False])
def test_by_a_key_that_the_register_does_not_name_it_is_not_right(
    phones: Phones, is_proved: bool
) -> None:
    """While it cannot prove yet one that it names, this waits."""
    made = Made()
    pin, keys = made.pin(), made.promise_keys()
    stranger = Made(made.key, tree=made.tree)
    kept = stranger.kept("gus", stranger.promise(), None)
    answers = asked(made, len(made.tree))
    more = [] if is_proved else [{**stranger.promise_keys()[0], "key": "x", "proof": None}]
    answers["/api/proofs/promise-keys"] = {"items": [*keys, *more]}
    page = with_receipts(phones, made, [kept], answering(answers), knows=pin)
    assert said(page) == [SPOILT if is_proved else UNSEEN]


def test_nothing_loses_the_focus_while_the_register_is_asked(phones: Phones) -> None:
    made = Made()
    pin, (proved,) = made.pin(), made.receipts("gus", 1, each_signed=1)
    made.lose_promise_key()
    promised = made.kept("gus", made.promise(), None)
    page = with_receipts(phones, made, [proved, promised], knows=pin)
    assert sorted(said(page)) == sorted([PROVED, UNSEEN])
    answers = asked(made, len(made.tree))
    answers["/api/proofs/promise-keys"] = {"items": made.promise_keys()}
    page.context.add_init_script(answering(answers))
    page.context.add_init_script(HELD)
    for changes in (True, False):
        page.goto("/receipts")
        link = page.locator(f"#kept a[href$='{promised['id']}']")
        link.focus()
        focused = link.element_handle()
        page.evaluate("letGo()")
        until_checked(page)
        assert sorted(said(page)) == sorted([PROVED, PROMISED])
        expect(link).to_be_focused()
        assert focused.evaluate("each => each.isConnected") == (not changes)


def followed_by(made: Made) -> Made:
    """The same log, signed by another key."""
    next_ = Made(promises=made.promises)
    next_.tree, next_.named = made.tree, made.named
    return next_


def test_what_is_declared_from_a_phone_has_a_receipt_there(phones: Phones) -> None:
    page = phones.ready("gus")
    declare(page)
    heading(page, "It is in the register")
    give_up_at = time.monotonic() + PATIENCE / 1000
    while not (found := page.evaluate(OWN)) or not found[-1]["proof"]:
        assert time.monotonic() < give_up_at, found
        page.wait_for_timeout(200)
    page.goto("/receipts")
    until_checked(page)
    assert set(said(page)) == {PROVED}
    expect(page.locator("#newest")).to_contain_text("Compared with what the register holds now")
    kept = json.dumps(page.evaluate("Promise.all([receipts.own('gus'), receipts.pinned()])"))
    assert "Supermarket" not in kept
    assert "SU-1042" not in kept


def test_receipts_go_when_somebody_signs_out(phones: Phones) -> None:
    made = Made()
    page = with_receipts(phones, made, made.receipts("gus", 1, each_signed=1), cut=False)
    page.goto("/")
    page.get_by_role("button", name="Sign out").click()
    heading(page, "Sign in")
    page.goto("/receipts")
    until_checked(page)
    assert page.evaluate(OWN) == []


def test_keys_and_witnesses_go_with_the_last_receipt(phones: Phones) -> None:
    """Where something of somebody else waits, a phone forgets what is of whoever signs out."""
    made = Made()
    both = [*made.receipts("gus", 1, each_signed=1), *made.receipts("amina", 1, each_signed=1)]
    page = with_receipts(phones, made, both)
    left = "receipts.forget({person!r}).then(receipts.pinned).then(Boolean)"
    assert page.evaluate(left.format(person="gus"))
    assert page.evaluate("receipts.own('amina').then((own) => own.length)") == 1
    assert not page.evaluate(left.format(person="amina"))


@pytest.mark.long
@pytest.mark.parametrize(
    ("scripts", "most"),
    [((), 2000), ((WITHOUT_ED25519,), 10_000)],
    ids=["as it is", "without Ed25519"],
)
def test_a_thousand_receipts_are_verified_in_time_on_a_slow_phone(
    phones: Phones, scripts: tuple[str, ...], most: int
) -> None:
    made, dice = Made(), random.Random(18)
    kept = made.receipts("gus", 1000, each_signed=20)
    page = phones.ready("gus", without=scripts)
    page.goto("/receipts")
    until_checked(page)
    keep(page, made.pin(), kept)
    phones.wire.cut()
    slow = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto("/receipts")
    until_checked(page, 60_000)
    assert set(said(page)) == {PROVED}
    assert len(said(page)) == 1000
    print(f"1,000 receipts: {took(page):.0f} ms")
    assert took(page) < most
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    spoilt = [altered(each, kept[place + 7], dice) for place, each in enumerate(kept[:400])]
    keep(page, made.pin(), spoilt)
    page.goto("/receipts")
    until_checked(page, 60_000)
    assert said(page).count(PROVED) == 600
    waiting = said(page).count(UNSEEN)  # as if signed by a key that the phone does not know
    assert said(page).count(SPOILT) == 400 - waiting
    assert waiting < 40
