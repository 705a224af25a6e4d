"""`register witness`: what it needs, and what it says when that is not right."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import orjson
import pytest

from events.proof.cosignatures import CosignerKey
from tests.consoles import said_plainly
from tests.server import Installation
from tests.witness.making import key_of
from tests.witness.served import LOG, LOGS, ORIGIN


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "logs.toml"
    written.write_text(LOGS, encoding="utf-8")
    return written


def asked(installation: Installation, file: Path) -> tuple[str, ...]:
    return ("witness", str(file), "--folder", str(installation.folder / "witness"))


def test_it_makes_a_key_once_that_only_its_owner_reads(
    installation: Installation, file: Path
) -> None:
    (key,) = installation.run(*asked(installation, file), "--key")
    assert CosignerKey.read(key).name == "witness.example/w1"
    assert installation.run(*asked(installation, file), "--key") == [key]
    for each in ("key", "witness.sqlite"):
        kept = installation.folder / "witness" / each
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_it_serves_without_a_register(installation: Installation, file: Path) -> None:
    command = [sys.executable, "-m", "register", *asked(installation, file), "--port", "0"]
    with subprocess.Popen(command, env=installation.env, stderr=subprocess.PIPE) as serving:
        assert serving.stderr is not None
        said = orjson.loads(serving.stderr.readline())
        assert CosignerKey.read(said["key"]).name == "witness.example/w1"
        url = orjson.loads(serving.stderr.readline())["url"]
        body = b"old 0\n\nunknown.example\n1\n" + b"A" * 43 + "=\n\n— x AAAAAAAA\n".encode()
        assert httpx.post(f"{url}/add-checkpoint", content=body, trust_env=False).status_code == 404
        serving.terminate()
        assert serving.wait(20) == 0
    assert not installation.data_dir.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LOGS.replace("name =", "called ="), "name"),
        (LOGS.replace("witness.example/w1", "a b"), "without spaces"),
        (LOGS.replace(str(LOG.public), "log+00000000+AAAA"), "log.0.keys.0"),
        (LOGS.replace(str(LOG.public), LOG.text()), "log.0.keys.0"),
        (LOGS.replace("keys", "key"), "log.0.key"),
        (LOGS + LOGS.partition("\n\n")[2], "twice"),
        ("name = 'w'", "log"),
        ("name", "not written in TOML"),
    ],
)
def test_a_file_that_is_not_right_is_refused_in_words(
    installation: Installation, file: Path, text: str, words: str
) -> None:
    file.write_text(text, encoding="utf-8")
    said = said_plainly(installation.command(*asked(installation, file), "--key"))
    assert words in said
    assert LOG.text().rpartition("+")[2] not in said


def test_it_keeps_its_name(installation: Installation, file: Path) -> None:
    installation.run(*asked(installation, file), "--key")
    file.write_text(LOGS.replace("witness.example/w1", "witness.example/w2"), encoding="utf-8")
    said = said_plainly(installation.command(*asked(installation, file), "--key"))
    assert re.search("the key of witness.example/w1, and not of witness.example/w2", said)


def test_what_is_not_there_is_said(installation: Installation, tmp_path: Path) -> None:
    said = said_plainly(installation.command("witness", str(tmp_path / "none.toml"), "--key"))
    assert "cannot be read" in said


@pytest.mark.parametrize("spoil", ["file", "database", "key"])
def test_a_folder_that_is_not_a_witness_s_is_said(
    installation: Installation, file: Path, spoil: str
) -> None:
    folder = installation.folder / "witness"
    if spoil == "file":
        folder.write_text("", encoding="utf-8")
    else:
        folder.mkdir()
        name = "witness.sqlite" if spoil == "database" else "key"
        (folder / name).write_text("something else" * 100, encoding="utf-8")
    said = said_plainly(installation.command(*asked(installation, file), "--key"))
    assert str(folder) in said


def test_a_log_may_have_several_keys(installation: Installation, file: Path) -> None:
    """When a log takes a new key, its witness knows both."""
    new = key_of(ORIGIN, "new").public
    file.write_text(LOGS.replace('"]', f'", "{new}"]'), encoding="utf-8")
    installation.run(*asked(installation, file), "--key")
