"""Photographs of a gift, chosen while it is declared: kept and sent with it, once each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from playwright.sync_api import expect

from tests import pictures
from tests.looks import violations
from tests.phones import (
    Phones,
    declare,
    fill_in,
    heading,
    press,
    until_sent,
    waiting,
)
from tests.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Page

GIFT = {
    "Which service user is this about?": "SU-1042",
    "What is it?": "Painted plate",
    "Is it something very small (a pen, a card, a few sweets)?": "No",
    "What sort of gift is it?": "A thing, such as flowers or a watch",
    "Who offered it?": "The service user",
    "Did you take it?": "Yes, I took it",
    "Did you know about it before?": "No",
    "Where is it now?": "It is at work",
}
SAVED = "Saved on this phone. Not sent yet."
NOT_TAKEN = "The declaration is in the register, but a photograph of it was not taken."


def taken(*seeds: int) -> list[FilePayload]:
    """As a telephone takes them."""
    return [
        {
            "name": f"IMG_{seed}.jpg",
            "mimeType": "image/jpeg",
            "buffer": pictures.picture(3000, 2000, seed=seed),
        }
        for seed in seeds
    ]


def choose(page: Page, *seeds: int) -> None:
    page.get_by_label("Choose a picture").set_input_files(taken(*seeds))
    expect(page.get_by_role("img", name=f"Photograph {len(seeds)}")).to_be_visible()


def written_down(page: Page, item: str) -> None:
    """A gift and two pictures of it, not sent."""
    page.goto("/declare/gift")
    fill_in(page, GIFT | {"What is it?": item})
    choose(page, 1, 2)


def send(page: Page) -> None:
    press(page, "Check my answers")
    heading(page, "Check your answers")
    expect(page.get_by_text("With 2 photographs.")).to_be_visible()
    press(page, "Send")


def saved_with_pictures(phones: Phones) -> tuple[Page, str]:
    page, item = phones.ready("amina"), f"Plate {uuid4().hex[:8]}"
    phones.wire.cut()
    written_down(page, item)
    send(page)
    heading(page, SAVED)
    return page, item


def kept(server: Server, item: str) -> list[dict[str, Any]]:
    """The declarations of this gift."""
    listed = server.as_("ben").get("/api/declarations", params={"limit": 200}).json()["items"]
    return [each for each in listed if each["details"].get("item") == item]


def test_they_wait_with_their_declaration_and_are_sent_after_it(
    phones: Phones, visited: Server
) -> None:
    page, item = saved_with_pictures(phones)
    phones.wire.mend()
    page.goto("/")
    until_sent(page)
    [gift] = kept(visited, item)
    sizes = [(each["width"], each["height"]) for each in gift["photographs"]]
    assert sizes == [(2048, 1365), (2048, 1365)]


def test_with_a_signal_they_go_at_once(phones: Phones, visited: Server) -> None:
    page, item = phones.ready("amina"), f"Plate {uuid4().hex[:8]}"
    written_down(page, item)
    assert violations(page) == []
    send(page)
    heading(page, "It is in the register")
    until_sent(page)
    [gift] = kept(visited, item)
    assert len(gift["photographs"]) == 2


def test_no_declaration_waits_for_its_pictures(phones: Phones, visited: Server) -> None:
    page, item = phones.ready("amina"), f"Plate {uuid4().hex[:8]}"
    written_down(page, item)
    phones.wire.lose_answers(to=b"/photographs/")
    send(page)
    heading(page, "It is in the register")
    expect(page.locator("#unsent")).to_contain_text("the declaration itself is in the register")
    page.goto("/outbox")
    expect(page.get_by_text("Its photographs are not, yet.")).to_be_visible()
    assert violations(page) == []
    phones.wire.mend()
    page.goto("/")
    until_sent(page)
    [gift] = kept(visited, item)
    assert len(gift["photographs"]) == 2


def test_an_answer_that_was_lost_adds_none_twice(phones: Phones, visited: Server) -> None:
    page, item = saved_with_pictures(phones)
    phones.wire.mend()
    phones.wire.lose_answers(to=b"/photographs/")
    page.goto("/")
    assert phones.wire.lost.wait(20)
    assert waiting(page) == 1
    phones.wire.mend()
    page.goto("/")
    until_sent(page)
    [gift] = kept(visited, item)
    assert len(gift["photographs"]) == 2


def test_they_are_given_back_with_the_draft_and_one_can_be_left_out(
    phones: Phones, visited: Server
) -> None:
    page, item = phones.ready("amina"), f"Plate {uuid4().hex[:8]}"
    written_down(page, item)
    page.wait_for_timeout(400)
    page.reload()
    expect(page.get_by_role("img", name="Photograph 2")).to_be_visible()
    expect(page.get_by_label("Choose a picture")).to_be_disabled()
    press(page, "Remove photograph 1")
    expect(page.get_by_role("img", name="Photograph 2")).to_have_count(0)
    expect(page.get_by_label("Choose a picture")).to_be_focused()
    press(page, "Check my answers")
    heading(page, "Check your answers")
    expect(page.get_by_text("With 1 photograph.")).to_be_visible()
    press(page, "Send")
    heading(page, "It is in the register")
    until_sent(page)
    [gift] = kept(visited, item)
    assert len(gift["photographs"]) == 1


def test_what_the_phone_cannot_read_and_what_is_too_much_is_said(phones: Phones) -> None:
    page = phones.ready("amina")
    page.goto("/declare/gift")
    heic: FilePayload = {"name": "a.heic", "mimeType": "image/jpeg", "buffer": pictures.heic()}
    page.get_by_label("Choose a picture").set_input_files([heic, *taken(1, 2)])
    expect(page.locator("#pictures")).to_contain_text("A picture cannot be read here.")
    expect(page.locator("#pictures")).to_contain_text("There is room for 2 photographs")
    expect(page.get_by_role("img", name="Photograph 1")).to_be_visible()


def test_one_that_the_register_does_not_take_is_said_and_the_declaration_stands(
    phones: Phones, visited: Server
) -> None:
    page, item = saved_with_pictures(phones)
    phones.wire.mend()
    phones.wire.lose_answers()
    page.goto("/")
    assert phones.wire.lost.wait(20)
    [gift] = kept(visited, item)
    path = f"/api/declarations/{gift['id']}/withdrawal"
    assert visited.as_("amina").post(path, json={"reason": "It was hers after all."}).is_success
    agreed = {"stands": False, "reason": "It was hers."}
    review = f"/api/declarations/{gift['id']}/review"
    assert visited.as_("carol").post(review, json=agreed).is_success
    phones.wire.mend()
    page.goto("/outbox")
    expect(page.get_by_text(NOT_TAKEN)).to_be_visible()
    expect(page.get_by_text("no photograph can be added to it")).to_be_visible()
    assert violations(page) == []
    press(page, "Delete it from this phone")
    press(page, "Yes, delete it for good")
    expect(page.get_by_text(NOT_TAKEN)).to_have_count(0)


def test_other_kinds_take_none(phones: Phones) -> None:
    page = phones.ready("amina")
    page.goto("/declare/out-of-hours-encounter")
    expect(page.get_by_label("Choose a picture")).to_have_count(0)
    declare(page)
    heading(page, "It is in the register")


def test_without_scripts_they_are_added_afterwards(phones: Phones, visited: Server) -> None:
    page = phones.open("amina", scripts=False)
    page.goto("/declare/gift")
    expect(page.get_by_label("Choose a picture")).to_be_hidden()
