"""A bundle proves itself where nothing of the register is, and whatever is altered is found."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from events.names import Shown
from register.errors import ForbiddenError
from register.reading.looks.finding import Wanted, all_of
from tests.exporting.bundles import (
    SAID,
    Change,
    Content,
    Desk,
    Signed,
    altered,
    content,
    in_line,
    lines,
    put_together,
    signed,
)

TRIALS = 10


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signed]:
    with signed(tmp_path_factory.mktemp("register")) as found:
        yield found


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def bundle(here: Signed) -> Content:
    return here.bundle()


def entry_of(members: Content, words: str) -> int:
    """The line of an entry with these words."""
    return next(
        number
        for number, each in enumerate(lines(members, "entries.jsonl"))
        if words in json.dumps(each.get("words"))
    )


# What is in it


def test_it_proves_itself_with_cryptography_alone(bundle: Content, desk: Desk) -> None:
    done = desk.verified(put_together(bundle))
    assert done.code == 0, done.output
    entries = lines(bundle, "entries.jsonl")
    assert f"All {len(entries)} entries fit" in done.output
    signed_size = max(each["new"] for each in lines(bundle, "consistency.jsonl"))
    assert f"Signed are the first {signed_size}." in done.output
    assert 0 < signed_size < len(entries), "one was not signed yet"


def test_it_is_verified_unpacked_as_well(bundle: Content, desk: Desk, tmp_path: Path) -> None:
    for name, found in bundle.items():
        (tmp_path / name).write_bytes(found)
    assert desk.run(tmp_path / "verify.py").code == 0
    (tmp_path / "more.txt").write_text("more")
    assert "more.txt" in desk.run(tmp_path / "verify.py").output


def test_the_key_and_a_checkpoint_from_elsewhere_are_believed(
    here: Signed, bundle: Content, desk: Desk, tmp_path: Path
) -> None:
    kept, first = tmp_path / "kept", str(here.keys[0].public)
    kept.write_text(lines(bundle, "checkpoints.jsonl")[0]["note"])
    whole = put_together(bundle)
    done = desk.verified(whole, "--key", first, "--checkpoint", kept)
    assert done.code == 0
    assert "--key" not in done.output
    other = type(here.keys[0]).new("register.example.org/log")
    assert "was not signed with the key" in desk.verified(whole, "--key", str(other.public)).output
    root = "A" * 43 + "="
    text = f"register.example.org/log\n3\n{root}\n"
    kept.write_text(f"{text}\n{here.keys[0].sign(text)}")
    done = desk.verified(whole, "--checkpoint", kept)
    assert done.code == 1
    assert done.output.startswith("Entry 3 or one before it, from 1 on, is not what was signed")


def test_of_what_few_may_know_there_is_a_digest_and_no_more(here: Signed, bundle: Content) -> None:
    assert SAID not in json.dumps(lines(bundle, "entries.jsonl"))
    assert str(here.concern).encode() not in b"".join(bundle.values())
    theirs = here.bundle("rhea")
    assert SAID in json.dumps(lines(theirs, "entries.jsonl"))


def test_what_is_erased_is_said_to_be(here: Signed, bundle: Content) -> None:
    found = [
        each for each in lines(bundle, "entries.jsonl") if each.get("stream") == str(here.erased)
    ]
    assert {each["sealed"] for each in found} == {"erased"}


def test_names_and_addresses_of_people_stay_sealed(bundle: Content) -> None:
    assert b"@example.org" not in b"".join(bundle.values())


def test_without_words_there_are_neither_words_nor_keys(here: Signed, desk: Desk) -> None:
    found = here.bundle(with_words=False)
    entries = lines(found, "entries.jsonl")
    assert {each["key"] for each in entries if "key" in each} == {None}
    assert {each["words"] for each in entries if "words" in each} == {None}
    assert desk.verified(put_together(found)).code == 0


def test_only_auditors_take_it(here: Signed) -> None:
    for person in ("amina", "carol", "ada"):
        with pytest.raises(ForbiddenError):
            here.bundle(person)


def test_it_is_a_look_at_each_declaration_in_it(here: Signed) -> None:
    here.bundle()
    looks = [each.look for each in all_of(here.office.log, Wanted()) if each.look]
    seen = {at.declaration for each in looks if each.shown == Shown.EXPORT for at in each.at}
    assert {here.gift, here.erased} <= seen
    by_dev = {at.declaration for each in looks if each.by == "dev" for at in each.at}
    assert here.concern not in by_dev


def test_the_names_of_its_files_tell_nothing(bundle: Content) -> None:
    assert set(bundle) == {
        *("README.md", "verify.py", "bundle.json", "keys.json", "entries.jsonl"),
        *("checkpoints.jsonl", "successions.jsonl", "inclusion.jsonl", "consistency.jsonl"),
        "photographs.jsonl",
    }
    assert {each for each in bundle if each.endswith("jsonl") and not lines(bundle, each)} == {
        "photographs.jsonl"  # nobody has added any
    }


def test_on_both_engines_it_proves_itself(tmp_path: Path, desk: Desk, database_url: str) -> None:
    with signed(tmp_path, database_url) as found:
        assert desk.verified(put_together(found.bundle())).code == 0


# What is altered, by somebody who makes the digests of the files anew


def change(name: str, number: int, field: str, value: object) -> Change:
    return in_line(name, number, lambda line: line.update({field: value}))


def without(name: str, number: int) -> Change:
    def changed(members: Content) -> None:
        found = members[name].splitlines(keepends=True)
        del found[number]
        members[name] = b"".join(found)

    return changed


def swapped(members: Content) -> None:
    found = members["entries.jsonl"].splitlines(keepends=True)
    found[2], found[3] = found[3], found[2]
    members["entries.jsonl"] = b"".join(found)


def other_signature(line: dict[str, str]) -> None:
    text, _, lines_ = line["note"].rpartition("\n\n")
    line["note"] = text.replace("\n3", "\n4").replace("log\n", "log\n1") + "\n\n" + lines_


def other_end(members: Content) -> None:
    """A key of the same 32 bytes, written with other bits in its last character."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    number, key = next(
        (number, each["key"])
        for number, each in enumerate(lines(members, "entries.jsonl"))
        if each.get("key")
    )
    other = key[:-2] + letters[letters.index(key[-2]) ^ 1] + "="
    change("entries.jsonl", number, "key", other)(members)


