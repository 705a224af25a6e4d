"""A kind of which few may know, dropped into a copy of the project: nobody else learns anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_a_sixth_kind import ROOT, copied_with, run

DROPPED_IN = ROOT / "tests" / "examples" / "worry_about_a_colleague.py"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied_with(DROPPED_IN, "kinds", tmp_path_factory.mktemp("copy"))


@pytest.mark.timeout(320)
def test_whoever_may_not_know_of_it_finds_every_page_and_call_as_without_it(copy: Path) -> None:
    run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/examples/few_may_know.py")


@pytest.mark.long
def test_the_tests_of_every_kind_hold(copy: Path) -> None:
    run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_every_kind.py")
