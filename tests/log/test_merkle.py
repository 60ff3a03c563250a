"""The Merkle tree against published vectors, and as laws for any size."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubguard.log.merkle import (
    EMPTY,
    TILE,
    Growing,
    Tree,
    consistent,
    included,
    leaf_hash,
    node_hash,
    perfect,
)

# The Certificate Transparency reference vectors, as in transparency-dev/merkle.
LEAVES = [
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
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
G = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
INCLUSION = [
    (0, 8, [A, B, C]),
    (5, 8, [D, E, ROOTS[4]]),
    (2, 3, [ROOTS[2]]),
    (1, 5, [ROOTS[1], B, D]),
    (0, 1, []),
]
CONSISTENCY = [
    (1, 8, [A, B, C]),
    (6, 8, [F, E, ROOTS[4]]),
    (2, 5, [B, D]),
    (6, 7, [F, G, ROOTS[4]]),
    (2, 8, [B, C]),
    (1, 1, []),
]


def tree(leaves: list[bytes]) -> Tree:
    tiles = [perfect(leaves[at : at + TILE]) for at in range(0, len(leaves) - TILE + 1, TILE)]
    return Tree(len(leaves), tiles, lambda start, stop: leaves[start:stop])


def made_of(count: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(count)]


def naive(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(naive(leaves[:split]), naive(leaves[split:]))


BIG = made_of(3 * TILE + 77)
BIG_TREE = tree(BIG)
sizes = st.integers(0, len(BIG))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_published(size):
    """The roots of the reference leaves are the published ones, grown and from a tree."""
    leaves = [leaf_hash(each) for each in LEAVES[:size]]
    growing = Growing()
    for leaf in leaves:
        growing.add(leaf)
    assert growing.root().hex() == tree(leaves).root().hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_inclusion_proofs_are_those_published(index, size, path):
    """The audit paths are the published ones, and they verify."""
    leaves = [leaf_hash(each) for each in LEAVES]
    proof = tree(leaves).inclusion(index, size)
    assert [part.hex() for part in proof] == path
    assert included(leaves[index], index, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "size", "path"), CONSISTENCY)
def test_consistency_proofs_are_those_published(old, size, path):
    """The consistency proofs are the published ones, and they verify."""
    proof = tree([leaf_hash(each) for each in LEAVES]).consistency(old, size)
    assert [part.hex() for part in proof] == path
    roots = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[size])
    assert consistent(old, roots[0], size, roots[1], proof)


@given(sizes)
def test_tiles_and_growth_give_the_root_of_the_definition(size):
    """At every size the root from tiles, the grown root and the naive root agree."""
    growing = Growing()
    for at in range(0, size - TILE + 1, TILE):
        growing.add(perfect(BIG[at : at + TILE]), TILE)
    for leaf in BIG[size // TILE * TILE : size]:
        growing.add(leaf)
    assert BIG_TREE.root(size) == growing.root() == naive(BIG[:size])


@given(st.data())
def test_an_inclusion_proof_holds_for_its_leaf_alone(data):
    """A proof verifies at its place, and at no other place, size, leaf or root."""
    size = data.draw(st.integers(1, len(BIG)))
    index = data.draw(st.integers(0, size - 1))
    root, proof = BIG_TREE.root(size), BIG_TREE.inclusion(index, size)
    assert included(BIG[index], index, size, proof, root)
    wrong = data.draw(st.integers(0, size).filter(lambda each: each != index))
    assert not included(BIG[index], wrong, size, proof, root)
    assert not included(BIG[index], -1, size, proof, root)
    assert not included(EMPTY, index, size, proof, root)
    assert not included(BIG[index], index, size, [*proof, EMPTY], root)
    assert not included(BIG[index], index, size, proof, EMPTY)
    if proof:
        assert not included(BIG[index], index, size, proof[:-1], root)
        place = data.draw(st.integers(0, len(proof) - 1))
        assert not included(
            BIG[index], index, size, [*proof[:place], EMPTY, *proof[place + 1 :]], root
        )


@given(st.data())
def test_a_consistency_proof_holds_for_its_sizes_alone(data):
    """A proof verifies for its two trees; a rewritten, cut or longer history does not."""
    size = data.draw(st.integers(1, len(BIG)))
    old = data.draw(st.integers(1, size))
    before, root = BIG_TREE.root(old), BIG_TREE.root(size)
    proof = BIG_TREE.consistency(old, size)
    assert consistent(old, before, size, root, proof)
    assert not consistent(old, EMPTY, size, root, proof)
    assert not consistent(old, before, size, EMPTY, proof)
    assert not consistent(size + 1, root, size, root, proof)
    assert not consistent(old, before, size, root, [*proof, EMPTY])
    if proof:
        assert not consistent(old, before, size, root, proof[:-1])
        assert not consistent(old, before, size, root, [])
        place = data.draw(st.integers(0, len(proof) - 1))
        assert not consistent(old, before, size, root, [*proof[:place], EMPTY, *proof[place + 1 :]])


def test_nothing_is_a_prefix_of_everything():
    """The empty tree is consistent with any tree, by the empty proof and its own root only."""
    assert consistent(0, EMPTY, 5, BIG_TREE.root(5), [])
    assert not consistent(0, BIG[0], 5, BIG_TREE.root(5), [])
    assert not consistent(0, EMPTY, 5, BIG_TREE.root(5), [EMPTY])


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0), (0, 10**6)])
def test_a_proof_outside_the_tree_is_an_error(index, size):
    """There is no proof of a leaf that is not there."""
    with pytest.raises(IndexError):
        BIG_TREE.inclusion(index, size)


@pytest.mark.parametrize(("old", "size"), [(0, 5), (6, 5), (1, 10**6)])
def test_a_consistency_proof_outside_the_tree_is_an_error(old, size):
    """There is no consistency proof from nothing, backwards, or beyond the tree."""
    with pytest.raises(IndexError):
        BIG_TREE.consistency(old, size)
