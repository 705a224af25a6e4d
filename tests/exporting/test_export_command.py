"""`register export`, as the register's keeper runs it for an auditor."""

from __future__ import annotations

from pathlib import Path

from tests.consoles import installation, loaded, said_plainly
from tests.exporting.bundles import Desk
from tests.server import Installation

__all__ = ["installation", "loaded"]


def test_a_bundle_is_written_that_nobody_else_may_read(
    loaded: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "for-dev.zip"
    done = loaded.command("export", "dev", "--output", str(file))
    assert done.code == 0, done.errors
    assert "is still in it" in done.output
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.glob("for-dev*")] == ["for-dev.zip"]
    checked = Desk(tmp_path / "desk").verified(file.read_bytes())
    assert checked.code == 0, checked.output
    assert "Signed are the first 0." in checked.output, "there is no place outside"


def test_whoever_is_no_auditor_or_unknown_gets_none(loaded: Installation, tmp_path: Path) -> None:
    file = tmp_path / "bundle.zip"
    assert "auditors" in said_plainly(loaded.command("export", "amina", "--output", str(file)))
    assert "nobody" in said_plainly(loaded.command("export", "nobody", "--output", str(file)))
    away = tmp_path / "not-there" / "bundle.zip"
    assert "could not be written" in said_plainly(
        loaded.command("export", "dev", "--output", str(away))
    )
    assert not file.exists()
