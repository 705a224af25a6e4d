"""Nothing is signed that contradicts what was signed before, whatever happened in between."""

from __future__ import annotations

import pytest

from events.proof.checkpoints import checkpoint_of
from events.proof.notes import read_note
from events.proof.successions import succession_of
from register.proving.memory import folder_of
from register.proving.names import Unsigned
from tests.proof.signers import ORIGIN, Bench, bench

__all__ = ["bench"]

POINTS = ["compared", "begun outside", "begun", "signed", "kept", "stored", "published"]


def test_what_was_stored_is_signed_and_is_outside_by_its_size(bench: Bench) -> None:
    bench.append(3)
    assert bench.sign() is None
    folder = bench.outside / folder_of(bench.keys[-1].public)
    note = read_note((folder / "3").read_bytes())
    assert note.signed_by([bench.keys[-1].public])
    found = checkpoint_of(note)
    assert (found.origin, found.size) == (ORIGIN, 3)
    assert (folder / "latest").read_bytes() == bytes(note)


def test_nothing_new_is_not_signed_again(bench: Bench) -> None:
    bench.append(3)
    bench.sign()
    bench.sign()
    assert len(bench.made) == 1


def test_an_empty_log_is_not_signed(bench: Bench) -> None:
    assert bench.sign() is None
    assert bench.made == []


def test_without_a_place_outside_nothing_is_signed(bench: Bench) -> None:
    bench.append()
    assert bench.sign(nowhere=True) is Unsigned.NO_PLACE
    assert bench.made == []


def test_while_the_place_outside_is_away_nothing_is_signed(bench: Bench) -> None:
    bench.append()
    bench.outside.rename(bench.folder / "away")
    assert bench.sign() is Unsigned.PLACE_AWAY
    assert bench.made == []
    (bench.folder / "away").rename(bench.outside)
    assert bench.sign() is None


@pytest.mark.parametrize("point", POINTS)
def test_after_a_crash_at_any_point_it_goes_on(bench: Bench, point: str) -> None:
    bench.append(2)
    bench.sign()
    bench.append(2)
    bench.crash(point)
    bench.append(2)
    for _ in range(3):
        assert bench.sign() is None
    assert {each.size for _, each in bench.checkpoints()} >= {2, 6}
    latest = bench.outside / folder_of(bench.keys[-1].public) / "latest"
    assert checkpoint_of(read_note(latest.read_bytes())).size == 6


def test_a_register_from_a_back_up_is_not_signed(bench: Bench) -> None:
    bench.append(3)
    backup = bench.back_up()
    bench.append(3)
    bench.sign()
    bench.restore(backup)
    assert bench.sign() is Unsigned.SHORTER
    bench.append(5)
    assert bench.sign() is Unsigned.DIFFERS
    assert len(bench.made) == 1


@pytest.mark.parametrize("point", ["begun outside", "begun", "signed", "kept", "stored"])
def test_what_was_about_to_be_signed_counts_as_signed_on_another_machine(
    bench: Bench, point: str
) -> None:
    """The dead machine may have signed, and nobody can ask it."""
    bench.append(3)
    bench.sign()
    backup = bench.back_up()
    bench.append(3)
    bench.crash(point)
    bench.restore(backup)
    bench.machine += 1
    bench.append(4)
    assert bench.sign() is Unsigned.DIFFERS


def test_what_only_this_machine_remembers_counts_too(bench: Bench) -> None:
    bench.append(3)
    backup = bench.back_up()
    bench.append(3)
    bench.sign()
    bench.outside.rename(bench.folder / "gone")
    bench.outside.mkdir()
    bench.restore(backup)
    assert bench.sign() is Unsigned.SHORTER


def test_a_machine_and_a_place_that_remember_nothing_do_not_begin_anew(bench: Bench) -> None:
    bench.append(3)
    bench.sign()
    bench.outside.rename(bench.folder / "gone")
    bench.outside.mkdir()
    bench.machine += 1
    assert bench.sign() is Unsigned.NO_SUCCESSION


def test_a_place_that_lost_what_it_had_is_told_again(bench: Bench) -> None:
    bench.append(3)
    bench.sign()
    bench.outside.rename(bench.folder / "gone")
    bench.outside.mkdir()
    assert bench.sign() is None
    assert (bench.outside / folder_of(bench.keys[-1].public) / "3").exists()


