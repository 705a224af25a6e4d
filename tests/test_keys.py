"""The master keys: made once, for their owner's eyes alone, and missed when they are gone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest

from events.log.sealing import Keyring
from register.setup.keys import MasterKeyError, keyring
from register.setup.opening import open_log
from register.setup.settings import Settings
from tests.logs import said, texts

ONE, OTHER = "1a" * 32, "2b" * 32
FILES = ("master", "index")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in [name for name in os.environ if name.startswith("REGISTER_")]:
        monkeypatch.delenv(name)
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture(params=[0o022, 0o000], ids=["usual umask", "no umask"])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


def opens_what_was_sealed_by(one: Keyring, other: Keyring) -> bool:
    place = uuid4().bytes
    sealed, key = one.seal(b"words", place)
    is_same_index = one.blind_index("SU-1042") == other.blind_index("SU-1042")
    return other.open(sealed, key, place) == b"words" and is_same_index


@pytest.mark.usefixtures("umask")
def test_only_their_owner_may_read_them(settings: Settings) -> None:
    keyring(settings, may_make=True)
    folder = settings.data_dir / "keys"
    assert mode(folder) == "0o700"
    assert {file.name: mode(file) for file in folder.iterdir()} == dict.fromkeys(FILES, "0o600")


def test_they_are_made_once(settings: Settings) -> None:
    one = keyring(settings, may_make=True)
    written = [(settings.data_dir / "keys" / name).read_bytes() for name in FILES]
    other = keyring(settings, may_make=True)
    assert written == [(settings.data_dir / "keys" / name).read_bytes() for name in FILES]
    assert opens_what_was_sealed_by(one, other)


def test_each_register_has_keys_of_its_own(settings: Settings, tmp_path: Path) -> None:
    keyring(settings, may_make=True)
    keyring(Settings(data_dir=tmp_path / "other"), may_make=True)
    keys = {
        (tmp_path / folder / "keys" / name).read_text().strip().removeprefix("1:")
        for folder in ("data", "other")
        for name in FILES
    }
    assert len(keys) == 4
    assert {len(key) for key in keys} == {64}


@pytest.mark.parametrize("attempt", range(20))
def test_those_who_start_at_once_take_the_same(settings: Settings, attempt: int) -> None:
    together = Barrier(4)

    def start() -> Keyring:
        together.wait()
        return keyring(settings, may_make=True)

    with ThreadPoolExecutor(4) as pool:
        one, *others = [each.result() for each in [pool.submit(start) for _ in range(4)]]
    assert all(opens_what_was_sealed_by(one, other) for other in others)


@pytest.mark.parametrize("name", FILES)
def test_a_key_that_is_gone_is_not_replaced_once_something_was_sealed(
    settings: Settings, name: str
) -> None:
    with closing(open_log(settings)) as log:
        log.append([said(uuid4(), "as ever")])
    file = settings.data_dir / "keys" / name
    away = file.rename(settings.data_dir / "away")
    with pytest.raises(MasterKeyError, match=f"{name} is missing.*Put the key back"):
        open_log(settings)
    assert not file.exists()
    away.rename(file)
    with closing(open_log(settings)) as log:
        assert texts(log.after()) == ["as ever"]


def test_a_key_may_be_made_while_nothing_was_sealed(settings: Settings) -> None:
    open_log(settings).close()
    for name in FILES:
        (settings.data_dir / "keys" / name).unlink()
    with closing(open_log(settings)) as log:
        log.append([said(uuid4(), "as ever")])
    with closing(open_log(settings)) as log:
        assert texts(log.after()) == ["as ever"]


def test_the_environment_s_keys_are_taken_and_none_is_written(settings: Settings) -> None:
    given = Settings(
        data_dir=settings.data_dir, master_key=f"1:{ONE},2:{OTHER}", index_key=f" {ONE}\n"
    )
    keys = keyring(given, may_make=False)
    assert keys.current == 2
    assert keys.blind_index("x") == Keyring({1: b"?" * 32}, bytes.fromhex(ONE)).blind_index("x")
    assert not settings.data_dir.exists()


def test_a_file_may_hold_several_versions_one_a_line(settings: Settings) -> None:
    keyring(settings, may_make=True)
    (settings.data_dir / "keys" / "master").write_text(f"2:{OTHER}\n1:{ONE}\n")
    assert keyring(settings, may_make=False).current == 2


MALFORMED = {
    "nothing": "",
    "no version": ONE,
    "a word for a version": f"one:{ONE}",
    "too short": f"1:{ONE[:-2]}",
    "too long": f"1:{ONE}aa",
    "half a byte": f"1:{ONE[:-1]}",
    "not hex": f"1:{ONE[:-1]}z",
    "two with nothing between": f"1:{ONE}2:{OTHER}",
    "the second is wrong": f"1:{ONE},2:{OTHER[:-2]}",
    "not even text": f"1:{ONE[:-1]}é",
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED.keys())
@pytest.mark.parametrize("place", ["file", "environment"])
def test_a_malformed_key_is_refused_and_never_told(
    settings: Settings, text: str, place: str
) -> None:
    given = settings
    if place == "file":
        keyring(settings, may_make=True)
        (settings.data_dir / "keys" / "master").write_text(text, encoding="utf-8")
    else:
        given = Settings(data_dir=settings.data_dir, master_key=text, index_key=ONE)
    with pytest.raises(MasterKeyError, match="hex digits") as refused:
        keyring(given, may_make=False)
    whole = f"{refused.value!r} {refused.value.__cause__!r} {refused.value.__context__!r}"
    assert ONE[:8] not in whole
    assert OTHER[:8] not in whole


def test_a_malformed_index_key_is_refused_and_never_told(settings: Settings) -> None:
    given = Settings(data_dir=settings.data_dir, master_key=f"1:{ONE}", index_key=OTHER[:-2])
    with pytest.raises(MasterKeyError, match="index key is not 64 hex digits") as refused:
        keyring(given, may_make=False)
    assert OTHER[:8] not in repr(refused.value)


def test_settings_do_not_tell_the_keys() -> None:
    given = Settings(master_key=f"1:{ONE}", index_key=OTHER)
    assert ONE not in f"{given!r} {given} {given.model_dump()}"
    assert OTHER not in f"{given!r} {given} {given.model_dump()}"
