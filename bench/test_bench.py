"""The bench runs from end to end: small, once, and for what it says rather than how fast."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from bench.filling import fill
from bench.measuring import Limit, Row, measure
from bench.results import _rows as table_rows
from bench.results import told
from bench.rows import all_rows
from bench.rows.growing import GROWING
from bench.rows.rebuild import most_memory
from register.setup.opening import open_log
from register.setup.settings import Settings
from tests.browser import office

ROOT = Path(__file__).parent.parent


def test_a_register_is_filled_with_about_as_many_entries_as_are_asked_for(tmp_path: Path):
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path}/register.sqlite")
    fill(settings, 400)
    with closing(open_log(settings)) as log:
        assert 300 <= log.last_position() <= 500


@pytest.mark.long
@pytest.mark.timeout(600)
def test_every_row_is_measured():
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=590,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for work in ("bytes of HTML", "bytes of CSS", "bytes of JavaScript"):
        assert work in done.stdout
    for work in ("declare over HTTP", "rebuild", "memory of a rebuild", "replay", "inbox at"):
        for engine in ("sqlite", "postgresql"):
            found = [line for line in done.stdout.splitlines() if line.startswith(work)]
            assert any(engine in line for line in found), done.stdout


def test_without_node_lighthouse_says_what_is_missing(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "bench.lighthouse"],
        cwd=ROOT,
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.strip().startswith("Lighthouse needs Node.js 18 or newer")


def test_a_row_is_a_file_in_the_folder():
    files = {path.stem for path in (ROOT / "bench" / "rows").glob("*.py")} - {"__init__"}
    assert set(all_rows()) == files


def test_only_what_is_required_fails_the_bench():
    limits = (Limit("bytes", "bytes", floor=1.0, aim=0.9, at_most=True),)
    for size, is_required, is_failed in ((11, True, True), (11, False, False), (10, True, False)):
        row = Row(
            "work",
            "budget",
            lambda size=size: {"bytes": size},
            lambda: {"bytes": 10},
            limits,
            is_required=is_required,
        )
        assert measure(row, 1).is_failed is is_failed


def test_sides_take_turns_and_the_medians_are_compared():
    turns = []

    def side(name, rates):
        def run():
            turns.append(name)
            return {"rate": rates.pop(0)}

        return run

    limits = (Limit("rate", "a second", floor=0.5, aim=1.0),)
    row = Row("work", "peer", side("A", [3, 4, 5]), side("B", [8, 8, 10]), limits)
    measured = measure(row, 3)
    assert "".join(turns) == "ABABAB"
    assert measured.ratio("rate") == 0.5
    assert limits[0].verdict(measured.ratio("rate")) == "floor"


def test_a_row_that_spreads_more_than_twofold_is_run_again():
    rates = [10, 30, 10, 11]
    limits = (Limit("rate", "a second", floor=0.5, aim=1.0),)
    measured = measure(
        Row("work", "peer", lambda: {"rate": rates.pop(0)}, lambda: {"rate": 10}, limits), 2
    )
    assert [run["rate"] for run in measured.ours] == [10, 11]


def test_a_row_that_never_was_steady_says_so_on_the_screen_and_in_the_table():
    limits = (Limit("rate", "a second", floor=0.5, aim=1.0),)
    for rates, is_said in (([10, 30] * 3, True), ([10, 11], False)):
        row = Row("work", "peer", lambda rates=rates: {"rate": rates.pop(0)}, ten, limits)
        measured = measure(row, 2)
        for lines in (told(measured), table_rows(measured)):
            assert ("not steady" in "\n".join(lines)) is is_said


def ten():
    return {"rate": 10}


def test_no_table_that_grows_may_be_walked_through(tmp_path):
    with office(tmp_path) as here, here.log.database.read() as connection:
        tables = set(sa.inspect(connection).get_table_names())
    assert set(GROWING) == tables - SMALL


SMALL = {
    "account_seen",
    "agreed_links",
    "alembic_version",
    "bindings",
    "came_in",
    "erasures",
    "for_officers",
    "holds",
    "invites",
    "challenges",
    "job_parts",
    "jobs",
    "kept_pages",
    "links",
    "notice_choices",
    "passkeys",
    "passwords",
    "provisioned",
    "provisioned_groups",
    "sessions",
    "signing",
    "sought",
    "successions",
    "tombstoned",
    "to_rewrite",
    "tombstones",
    "tracking",
    "tries",
    "tokens",
    "used_once",
    "ways",
    "witnesses",
}
"""Tables that do not grow with what is declared."""


def test_the_memory_of_a_process_is_its_own_and_not_that_of_whoever_started_it():
    much = bytearray(os.urandom(1)) * (400 * 2**20)
    done = subprocess.run(
        [sys.executable, "-c", "from bench.rows.rebuild import most_memory; print(most_memory())"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert most_memory() > len(much) / 2**20
    assert 10 < float(done.stdout) < 300
