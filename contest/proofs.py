"""Results that prove themselves: a round's published file and the tree that seals it. Pure.

The file is JSON Lines in UTF-8: a ``Header`` in the first line, then a row in each line, in the
order of the leaves. Every line is ``canonical``, so a leaf's data is its line without the line
end. A ``close`` file has a ``CloseRow`` for each attempt, by attempt id; a ``final`` one and a
``correction`` have a ``FinalRow`` for each person ranked, best first and equals by entry id.

Instants are ``utc_ms`` texts; predictions, distances and truths are ``decimal_text``. No row
names anybody: ``person`` is salted, and the salt is not in the file.

The tree is that of RFC 9162, section 2.1. ``static/verify/verify_round.py`` checks all of this
again without using anything from here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import Literal, TypedDict

FORMAT = "round-result/1"
# With this many leaves to a block, a proof among 700,000 reads about 1,700 hashes, not all.
BLOCK = 1024

Kind = Literal["close", "final", "correction"]
Target = Literal["perfect", "entrants", "attempts", "percent"]
Side = Literal["left", "right"]


class Prediction(TypedDict):
    """What the prediction asked (null for nothing), its true value (null while unknown; see
    ``contest.predictions.truth``), and in words whom it counts: in a final file, its rows."""

    target: Target | None
    truth: str | None
    set: str


class Figures(TypedDict):
    """People who entered, attempts made, people with a full score."""

    entrants: int
    attempts: int
    perfect: int


class Header(TypedDict):
    """The first line. ``number``: of the round in its contest; ``version``: of the result;
    ``secret``: null before it may be revealed; ``lottery``: whether lots are a ranking key and
    stand in the rows; ``rules``: version of the rules; ``leaves``: rows that follow."""

    format: str
    contest: str
    round: int
    number: int
    title: str
    version: int
    kind: Kind
    opens_at: str
    closes_at: str
    seed_commitment: str
    secret: str | None
    ranking_keys: list[str]
    prediction: Prediction
    lottery: bool
    rules: int
    figures: Figures
    leaves: int
    root: str


class CloseRow(TypedDict):
    """An attempt as it stood when the round closed: ids, its number in the entry, receipt."""

    attempt: int
    entry: int
    number: int
    receipt: str
    submitted_at: str


class FinalRow(TypedDict):
    """A person's line of the ranked table.

    ``position`` counts lines from 1; ``rank`` and ``division_rank`` are shared by equals
    (1, 2, 2, 4), the latter among the rows of the same ``division`` (null is one as well).
    ``tie``: somebody shares the rank. ``points``, ``correct`` and ``elapsed_ms`` are those after
    decisions in force; the receipt vouches for those at hand-in. ``distance``: from the
    prediction to the truth; ``lottery``: see ``contest.ordering.lottery_lot``; null without.
    """

    position: int
    rank: int
    division: str | None
    division_rank: int
    entry: int
    attempt: int
    receipt: str
    person: str
    unit: str
    points: int
    correct: int
    is_perfect: bool
    elapsed_ms: int
    submitted_at: str
    prediction: str | None
    distance: str | None
    lottery: str | None
    tie: bool


_ROW_FIELDS = (CloseRow.__annotations__.keys(), FinalRow.__annotations__.keys())


def canonical(value: object) -> bytes:
    """Sorted compact JSON in UTF-8, letters as they are: the one form that is hashed.

    Raises ``ValueError`` for numbers that JSON does not have.
    """
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def utc_ms(moment: datetime) -> str:
    """``2026-03-09T01:06:41.250+00:00``: in UTC, milliseconds rounded down."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def decimal_text(value: Decimal | None) -> str | None:
    """``61500.00000``: five decimals; None stays."""
    return None if value is None else f"{value:.5f}"


def person_digest(*, name: str, unit: str, salt: str) -> str:
    """What stands for a person in a row, hexadecimal. Who is shown the salt can check that the
    row is theirs; without it nobody can go through a list of names."""
    return hashlib.sha256(canonical({"name": name, "salt": salt, "unit": unit})).hexdigest()


def row_data(row: CloseRow | FinalRow) -> bytes:
    """The data of a row's leaf, which is also its line in the file.

    Raises ``ValueError`` for a row of other fields, so that nothing personal slips in.
    """
    if row.keys() not in _ROW_FIELDS:
        raise ValueError(f"not the fields of a row: {', '.join(sorted(row))}")
    return canonical(row)


