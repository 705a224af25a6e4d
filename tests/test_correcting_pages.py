"""What a worker sees who corrects what they declared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.visits import House, build, copied

FRAME = "A silver frame waits for the service director"
WITHDRAWN = "This was withdrawn."


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("correcting-pages") / "built"
    build(folder)
    return folder


@pytest.fixture
def house(built: Path, tmp_path: Path) -> Iterator[House]:
    with copied(built, tmp_path / "house") as house:
        yield house


def typed(details: dict[str, object]) -> dict[str, str]:
    """A gift's answers as its form sends them."""
    truths = {True: "true", False: "false"}
    return {
        f"details.{name}": truths.get(value, str(value)) if isinstance(value, bool) else str(value)
        for name, value in details.items()
        if value is not None
    }


def test_a_correction_refused_because_the_register_moved_on_loses_nothing_of_what_was_typed(
    house: House,
):
    gift = house.declare(FRAME)
    amina, correction = house.as_("amina"), f"/declarations/{gift}/correction"
    details = house.register.read.declaration("amina", gift).details or {}
    form = {
        **typed({**details, "item": "A smaller frame"}),
        "happened_on": house.now.date().isoformat(),
        "service_user": "SU-1042",
        "reason": "It was not the one that I described",
    }
    amina.post(f"/declarations/{gift}/withdrawal", {"reason": "By mistake"})
    house.register.review("carol", gift, {"stands": False, "reason": "By mistake"})

    refused = amina.post(correction, form)

    assert refused.status == 409
    assert refused.problems == {"": WITHDRAWN}
    assert {name: refused.value(name) for name in form} == form


def test_a_correction_that_leaves_something_out_loses_nothing_of_what_was_typed(house: House):
    gift = house.declare(FRAME)
    form = {"details.item": "A smaller frame", "service_user": "SU-1042", "reason": "Mistaken"}

    refused = house.as_("amina").post(f"/declarations/{gift}/correction", form)

    assert refused.status == 422
    assert refused.problems
    assert {name: refused.value(name) for name in form} == form


@pytest.mark.parametrize(
    ("written", "kept"),
    [("su1077", "SU-1077"), ("SU 1077", "SU-1077"), ("rv-007", "RV-007"), ("zz-9", "zz-9")],
)
def test_a_correction_finds_the_reference_whatever_its_case(house: House, written: str, kept: str):
    gift = house.declare(FRAME)
    details = house.register.read.declaration("amina", gift).details or {}
    form = {**typed(details), "service_user": written, "reason": "It was another"}
    form["happened_on"] = house.now.date().isoformat()

    answer = house.as_("amina").post(f"/declarations/{gift}/correction", form)

    assert answer.status == 303, answer.text
    assert house.register.read.declaration("amina", gift).newest.service_user == kept