def test_what_somebody_else_put_outside_stops_it(bench: Bench) -> None:
    bench.append(3)
    bench.sign()
    folder = bench.outside / folder_of(bench.keys[-1].public)
    forged = (folder / "latest").read_text().replace("\n3\n", "\n4\n")
    (folder / "latest").write_text(forged)
    bench.append()
    assert bench.sign() is Unsigned.NOT_OURS


def test_of_two_who_sign_at_the_same_time_one_comes_first(bench: Bench) -> None:
    """The second does so while the first has compared, and is about to begin."""
    bench.append(3)
    bench.sign()
    bench.append(1)

    def meanwhile(point: str) -> None:
        if point == "compared":
            bench.machine += 1
            bench.append(1)
            assert bench.sign() is None
            bench.machine -= 1

    assert bench.sign(point=meanwhile) is None
    assert [each.size for _, each in bench.checkpoints()] == [3, 5], "the first saw 4"
    assert bench.sign() is None


def test_a_new_key_is_named_by_the_old_one_at_the_same_tree(bench: Bench) -> None:
    bench.append(3)
    bench.sign()
    old, new = bench.keys[-1], bench.new_key("other.example.org/log")
    bench.append(2)
    assert bench.sign() is None
    note = (bench.outside / folder_of(old.public) / "succession").read_text()
    succession = succession_of(note, old.public)
    assert succession.loses_nothing
    assert (succession.last_size, succession.new) == (3, str(new.public))
    assert bench.sign() is None
    assert [each.size for key, each in bench.checkpoints() if key == str(new.public)] == [3, 5]


def test_an_old_key_signs_no_more(bench: Bench) -> None:
    bench.append(3)
    bench.sign()
    old = bench.keys[-1]
    bench.new_key(ORIGIN)
    bench.sign()
    bench.keys = [old]
    bench.append(1)
    assert bench.sign() is Unsigned.OTHER_KEY


def test_a_key_is_not_followed_by_two(bench: Bench) -> None:
    bench.append(3)
    bench.sign()
    old = bench.keys[-1]
    bench.new_key(ORIGIN)
    bench.sign()
    bench.keys = [old]
    bench.new_key(ORIGIN)
    assert bench.sign() is Unsigned.OTHER_KEY


def test_a_key_without_the_one_before_it_does_not_begin(bench: Bench) -> None:
    bench.append(3)
    bench.sign()
    bench.keys.clear()
    assert bench.sign() is Unsigned.NO_KEY
    bench.new_key(ORIGIN)
    assert bench.sign() is Unsigned.NO_SUCCESSION


def test_a_shorter_register_goes_on_once_the_log_says_what_is_lost(bench: Bench) -> None:
    bench.append(3)
    backup = bench.back_up()
    bench.append(3)
    bench.sign()
    bench.restore(backup)
    old = bench.keys[-1]
    bench.new_key("other.example.org/log")
    assert bench.sign() is Unsigned.SHORTER, "a new key alone is not enough"
    bench.keys.pop()
    bench.tell_restored(ORIGIN)
    assert bench.sign() is Unsigned.SHORTER, "it is no longer the same log"
    bench.keys.pop()
    bench.tell_restored("restored.example.org/log")
    assert bench.sign() is None
    note = (bench.outside / folder_of(old.public) / "succession").read_text()
    succession = succession_of(note, old.public)
    assert not succession.loses_nothing
    assert (succession.last_size, succession.first_size) == (6, 5)


@pytest.mark.parametrize("point", ["ending begun", "ended", "begun outside", "signed"])
def test_after_a_crash_amid_a_change_of_keys_it_goes_on(bench: Bench, point: str) -> None:
    bench.append(3)
    bench.sign()
    new = bench.new_key(ORIGIN)
    bench.crash(point)
    bench.append(2)
    for _ in range(3):
        assert bench.sign() is None
    assert [each.size for key, each in bench.checkpoints() if key == str(new.public)][-1] == 5
    successions = {text for _, text in bench.made if text.startswith("declarations-register/")}
    assert len(successions) == 1
