"""The tree of RFC 9162: what is in it can be proved, and nothing else."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.proof.tree import (
    EMPTY,
    Tree,
    completed,
    consistency,
    inclusion,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root,
)

ENTRIES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Roots of the first none, one, two... of these entries, as logs of certificates have them."""


def tree_of(size: int) -> Tree:
    return Tree(leaf_hash(str(each).encode()) for each in range(size))


BIG = tree_of(300)
sizes = st.integers(1, len(BIG))


@st.composite
def places(draw: st.DrawFn) -> tuple[int, int]:
    """A leaf, and the size of a tree that holds it."""
    size = draw(sizes)
    return draw(st.integers(0, size - 1)), size


@st.composite
def growths(draw: st.DrawFn) -> tuple[int, int]:
    new = draw(sizes)
    return draw(st.integers(1, new)), new


def by_the_words_of_the_rfc(leaves: list[bytes]) -> bytes:
    """The root as section 2.1.1 defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    half = max(2**k for k in range(20) if 2**k < len(leaves))
    return node_hash(by_the_words_of_the_rfc(leaves[:half]), by_the_words_of_the_rfc(leaves[half:]))


def flipped(data: bytes, bit: int) -> bytes:
    bit %= len(data) * 8
    return (int.from_bytes(data, "big") ^ 1 << bit).to_bytes(len(data), "big")


def altered(draw: st.DataObject, proof: list[bytes]) -> list[bytes]:
    """A proof with a bit flipped, with a hash more or less, or with two that changed places."""
    ways = ["longer", *(["flipped", "shorter"] if proof else [])]
    ways += ["swapped"] if len(set(proof)) > 1 else []
    at = draw.draw(st.integers(0, max(len(proof) - 1, 0)))
    match draw.draw(st.sampled_from(ways)):
        case "longer":
            return [*proof[:at], draw.draw(st.binary(min_size=32, max_size=32)), *proof[at:]]
        case "flipped":
            bit = draw.draw(st.integers(0, 255))
            return [*proof[:at], flipped(proof[at], bit), *proof[at + 1 :]]
        case "shorter":
            return [*proof[:at], *proof[at + 1 :]]
    other = next(each for each, hash_ in enumerate(proof) if hash_ != proof[at])
    proof = list(proof)
    proof[at], proof[other] = proof[other], proof[at]
    return proof


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_that_other_logs_have(size: int) -> None:
    tree = Tree(map(leaf_hash, ENTRIES[:size]))
    assert root(tree, size).hex() == ROOTS[size]


@given(st.integers(0, len(BIG)))
def test_a_root_is_what_the_rfc_says(size: int) -> None:
    leaves = [BIG(0, each) for each in range(size)]
    assert root(BIG, size) == by_the_words_of_the_rfc(leaves)


def test_an_empty_tree_has_a_root() -> None:
    assert root(Tree(), 0) == EMPTY


@given(places())
def test_every_leaf_is_proved_to_be_where_it_is(place: tuple[int, int]) -> None:
    index, size = place
    proof = inclusion(BIG, index, size)
    assert is_included(BIG(0, index), index, size, proof, root(BIG, size))


@given(places(), st.data())
def test_an_altered_proof_of_a_leaf_is_refused(place: tuple[int, int], draw: st.DataObject) -> None:
    index, size = place
    proof = altered(draw, inclusion(BIG, index, size))
    assert not is_included(BIG(0, index), index, size, proof, root(BIG, size))


@given(places(), st.integers(-2, 302))
def test_a_leaf_is_proved_nowhere_else(place: tuple[int, int], elsewhere: int) -> None:
    index, size = place
    proof, whole = inclusion(BIG, index, size), root(BIG, size)
    assert is_included(BIG(0, index), elsewhere, size, proof, whole) == (elsewhere == index)
    if 0 <= elsewhere < len(BIG) and elsewhere != index:
        assert not is_included(BIG(0, elsewhere), index, size, proof, whole)


@given(growths())
def test_a_tree_is_proved_to_begin_with_each_that_it_was(growth: tuple[int, int]) -> None:
    old, new = growth
    proof = consistency(BIG, old, new)
    assert is_consistent(old, new, root(BIG, old), root(BIG, new), proof)


@given(growths(), st.data())
def test_an_altered_proof_of_growth_is_refused(
    growth: tuple[int, int], draw: st.DataObject
) -> None:
    old, new = growth
    proof = altered(draw, consistency(BIG, old, new))
    assert not is_consistent(old, new, root(BIG, old), root(BIG, new), proof)


@given(growths(), st.integers(0, 255), st.booleans())
def test_no_other_root_is_proved(growth: tuple[int, int], bit: int, is_old: bool) -> None:
    old, new = growth
    roots = [root(BIG, old), root(BIG, new)]
    roots[not is_old] = flipped(roots[not is_old], bit)
    assert not is_consistent(old, new, roots[0], roots[1], consistency(BIG, old, new))


@given(growths(), growths())
def test_a_proof_of_growth_is_for_its_own_sizes(
    growth: tuple[int, int], other: tuple[int, int]
) -> None:
    old, new = growth
    proof = consistency(BIG, old, new)
    is_same = other == growth or (other[0] == other[1] and not proof)
    roots = root(BIG, other[0]), root(BIG, other[1])
    if not is_same and proof != consistency(BIG, *other):
        assert not is_consistent(other[0], other[1], *roots, proof)


@given(growths())
def test_a_tree_of_another_history_is_refused(growth: tuple[int, int]) -> None:
    old, new = growth
    leaves = [BIG(0, each) for each in range(new)]
    leaves[old - 1] = leaf_hash(b"another")
    other = Tree(leaves)
    assert not is_consistent(
        old, new, root(BIG, old), root(other, new), consistency(other, old, new)
    )


@pytest.mark.parametrize("proof", [[], [EMPTY]])
def test_nothing_is_proved_from_an_empty_tree(proof: list[bytes]) -> None:
    assert not is_consistent(0, 5, EMPTY, root(BIG, 5), proof)
    assert not is_consistent(0, 0, EMPTY, EMPTY, proof)


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5), (-1, 5)])
def test_no_proof_is_made_of_what_cannot_be_proved(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no proof"):
        consistency(BIG, old, new)
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion(BIG, new, new)


def test_a_tree_that_became_shorter_is_refused() -> None:
    proof = consistency(BIG, 5, 7)
    assert not is_consistent(7, 5, root(BIG, 7), root(BIG, 5), proof)


@given(places())
def test_a_proof_asks_for_few_nodes_and_for_none_that_may_still_change(
    place: tuple[int, int],
) -> None:
    index, size = place
    asked = []

    def nodes(level: int, at: int) -> bytes:
        asked.append((level, at))
        assert (at + 1) << level <= size
        return BIG(level, at)

    inclusion(nodes, index, size)
    assert len(asked) <= 2 * size.bit_length()


@given(st.integers(0, len(BIG) - 1))
def test_one_more_leaf_completes_the_nodes_that_end_with_it(index: int) -> None:
    expected = [
        (level, index >> level) for level in range(10) if (index >> level) + 1 << level == index + 1
    ]
    nodes = list(completed(BIG, index, BIG(0, index)))
    assert [(level, at) for level, at, _ in nodes] == expected
    assert [hash_ for _, _, hash_ in nodes] == [BIG(*each) for each in expected]


def test_what_is_not_a_hash_proves_nothing() -> None:
    """Else bytes could be moved from one hash to the next."""
    left, right = BIG(0, 0), BIG(0, 1)
    whole = node_hash(left, right)
    assert is_included(left, 0, 2, [right], whole)
    assert not is_included(left + right[:1], 0, 2, [right[1:]], whole)
    assert not is_included(b"", 0, 1, [], b"")
    assert not is_consistent(1, 2, left + right[:1], whole, [right[1:]])
