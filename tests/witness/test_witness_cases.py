"""A witness answers as the cases say, over HTTP. Others can run the same: see docs/proof.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from events.proof.cosignatures import CosigningKey
from tests.witness.making import FILE, made
from tests.witness.playing import CASES, logs_as_toml, main, wrong_in
from tests.witness.served import Served, opened, served


@pytest.fixture(scope="module")
def witness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(opened(tmp_path_factory.mktemp("witness"), logs_as_toml())) as served_:
        yield served_


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_a_witness_answers_as_the_case_says(case: dict[str, Any], witness: Served) -> None:
    with witness.client() as client:
        assert wrong_in(case, client, witness.key) == []


def test_the_file_is_what_makes_it_says() -> None:
    """`python -m tests.witness.making` writes it again."""
    assert FILE.read_text(encoding="utf-8") == made()


def test_a_witness_that_answers_otherwise_is_found_out(witness: Served) -> None:
    """With another key than its own, every case with a cosignature is wrong."""
    another = CosigningKey.new(witness.key.name)
    with witness.client() as client:
        wrong = wrong_in(CASES["cases"][0], client, another.public)
    assert len(wrong) == 1
    assert main([witness.url, str(another.public)]) == 1


def test_what_is_too_long_is_not_read(witness: Served) -> None:
    with witness.client() as client:
        assert client.post("/add-checkpoint", content=b"old 0\n" * 100_000).status_code == 413


@pytest.mark.parametrize("path", ["/", "/checkpoint", "/add-checkpoint", "/0/1/checkpoint"])
def test_there_is_nothing_else(path: str, witness: Served) -> None:
    with witness.client() as client:
        assert client.get(path).status_code in (404, 405)
