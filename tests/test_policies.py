"""The policy packs: those shipped, and those that are refused, each with its place."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from events.directory import PolicyPublished
from register.acts import participles
from register.acts.acknowledging import NEEDS
from register.kinds import all_kinds
from register.policy import SHIPPED, Policies, PolicyError
from register.ruling.describing import cases_of, check, described
from register.ruling.publishing import check_unchanged, publish
from register.ruling.ruling import policy_in_force
from tests.cast import (
    A_DAY,
    CAST,
    IN_FORCE,
    POLICIES,
    SHORT_BREAKS,
    SMALLEST_PACK,
    SUPPORTED_LIVING,
    TODAY,
    adopted,
    amended,
    cast,
    shipped_text,
    write_pack,
)

SILENT_ON = {SHORT_BREAKS: frozenset[str](), SUPPORTED_LIVING: {"own-conduct"}}
"""The kinds of which a policy says nothing."""


# Shipped


@pytest.mark.parametrize("policy", [SHORT_BREAKS, SUPPORTED_LIVING])
def test_the_shipped_packs_rule_on_every_kind_of_which_their_policy_speaks(policy):
    assert set(POLICIES.packs[policy][IN_FORCE].kinds) == set(all_kinds()) - SILENT_ON[policy]


def test_the_shipped_packs_set_only_what_their_kinds_know():
    check(POLICIES, NEEDS)


def test_a_clause_is_told_only_where_it_is_cited():
    for pack in (pack for versions in POLICIES.packs.values() for pack in versions.values()):
        rules = [rule for kind in pack.kinds.values() for _, rule in cases_of(kind)]
        citing = [*rules, *pack.advice.values()]
        cited = {clause for each in citing for clause in (each.clause, *each.conduct)}
        assert cited - {None} | {pack.discipline} == set(pack.clauses)


def test_every_flag_of_a_kind_is_one_that_is_known():
    assert {name: set(kind.flag_names) for name, kind in all_kinds().items()} == FLAGS


FLAGS = {
    "gift": {"cash", "bequest", "announced", "token", "declined", "adds-up", "from-others"},
    "prior-acquaintance": {"key-worker", "related"},
    "out-of-hours-encounter": {"arranged", "approached-by-worker", "agreed-to-act", "prolonged"},
    "personal-number": {"after-policy"},
    "colleague-concern": {"at-risk", "manager-silent"},
    "own-conduct": {"pending", "conviction"},
    "post-service-friendship": {
        *("unsure", "imbalance-of-power", "asked-by-worker", "still-served", "still-vulnerable"),
    },
    "boundary-difficulty": {"line-crossed", "breakdown-likely", "physical", "training"},
    "talk-about-others": {"identified", "third-party"},
    "permission": {"consent-missing", "after-the-fact"},
    "ending": {"abrupt", "no-handover", "distress", "contact-promised"},
}


# Described


def test_each_kind_is_described_case_by_case():
    lines = list(described(POLICIES, participles()))
    assert lines[0] == (
        "residential-short-breaks, version 2026-04-01: "
        "Professional boundaries: residential and short breaks"
    )
    assert (
        "    received: tells service director and line manager; decided by the service director "
        "(keep or return) within 5 working days; immediately (6.0 G); house rule: The line "
        "manager is told too. Above £10 is more than a token." in lines
    )
    assert (
        "    known, when related: tells line manager; acknowledged by the line manager within "
        "2 working days; immediately (Requirements)" in lines
    )
    assert (
        "    asked: tells line manager; answered by the line manager (appropriate or "
        "not_appropriate) within 2 working days; no deadline (5.0 I)" in lines
    )


def test_a_kind_that_has_no_code_yet_is_said_to_have_none(tmp_path):
    write_pack(
        tmp_path,
        "test",
        SMALLEST_PACK + SMALLEST_PACK[SMALLEST_PACK.index("[kinds") :].replace("gift", "made-up"),
    )
    lines = list(described(Policies(tmp_path), participles()))
    assert "  gift" in lines
    assert "  made-up  (no code for this kind yet)" in lines


def test_every_shipped_kind_has_code():
    lines = list(described(POLICIES, participles()))
    assert not [line for line in lines if line.endswith("(no code for this kind yet)")]


def test_a_pack_may_give_other_days(tmp_path):
    write_pack(tmp_path, "test", SMALLEST_PACK + "working_days = 3\n")
    assert "within 3 working days" in "\n".join(described(Policies(tmp_path), participles()))


def test_a_setting_that_its_kind_does_not_know_is_refused_with_its_place(tmp_path):
    for setting in ('token_valeu = "5.00"', "token_value = 5.0", 'token_value = "five"'):
        policies = amended(tmp_path, SHORT_BREAKS, 'token_value = "10.00"', setting)
        name = setting.split(" ", maxsplit=1)[0]
        with pytest.raises(PolicyError, match=f"{SHORT_BREAKS} 2026-04-01: kinds.gift: {name}: "):
            check(policies, NEEDS)


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ('then = "decision"\noutcomes = ["keep", "burn"]', "'burn'"),
        ('then = "answer"\noutcomes = ["appropriate"]', "'appropriate'"),
        ('then = "acknowledgement"\nanswered = "perhaps"', "'perhaps'"),
    ],
)
def test_an_outcome_that_its_kind_does_not_have_is_refused_with_its_place(tmp_path, asked, named):
    write_pack(tmp_path, "test", SMALLEST_PACK.replace('then = "acknowledgement"', asked))
    place = f"kinds.gift: cases.received: {named} is none of its outcomes: keep, return"
    with pytest.raises(PolicyError, match=place):
        check(Policies(tmp_path), NEEDS)


def test_settings_of_a_kind_without_code_are_left_alone(tmp_path):
    write_pack(
        tmp_path, "test", SMALLEST_PACK.replace("gift", "made-up") + "[kinds.made-up]\nany = 1\n"
    )
    policies = Policies(tmp_path)
    check(policies, NEEDS)
    assert policies.packs["test"][IN_FORCE].kinds["made-up"].settings == {"any": 1}


# Wrong packs


def refused(folder: Path, text: str) -> str:
    file = write_pack(folder, "test", text)
    with pytest.raises(PolicyError) as refusal:
        Policies(folder)
    assert str(refusal.value).startswith(f"{file}:")
    return str(refusal.value)


def test_the_smallest_pack_is_taken(tmp_path):
    write_pack(tmp_path, "test", SMALLEST_PACK)
    assert Policies(tmp_path).packs["test"][IN_FORCE].nation == "ENG"


RULE = "kinds.gift.cases.received"


@pytest.mark.parametrize(
    ("was", "now", "place"),
    [
        ('title = "Test"', "", "title: Field required"),
        ('title = "Test"', 'title = "Test"\nauthor = "me"', "author: Extra inputs"),
        ('title = "Test"', 'title = "Test"\nnation = "FRA"', "nation: "),
        ('"at once" = 1', '"at once" = "soon"', "deadlines.at once: "),
        ('"at once" = 1', '"at once" = -1', "deadlines.at once: "),
        ('"at once" = 1', '"at once" = 99999999999', "deadlines.at once: "),
        ("[clauses]", "[clause]", "clauses: Field required"),
        ('tells = ["line_manager"]', "", f"{RULE}.tells: Field required"),
        ('tells = ["line_manager"]', "tells = []", f"{RULE}.tells: "),
        ('tells = ["line_manager"]', 'tells = ["manager"]', f"{RULE}.tells.0: "),
        ('tells = ["line_manager"]', 'tells = ["service_director"]', f"{RULE}: "),
        ('then = "acknowledgement"', 'then = "nothing"', f"{RULE}.then: "),
        ('then = "acknowledgement"', 'then = "closed"', f"{RULE}: "),
        ('then = "acknowledgement"', 'then = "decision"', f"{RULE}: "),
        ('acts = "line_manager"', "", f"{RULE}: "),
        ('acts = "line_manager"', 'acts = "worker"', f"{RULE}.acts: "),
        ('clause = "1"', "", f"{RULE}: Value error, a rule has a `clause`, or says why"),
        ('clause = "1"', 'clause = ""', f"{RULE}.clause: "),
        (
            'clause = "1"',
            'clause = "1"\noutcomes = ["keep"]',
            f"{RULE}: Value error, `outcomes` names",
        ),
        ('clause = "1"', 'clause = "2"', f"{RULE}: clause '2' is not told"),
        ('clause = "1"', 'clause = "1"\nconduct = ["3"]', f"{RULE}: clause '3' is not told"),
        ('clause = "1"', 'clause = "1"\ndeadline = "soon"', f"{RULE}: deadline 'soon' has no days"),
        (
            'clause = "1"',
            'clause = "1"\nwhen = {cash = {deadline = "soon"}}',
            f"{RULE}.when.cash: deadline 'soon' has no days",
        ),
        (
            'clause = "1"',
            'clause = "1"\nwhen = {cash = {clause = "3"}}',
            f"{RULE}.when.cash: clause '3' is not told",
        ),
        (
            'clause = "1"',
            'clause = "1"\nwhen = {cash = {tells = ["service_director"]}}',
            f"{RULE}: Value error, when.cash: `acts` must be",
        ),
        (
            'clause = "1"',
            'clause = "1"\nwhen = {cash = {then = "closed"}}',
            f"{RULE}.when.cash.then: Extra inputs",
        ),
        ('clause = "1"', 'clause = "1"\noutcomes = ["keep"]', f"{RULE}: "),
        ('clause = "1"', 'clause = "1"\nworking_days = -1', f"{RULE}.working_days: "),
        ('clause = "1"', 'clause = "1"\nworking_days = 61', f"{RULE}.working_days: "),
        ('clause = "1"', 'clause = "1"\nneeds = "action"', f"{RULE}.needs: "),
        ('clause = "1"', 'clause = "1"\nhouse = ""', f"{RULE}.house: "),
        ('clause = "1"', 'clause = "1"\nseen_by = ["anybody"]', f"{RULE}.seen_by.0: "),
        ('clause = "1"', 'clause = "1"\nif = "now"', f"{RULE}.if: Extra inputs"),
        ("[kinds.gift.cases.received]", "[kinds.gift]", "kinds.gift.cases: Field required"),
        (
            'title = "Test"',
            'title = "Test"\ndocument = "policy.pdf"',
            "document: String should",
        ),
        ('title = "Test"', 'title = "Test"\nread_with = ["Code"]', "read_with.0: "),
        (
            'title = "Test"',
            'title = "Test"\ndiscipline = "9"',
            "discipline: clause '9'",
        ),
        ('clause = "1"', 'clause = "1"\nfirst = ""', f"{RULE}.first: "),
    ],
)
def test_a_wrong_pack_is_refused_with_its_place(tmp_path, was, now, place):
    assert SMALLEST_PACK.count(was) == 1
    assert place in refused(tmp_path, SMALLEST_PACK.replace(was, now))


def test_everything_wrong_with_a_pack_is_told_at_once(tmp_path):
    wrong = SMALLEST_PACK.replace('title = "Test"', "").replace('"acknowledgement"', '"nothing"')
    assert refused(tmp_path, wrong).count("\n") == 2


@pytest.mark.parametrize("text", ["title = \n", "[clauses\n", "a = 1\na = 2\n"])
def test_a_pack_that_is_no_toml_is_refused_with_its_line(tmp_path, text):
    assert "line" in refused(tmp_path, text)


def test_a_pack_that_is_no_text_is_refused(tmp_path):
    write_pack(tmp_path, "test", SMALLEST_PACK).write_bytes(SMALLEST_PACK.encode("utf-16"))
    with pytest.raises(PolicyError, match="can't decode"):
        Policies(tmp_path)


@pytest.mark.parametrize("name", ["latest.toml", "2026-4-1.toml", "2026-02-30.toml"])
def test_a_pack_is_named_by_its_date(tmp_path, name):
    write_pack(tmp_path, "test", SMALLEST_PACK).rename(tmp_path / "test" / name)
    with pytest.raises(PolicyError, match=f"{name}: a pack is named by its date"):
        Policies(tmp_path)


# Versions


def test_the_latest_version_dated_on_or_before_the_day_holds(tmp_path):
    later = date(2027, 1, 1)
    write_pack(tmp_path, "test", SMALLEST_PACK)
    write_pack(tmp_path, "test", SMALLEST_PACK, later)
    policies = Policies(tmp_path)
    assert policies.version_on("test", IN_FORCE - A_DAY) is None
    assert policies.version_on("test", later - A_DAY) == IN_FORCE
    assert policies.version_on("test", later) == later
    assert policies.version_on("no-such-policy", later) is None


def test_a_version_that_is_not_dated_yet_does_not_hold(tmp_path):
    write_pack(tmp_path, "test", SMALLEST_PACK, date(2027, 1, 1))
    service = cast(adopted("elm-house", "test", TODAY)).services["elm-house"]
    held = policy_in_force(Policies(SHIPPED, tmp_path), service, "gift", TODAY)
    assert (held.policy, held.version, held.pack) == (None, None, None)


# Published


def published(policies: Policies) -> PolicyPublished:
    """The event by which short breaks' policy went into the log, as it comes back from there."""
    held = policy_in_force(policies, CAST.services["elm-house"], "gift", TODAY)
    (event,) = publish(policies, held, CAST)
    return PolicyPublished(
        originator_id=event.originator_id,
        policy=event.policy,
        version=event.version,
        pack=json.loads(json.dumps(event.pack)),
    )


