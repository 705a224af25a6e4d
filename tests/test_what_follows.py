"""docs/what-follows.md says what the shipped packs say."""

from __future__ import annotations

from pathlib import Path

from register.policy import SHIPPED, Policies
from register.ruling import describing

DOCUMENT = Path(__file__).parent.parent / "docs" / "what-follows.md"


def test_the_table_is_what_the_packs_say():
    made = "\n".join(describing.table(Policies(SHIPPED))) + "\n"
    assert DOCUMENT.read_text(encoding="utf-8") == made, (
        "make it again: python -m register policies table > docs/what-follows.md"
    )


def test_every_setting_of_a_kind_is_told_as_the_houses():
    told = "\n".join(describing.table(Policies(SHIPPED)))
    packs = [pack for versions in Policies(SHIPPED).packs.values() for pack in versions.values()]
    kinds = [rules for pack in packs for rules in pack.kinds.values()]
    assert told.count(describing.SETTINGS) == sum(bool(rules.settings) for rules in kinds)
    assert told.count("\n- `") == sum(len(rules.settings) for rules in kinds)
    assert (
        "- `consents`: person_or_pet: service_user and relative or representative; "
        "tracing_online: social_services. Who must have agreed" in told
    )
    assert "- `patience`: 5. Working days" in told


def test_the_table_lists_every_kind_that_a_pack_names():
    text = DOCUMENT.read_text(encoding="utf-8")
    for policy, versions in Policies(SHIPPED).packs.items():
        for version, pack in versions.items():
            section = text.split(f"## {policy}, {version}\n")[1].split("\n## ")[0]
            assert all(f"### {kind}\n" in section for kind in pack.kinds)
