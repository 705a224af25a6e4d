"""What a pack says to whoever asks about what no declaration holds: refused with its place."""

from __future__ import annotations

import pytest

from register.acts.acknowledging import NEEDS
from register.policy import Policies, PolicyError
from register.ruling.advising import TOPICS, topics_of
from register.ruling.describing import check
from tests.cast import IN_FORCE, POLICIES, SMALLEST_PACK, SUPPORTED_LIVING, write_pack

TELL = 'words = "Tell."'


@pytest.mark.parametrize(
    ("topic", "said", "place"),
    [
        ("colleague", 'clause = "1"', "advice.colleague.words: Field required"),
        ("colleague", TELL, "advice.colleague: Value error, it has a `clause`"),
        ("colleague", f'{TELL}\nclause = "3"', "advice.colleague: clause '3' is not told"),
        ("colleague", f'{TELL}\nclause = "1"\ntells = ["worker"]', "advice.colleague.tells.0: "),
        (
            "colleague",
            f'{TELL}\nclause = "1"\ndeadline = "soon"',
            "advice.colleague: deadline 'soon' has no days",
        ),
        ("colleague", f'{TELL}\nclause = "1"\nkind = "made-up"', "'made-up' is none of "),
        ("pets", f'{TELL}\nclause = "1"', "advice.pets: a topic of the pack's own says what"),
    ],
)
def test_wrong_advice_is_refused_with_its_place(tmp_path, topic, said, place):
    write_pack(tmp_path, "test", f"{SMALLEST_PACK}[advice.{topic}]\n{said}\n")
    with pytest.raises(PolicyError) as refusal:
        check(Policies(tmp_path), NEEDS)
    assert place in str(refusal.value)


def test_advice_that_is_the_houses_alone_needs_no_clause(tmp_path):
    house = 'happened = "I found a pet"\nhouse = "The policy says nothing."'
    write_pack(tmp_path, "test", f"{SMALLEST_PACK}[advice.pets]\n{TELL}\n{house}\n")
    policies = Policies(tmp_path)
    check(policies, NEEDS)
    asked = topics_of(policies.packs["test"][IN_FORCE])
    assert asked == {**TOPICS, "pets": "I found a pet"}


def test_every_policy_is_asked_the_same_and_its_own_besides():
    asked = topics_of(POLICIES.packs[SUPPORTED_LIVING][IN_FORCE])
    assert set(asked) == {*TOPICS, "talk"}
    assert topics_of(None) == TOPICS
