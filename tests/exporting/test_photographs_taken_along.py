"""A bundle has the photographs that its auditor may see, and none that was altered passes for one
that was added."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from events.log.photographs import TakenOut
from events.log.tables import photographs
from register.declarations.declaration import Declaration, Photograph
from register.proving.exporting.photographs import Pictures
from register.proving.exporting.standalone.formats import MEMBERS, Bundle
from register.proving.exporting.standalone.verify import Verifier
from tests import pictures
from tests.cast import audits
from tests.erasing import erase_at_once
from tests.exporting.bundles import (
    Change,
    Content,
    Desk,
    Signed,
    altered,
    in_line,
    lines,
    put_together,
    signed,
)
from tests.gifts import new_id

LISTED = "photographs.jsonl"


@dataclass
class Photographed:
    """`one` and `other` are of the same gift; `gone` was erased, of another."""

    signed: Signed
    one: UUID
    other: UUID
    gone: UUID


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Photographed]:
    with signed(tmp_path_factory.mktemp("register")) as found:
        yield photographed(found)


def photographed(found: Signed) -> Photographed:
    gift, given_back = found.gift, found.office.declare("gus")
    one, other, gone = (UUID(new_id()) for _ in range(3))
    for by, declaration, each in (
        ("amina", gift, one),
        ("amina", gift, other),
        ("gus", given_back, gone),
    ):
        sent = pictures.picture(seed=each.int % 1000)
        found.office.register.add_photograph(by, str(declaration), str(each), sent)
    found.sign()
    wanted = {"declaration": str(given_back), "photograph": str(gone)}
    erase_at_once(found.office.register, of="photograph", **wanted)
    return Photographed(found, one, other, gone)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def bundle(here: Photographed) -> Content:
    return here.signed.bundle()


def said_of(members: Content) -> dict[str, str]:
    return {each["photograph"]: each["is"] for each in lines(members, LISTED)}


def line_of(members: Content, photograph: UUID) -> int:
    return [each["photograph"] for each in lines(members, LISTED)].index(str(photograph))


def position_of(members: Content, photograph: UUID) -> int:
    found = lines(members, LISTED)[line_of(members, photograph)]
    return int(found["position"])


def name(members: Content, photograph: UUID) -> str:
    return at(position_of(members, photograph))


def at(position: int) -> str:
    return f"photographs/{position}.jpg"


def test_they_are_in_it_as_they_are_shown(here: Photographed, bundle: Content, desk: Desk) -> None:
    register, gift = here.signed.office.register, str(here.signed.gift)
    for each in (here.one, here.other):
        shown = register.photographs.look_at("dev", gift, str(each))
        assert bundle[name(bundle, each)] == shown
        assert shown.startswith(b"\xff\xd8")
    done = desk.verified(put_together(bundle))
    assert done.code == 0, done.output
    assert "The photographs here are those that were added: 2." in done.output


def test_they_are_verified_unpacked_as_well(bundle: Content, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "photographs").mkdir()
    for each, found in bundle.items():
        (tmp_path / each).write_bytes(found)
    done = desk.run(tmp_path / "verify.py")
    assert done.code == 0, done.output
    assert "added: 2." in done.output


def test_one_that_is_erased_says_so(here: Photographed, bundle: Content) -> None:
    assert said_of(bundle)[str(here.gone)] == "erased"
    assert name(bundle, here.gone) not in bundle


def test_whoever_takes_no_words_takes_no_photographs(here: Photographed, desk: Desk) -> None:
    found = here.signed.bundle(with_words=False)
    assert set(said_of(found).values()) == {"withheld"}
    assert {each["key"] for each in lines(found, LISTED)} == {None}
    assert not any(each.startswith("photographs/") for each in found)
    digests = [each["state"] for each in lines(found, "entries.jsonl") if "state" in each]
    assert any('"digest":' in each for each in digests)
    assert desk.verified(put_together(found)).code == 0


def test_each_file_is_named_by_the_entry_that_tells_of_it(bundle: Content) -> None:
    found = {each for each in bundle if "/" in each}
    told = lines(bundle, "entries.jsonl")
    added = [each["position"] for each in told if each.get("topic") == "photograph-added"]
    assert found == {at(added[0]), at(added[1])}


def test_under_one_id_each_declaration_has_its_own(tmp_path: Path, desk: Desk) -> None:
    """Phones choose the ids, and one may choose the same again."""
    with signed(tmp_path) as found:
        register, same = found.office.register, new_id()
        gifts = [
            str(found.gift),
            str(found.office.declare("amina")),
            str(found.office.declare("amina")),
        ]
        for number, each in enumerate(gifts):
            register.add_photograph("amina", each, same, pictures.picture(seed=number))
        erase_at_once(register, of="photograph", declaration=gifts[-1], photograph=same)
        members = found.bundle()
        assert [each["is"] for each in lines(members, LISTED)] == ["here", "here", "erased"]
        done = desk.verified(put_together(members))
        assert (done.code, "added: 2." in done.output) == (0, True), done.output
        said = desk.verified(altered(members, hidden)).output
        assert "said to be erased, and no entry says so" in said, "one of another gift was"


def test_on_both_engines_they_prove_themselves(
    tmp_path: Path, desk: Desk, database_url: str
) -> None:
    with signed(tmp_path, database_url) as found:
        photographed(found)
        done = desk.verified(put_together(found.bundle()))
        assert done.code == 0, done.output
        assert "added: 2." in done.output


class Many(Bundle):
    """The names alone of very many photographs, one of them twice."""

    def __init__(self) -> None:
        self.asked = [*map(at, range(1, 20_001)), at(7)]

    def names(self) -> list[str]:
        return self.asked


def test_with_ten_times_as_many_it_does_not_take_a_hundred_times_as_long() -> None:
    begun = time.process_time()
    verifier = Verifier(Many(), [], [])
    verifier.go()
    assert time.process_time() - begun < 1, "seconds where each is compared with all others"
    named = {each.what.partition(" ")[0] for each in verifier.faults}
    assert named == {*MEMBERS, "bundle.json", at(7)}


# Altered, by somebody who makes the digests of the files anew


def test_a_photograph_that_was_altered_is_named(
    here: Photographed, bundle: Content, desk: Desk
) -> None:
    other = bytearray(bundle[name(bundle, here.one)])
    other[-10] ^= 1
    done = desk.verified(put_together({**bundle, name(bundle, here.one): bytes(other)}))
    assert done.code == 1
    position = position_of(bundle, here.one)
    assert done.output.startswith(
        f"Entry {position} tells of a photograph that is not as it was added: its digest is another"
    )
    assert name(bundle, here.one) in done.output
    assert name(bundle, here.other) not in done.output


def test_one_in_the_place_of_another_is_named(
    here: Photographed, bundle: Content, desk: Desk
) -> None:
    one, other = name(bundle, here.one), name(bundle, here.other)
    both = {one: bundle[other], other: bundle[one]}
    done = desk.verified(put_together({**bundle, **both}))
    assert one in done.output
    assert other in done.output


def of(photograph: str, /, **said: object) -> Change:
    """Alters what the list says of the first photograph (`one`), or of the erased one (`gone`)."""
    is_wanted = {"one": "here", "gone": "erased"}[photograph]

    def changed(members: Content) -> None:
        number = [each["is"] for each in lines(members, LISTED)].index(is_wanted)
        in_line(LISTED, number, lambda line: line.update(said))(members)

    return changed


def taken_away(members: Content) -> None:
    first = next(each for each in lines(members, LISTED) if each["is"] == "here")
    del members[at(first["position"])]


def hidden(members: Content) -> None:
    taken_away(members)
    nothing: dict[str, object] = {"is": "erased", "key": None, "key_id": None, "nonce": None}
    of("one", **nothing)(members)


def said_by_none(members: Content) -> None:
    members[LISTED] = b"".join(members[LISTED].splitlines(keepends=True)[1:])


def twice(members: Content) -> None:
    members[LISTED] += members[LISTED].splitlines(keepends=True)[0]


ALTERED: dict[str, tuple[Change, str]] = {
    "its file is taken out": (taken_away, "has it, and not both"),
    "it is said to be erased": (hidden, "said to be erased, and no entry says so"),
    "it is said to be withheld, and is there": (of("one", **{"is": "withheld"}), "not both"),
    "its line is taken out": (said_by_none, "of which the bundle says nothing"),
    "it has two lines": (twice, f"of {LISTED} does not hold"),
    "its nonce": (of("one", nonce="AAAAAAAAAAAAAAAA"), "its digest is another"),
    "its key": (of("one", key="A" * 43 + "="), "its digest is another"),
    "the id of its key": (of("one", key_id=str(UUID(int=1))), "its digest is another"),
    "its id": (of("one", photograph=str(UUID(int=1))), "another in its place"),
    "another entry": (of("one", position=1), "of which the bundle says nothing"),
    "what is no word": (of("gone", **{"is": "lost"}), "and more"),
    "one more of which nothing tells": (
        lambda members: members.update({at(7000): b"more"}),
        f"No entry tells of {at(7000)}",
    ),
    "a name that is no position": (
        lambda members: members.update({"photographs/amina.jpg": b"more"}),
        "photographs/amina.jpg is missing, twice there, or does not belong",
    ),
    "a position that is written in another way": (
        lambda members: members.update({"photographs/07.jpg": b"more"}),
        "photographs/07.jpg is missing, twice there, or does not belong",
    ),
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_is_altered_about_one_is_found(bundle: Content, desk: Desk, what: str) -> None:
    change, said = ALTERED[what]
    done = desk.verified(altered(bundle, change))
    assert done.code == 1, done.output
    assert said in done.output, done.output


def test_one_that_the_register_has_lost_is_named_too(tmp_path: Path, desk: Desk) -> None:
    """Changed in the database, past the register."""
    with signed(tmp_path) as found:
        there = photographed(found)
        with found.office.log.database.write_beside() as connection:
            connection.execute(
                sa.update(photographs)
                .where(photographs.c.photograph == there.one)
                .values(picture=b"something else that is long enough")
            )
        members = found.bundle()
        assert said_of(members)[str(there.one)] == "broken"
        done = desk.verified(put_together(members))
        assert done.code == 1
        assert "the register did not have it any more" in done.output
        assert json.dumps(str(there.other)) in members[LISTED].decode()


@pytest.mark.parametrize("of", ["declaration", "photograph"])
def test_one_that_is_erased_before_it_is_opened_is_not_called_broken(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch, of: str
) -> None:
    with signed(tmp_path) as found:
        there, opened = photographed(found), Pictures._opened
        alone = {"photograph": str(there.one)} if of == "photograph" else {}
        wanted = {"of": of, "declaration": str(found.gift), **alone}

        def meanwhile(self: Pictures, declaration: Declaration, photograph: Photograph) -> TakenOut:
            monkeypatch.undo()
            erase_at_once(found.office.register, **wanted)
            return opened(self, declaration, photograph)

        monkeypatch.setattr(Pictures, "_opened", meanwhile)
        members = found.bundle()
        said = said_of(members)
        assert said[str(there.one)] == "withheld", "the entry that says so came after the bundle's"
        assert said[str(there.other)] == ("here" if alone else "withheld")
        done = desk.verified(put_together(members))
        assert done.code == 0, done.output


def test_whoever_audits_elsewhere_gets_the_digest_of_the_entry_alone(
    here: Photographed, bundle: Content, desk: Desk
) -> None:
    here.signed.office.register.change_directory([audits("eve", "riverside")])
    theirs = here.signed.bundle("eve")
    assert not {str(here.one), str(here.other)} & set(said_of(theirs))
    assert str(here.one).encode() not in b"".join(theirs.values())
    position = position_of(bundle, here.one)
    (told,) = [each for each in lines(theirs, "entries.jsonl") if each["position"] == position]
    assert set(told) == {"index", "position", "leaf"}
    assert desk.verified(put_together(theirs)).code == 0