def file_lines(header: Header, rows: Iterable[CloseRow | FinalRow]) -> Iterator[bytes]:
    """The published file, line by line with line ends; the header's ``root`` is theirs."""
    yield canonical(header) + b"\n"
    for row in rows:
        yield row_data(row) + b"\n"


@dataclass(frozen=True, slots=True)
class Step:
    """A hash (hexadecimal) on the way to the root, and on which side of ours it stands."""

    side: Side
    hash: str


@dataclass(frozen=True, slots=True)
class Proof:
    """That a leaf is the one at ``index``, from 0, in a tree of ``size`` leaves."""

    size: int
    index: int
    path: tuple[Step, ...]


def leaf_hash(data: bytes) -> str:
    """The hash of a leaf, hexadecimal."""
    return _leaf(data).hex()


def merkle_root(leaf_data: Iterable[bytes]) -> str:
    """The root over the data of the leaves, in their order, in memory of a few hashes."""
    return _folded(map(_leaf, leaf_data)).hex()


def root_of_hashes(hashes: Iterable[str]) -> str:
    """The root over hashes of leaves, or over ``block_hashes``."""
    return _folded(map(bytes.fromhex, hashes)).hex()


def inclusion_proof(leaf_hashes: Sequence[str], index: int) -> Proof:
    """The proof for one leaf. Raises ``IndexError`` when there is no such leaf.

    Every hash of the tree is computed: about a second for 700,000 leaves (see ``block_proof``).
    """
    if not 0 <= index < len(leaf_hashes):
        raise IndexError(f"no leaf {index} among {len(leaf_hashes)}")
    level = [bytes.fromhex(leaf) for leaf in leaf_hashes]
    path, place = [], index
    while len(level) > 1:
        if place ^ 1 < len(level):
            path.append(Step(_side(place), level[place ^ 1].hex()))
        pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]  # one left over goes up as it is
        place //= 2
    return Proof(len(leaf_hashes), index, tuple(path))


def block_hashes(leaf_hashes: Iterable[str]) -> Iterator[str]:
    """The root of every ``BLOCK`` leaves in turn, the last of what is left. Kept beside a
    result, they make its proofs cheap."""
    leaves = iter(leaf_hashes)
    while block := list(islice(leaves, BLOCK)):
        yield root_of_hashes(block)


def block_proof(block: Sequence[str], blocks: Sequence[str], *, size: int, index: int) -> Proof:
    """The same proof as ``inclusion_proof`` gives for ``index`` among ``size`` leaves, from the
    leaf hashes of the block it lies in and from all ``block_hashes``."""
    number, place = divmod(index, BLOCK)
    path = inclusion_proof(block, place).path + inclusion_proof(blocks, number).path
    return Proof(size, index, path)


def verify_inclusion(data: bytes, proof: Proof, root: str) -> bool:
    """Whether the proof leads from a leaf with this data, at its place, to the root."""
    if not 0 <= proof.index < proof.size:
        return False
    # Sides follow from place and size; a proof may not choose them.
    if [step.side for step in proof.path] != list(_sides(proof.size, proof.index)):
        return False
    node = _leaf(data)
    for step in proof.path:
        other = bytes.fromhex(step.hash)
        node = _node(other, node) if step.side == "left" else _node(node, other)
    return node.hex() == root


def _sides(size: int, index: int) -> Iterator[Side]:
    while size > 1:
        if index ^ 1 < size:
            yield _side(index)
        size, index = (size + 1) // 2, index // 2


def _side(index: int) -> Side:
    """Where the neighbour of a node stands."""
    return "left" if index & 1 else "right"


def _leaf(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _folded(leaves: Iterable[bytes]) -> bytes:
    """The root, keeping only the subtrees that still wait for their right half."""
    waiting: list[bytes] = []
    for count, leaf in enumerate(leaves, start=1):
        node = leaf
        # As many pairs are complete as the count is divisible by two.
        for _ in range((count & -count).bit_length() - 1):
            node = _node(waiting.pop(), node)
        waiting.append(node)
    if not waiting:
        return hashlib.sha256().digest()
    root = waiting.pop()
    while waiting:
        root = _node(waiting.pop(), root)
    return root