def test_a_version_is_published_when_it_first_holds_and_only_then():
    held = policy_in_force(POLICIES, CAST.services["elm-house"], "gift", TODAY)
    assert [(e.policy, e.version) for e in publish(POLICIES, held, CAST)] == [
        (SHORT_BREAKS, IN_FORCE)
    ]
    assert publish(POLICIES, held, cast(published(POLICIES))) == []


def test_where_no_policy_holds_none_is_published():
    nothing = policy_in_force(POLICIES, CAST.services["elm-house"], "gift", IN_FORCE - A_DAY)
    assert publish(POLICIES, nothing, CAST) == []


def test_a_published_pack_that_is_as_it_was_is_taken():
    check_unchanged(POLICIES, cast(published(POLICIES)))


def test_a_comment_may_change(tmp_path):
    commented = amended(tmp_path, SHORT_BREAKS, "# One rule a block.", "# A rule is a block.")
    check_unchanged(commented, cast(published(POLICIES)))


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        (
            'outcomes = ["keep", "return"]',
            'outcomes = ["return"]',
            "kinds.gift.cases.received.outcomes was ['keep', 'return'], and is now ['return']",
        ),
        ('"immediately" = 1', '"immediately" = 2', "deadlines.immediately was 1, and is now 2"),
        ("token_value", "# token_value", "kinds.gift.token_value was '10.00', and is now None"),
        ("duty = false", "", "kinds.gift.cases.token.duty was False, and is now None"),
    ],
)
def test_a_published_pack_that_changed_is_refused_with_what_changed(tmp_path, was, now, words):
    changed = amended(tmp_path, SHORT_BREAKS, was, now)
    with pytest.raises(PolicyError, match="may not change; write a new version") as refusal:
        check_unchanged(changed, cast(published(POLICIES)))
    assert words in str(refusal.value)


def test_a_published_pack_that_is_missing_is_refused(tmp_path):
    write_pack(tmp_path, SUPPORTED_LIVING, shipped_text(SUPPORTED_LIVING))
    with pytest.raises(PolicyError) as refusal:
        check_unchanged(Policies(tmp_path), cast(published(POLICIES)))
    assert str(refusal.value) == (
        f"policy {SHORT_BREAKS} of 2026-04-01 has been in force, and its pack is missing"
    )


def test_a_new_version_may_say_anything(tmp_path):
    changed = amended(tmp_path, SHORT_BREAKS, '"immediately" = 1', '"immediately" = 2', TODAY)
    check_unchanged(changed, cast(published(POLICIES)))


def test_a_pack_that_never_held_may_change(tmp_path):
    changed = amended(tmp_path, SUPPORTED_LIVING, '"immediately" = 1', '"immediately" = 2')
    check_unchanged(changed, cast(published(POLICIES)))