ALTERED: dict[str, Change] = {
    "the digest of an entry": change("entries.jsonl", 4, "leaf", "00" * 32),
    "the letters of a digest": in_line(
        "entries.jsonl", 4, lambda line: line.update(leaf=line["leaf"].upper())
    ),
    "a bit of a key that stands for nothing": other_end,
    "its position": change("entries.jsonl", 4, "position", 400),
    "its index": change("entries.jsonl", 4, "index", 5),
    "its moment": change("entries.jsonl", 0, "recorded_at", "2026-01-01T00:00:00+00:00"),
    "its topic": change("entries.jsonl", 0, "topic", "person-left"),
    "its state": in_line(
        "entries.jsonl", 0, lambda line: line.update(state=line["state"].replace("a", "b", 1))
    ),
    "something that is not stored": change("entries.jsonl", 0, "says", "more"),
    "an entry that is left out": without("entries.jsonl", 5),
    "two in another order": swapped,
    "the last signed ones left out": lambda members: members.update(
        {"entries.jsonl": b"".join(members["entries.jsonl"].splitlines(keepends=True)[:-3])}
    ),
    "what a checkpoint says": in_line("checkpoints.jsonl", 0, other_signature),
    "a checkpoint twice signed by none": change("checkpoints.jsonl", 1, "note", "log\n1\nAA==\n\n"),
    "a cosignature": in_line(
        "checkpoints.jsonl", 0, lambda line: line.update(note=line["note"][:-12] + "AAAAAAAAAAA\n")
    ),
    "a succession left out": without("successions.jsonl", 0),
    "what a succession says": in_line(
        "successions.jsonl", 0, lambda line: line.update(note=line["note"].replace("1", "2", 1))
    ),
    "a key": lambda members: members.update({"keys.json": b'{"log":["a+b+c"],"witnesses":[]}\n'}),
    "a proof": change("inclusion.jsonl", 0, "index", 1),
    "a proof between trees": change("consistency.jsonl", 0, "hashes", []),
    "a file left out": lambda members: members.pop("inclusion.jsonl") and None,
    "a file more": lambda members: members.update({"more.txt": b"more"}),
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_is_altered_is_found(bundle: Content, desk: Desk, what: str) -> None:
    done = desk.verified(altered(bundle, ALTERED[what]))
    assert done.code == 1, done.output


def test_the_first_bad_position_is_named(bundle: Content, desk: Desk) -> None:
    position = lines(bundle, "entries.jsonl")[4]["position"]
    done = desk.verified(altered(bundle, ALTERED["its topic"]))
    first = lines(bundle, "entries.jsonl")[0]["position"]
    assert done.output.startswith(f"Entry {first} is not as it was stored: its digest is another")
    done = desk.verified(altered(bundle, ALTERED["the digest of an entry"]))
    assert done.output.startswith(f"Entry {position} ")


def test_words_that_are_not_those_sealed_are_found(bundle: Content, desk: Desk) -> None:
    number = entry_of(bundle, "Above a token")
    words = {"reason": "A farewell present"}
    done = desk.verified(altered(bundle, change("entries.jsonl", number, "words", words)))
    assert "its words are not those that are sealed" in done.output
    key = lines(bundle, "entries.jsonl")[number - 1]["key"] or "A" * 43 + "="
    done = desk.verified(altered(bundle, change("entries.jsonl", number, "key", key)))
    assert "does not open" in done.output


def test_what_is_altered_with_the_digests_of_the_files_left_is_found(
    bundle: Content, desk: Desk
) -> None:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as made:
        for name, found in bundle.items():
            made.writestr(name, found + b" " if name == "README.md" else found)
    assert "README.md is not as it was" in desk.verified(into.getvalue()).output
    assert content(into.getvalue()).keys() == bundle.keys()


# At random: any byte of any file


def spoilt(bundle: Content, chance: random.Random) -> bytes:
    """With one byte of one file other than it was."""
    name = chance.choice(sorted(set(bundle) - {"verify.py"}))
    found = bytearray(bundle[name])
    found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as made:
        for each, as_it_was in bundle.items():
            made.writestr(each, bytes(found) if each == name else as_it_was)
    return into.getvalue()


def dishonest(bundle: Content, chance: random.Random) -> bytes:
    """With a byte of what is proved other than it was, and the digests of the files made anew."""
    name = chance.choice(("entries.jsonl", "checkpoints.jsonl", "successions.jsonl"))
    found = bytearray(bundle[name])
    found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return put_together({**bundle, name: bytes(found)})


def test_any_byte_that_is_altered_is_found(bundle: Content, desk: Desk) -> None:
    check_at_random(bundle, desk, random.Random(17), TRIALS)


@pytest.mark.long
def test_any_byte_that_is_altered_is_found_at_length(bundle: Content, desk: Desk) -> None:
    check_at_random(bundle, desk, random.Random(), 1000)


def check_at_random(bundle: Content, desk: Desk, chance: random.Random, trials: int) -> None:
    """The entries after the last checkpoint are left out: nothing proves their digests yet."""
    how = (spoilt, dishonest)
    covered = max(each["new"] for each in lines(bundle, "consistency.jsonl"))
    first = bundle["entries.jsonl"].splitlines(keepends=True)[:covered]
    bundle = {**bundle, "entries.jsonl": b"".join(first)}
    bundle = content(put_together(bundle))
    made = [how[number % 2](bundle, chance) for number in range(trials)]
    assert desk.many_verified(bundle["verify.py"], made) == [1] * trials
    assert desk.many_verified(bundle["verify.py"], [put_together(bundle)]) == [0]
