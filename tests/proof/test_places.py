"""Places outside: an address that takes PUT and GET is as good as a folder; a mailbox only gets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from events.proof.notes import read_note, signed, to_base64
from register.notices.mail import MailServer as MailAddress
from register.notices.posting import Poster
from register.proving.mailing import Mailbox
from register.proving.names import Unsigned
from register.proving.places import Address, Folder, Place, PlaceAwayError
from tests.carriers import MailServer
from tests.proof.signers import ORIGIN, Bench, bench

__all__ = ["bench"]


class Store(ThreadingHTTPServer):
    """Keeps what is put, as object stores do."""

    kept: dict[str, bytes]
    is_full = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/log"


class Keeps(BaseHTTPRequestHandler):
    server: Store

    def do_GET(self) -> None:
        found = self.server.kept.get(self.path)
        self._answer(404 if found is None else 200, found or b"")

    def do_PUT(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.is_full:
            self._answer(507)
        elif self.headers.get("If-None-Match") == "*" and self.path in self.server.kept:
            self._answer(412)
        else:
            self.server.kept[self.path] = sent
            self._answer(201)

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        pass


@pytest.fixture
def store() -> Iterator[Store]:
    server = Store(("127.0.0.1", 0), Keeps)
    server.kept = {}
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=["folder", "address"])
def place(request: pytest.FixtureRequest, tmp_path: Path, store: Store) -> Place:
    return Folder(tmp_path) if request.param == "folder" else Address(store.url, Poster())


def test_what_is_added_first_stays(place: Place) -> None:
    assert place.read("key", "after-0") is None
    assert place.add("key", "after-0", "one\n")
    assert not place.add("key", "after-0", "another\n")
    assert place.read("key", "after-0") == "one\n"


def test_what_is_put_takes_the_place_of_what_was_there(place: Place) -> None:
    place.put("key", "latest", "one\n")
    place.put("key", "latest", "another\n")
    assert place.read("key", "latest") == "another\n"


def test_a_register_is_signed_to_an_address(bench: Bench, store: Store) -> None:
    place = Address(store.url, Poster())
    bench.append(3)
    assert bench.sign(outside=place) is None
    assert sorted(each.rpartition("/")[2] for each in store.kept) == ["3", "after-0", "latest"]
    bench.append(2)
    store.is_full = True
    assert bench.sign(outside=place) is Unsigned.PLACE_AWAY
    store.is_full = False
    assert bench.sign(outside=place) is None
    assert len(bench.made) == 2


def test_a_place_that_is_not_there_is_away(tmp_path: Path) -> None:
    for place in (Folder(tmp_path / "none"), Address("http://127.0.0.1:9/log", Poster())):
        with pytest.raises(PlaceAwayError):
            place.read("key", "latest")
        with pytest.raises(PlaceAwayError):
            place.put("key", "latest", "one\n")


def test_a_mailbox_gets_the_newest_checkpoint_now_and_then(bench: Bench) -> None:
    server, minutes = MailServer(), [0.0]
    try:
        address = MailAddress.of(server.url)
        box = Mailbox(address, "register@example.org", "it@example.org", clock=lambda: minutes[0])
        for minute, size in ((0, 3), (5, 4), (16, 5)):
            minutes[0] = 60.0 * minute
            box.tell(signed(f"{ORIGIN}\n{size}\n{to_base64(bytes(32))}\n", bench.keys[-1]))
    finally:
        server.stop()
    assert [each["Subject"] for each in server.taken] == [
        f"Checkpoint 3 of {ORIGIN}",
        f"Checkpoint 5 of {ORIGIN}",
    ]
    (note,) = server.taken[-1].iter_attachments()
    assert read_note(note.get_content()).signed_by([bench.keys[-1].public])


def test_a_mail_server_that_is_away_holds_up_nothing(bench: Bench) -> None:
    box = Mailbox(MailAddress("127.0.0.1", 9, False), "register@example.org", "it@example.org")
    box.tell(signed(f"{ORIGIN}\n3\n{to_base64(bytes(32))}\n", bench.keys[-1]))
