"""docs/what-follows.md says what the shipped packs say."""

from __future__ import annotations

from pathlib import Path

import pytest

from register import checking
from register.kinds import all_kinds
from register.policy import SHIPPED, Policies

DOCUMENT = Path(__file__).parent.parent / "docs" / "what-follows.md"


def test_the_table_is_what_the_packs_say():
    made = "\n".join(checking.table(Policies(SHIPPED))) + "\n"
    assert DOCUMENT.read_text(encoding="utf-8") == made, (
        "make it again: python -m register policies table > docs/what-follows.md"
    )


@pytest.mark.parametrize("kind", all_kinds())
def test_every_kind_is_in_every_pack_and_in_the_table(kind):
    for policy, versions in Policies(SHIPPED).packs.items():
        for version, pack in versions.items():
            section = DOCUMENT.read_text(encoding="utf-8").split(f"## {policy}, {version}")[1]
            assert kind in pack.kinds
            assert f"### {kind}\n" in section
