"""Results that prove themselves: the tree, the published file, and the script that checks it."""

from __future__ import annotations

import ast
import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import scitt_cose
from hypothesis import example, given
from hypothesis import strategies as st

from contest.ordering import Standing, final_key, lottery_lot
from contest.papers import Candidate, Line, attempt_seed, draw, seed_commitment
from contest.predictions import distance, truth
from contest.proofs import (
    BLOCK,
    FORMAT,
    CloseRow,
    FinalRow,
    Header,
    Proof,
    Step,
    block_hashes,
    block_proof,
    canonical,
    decimal_text,
    file_lines,
    inclusion_proof,
    leaf_hash,
    merkle_root,
    person_digest,
    root_of_hashes,
    row_data,
    utc_ms,
    verify_inclusion,
)
from contest.rulings import Verdict
from contest.scoring import Key, receipt, score

SCRIPT = Path(__file__).resolve().parents[2] / "static/verify/verify_round.py"
AT = datetime(2026, 3, 9, 1, 6, 41, 250_000, UTC)
SECRET = "5e" * 32

# -- The tree ------------------------------------------------------------------------------------

# The leaves and roots with which Certificate Transparency tests its own trees.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
          "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
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
PATH_OF_5 = [
    Step("left", "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
    Step("right", "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
    Step("left", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
]

lists = st.lists(st.binary(max_size=6), max_size=40)
distinct = st.lists(st.binary(max_size=6), min_size=1, max_size=40, unique=True)


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert merkle_root(map(bytes.fromhex, LEAVES[:size])) == ROOTS[size]


def test_a_proof_is_that_of_certificate_transparency() -> None:
    hashes = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]
    assert inclusion_proof(hashes, 5) == Proof(8, 5, tuple(PATH_OF_5))


@given(leaves=lists)
def test_the_root_is_that_of_an_independent_library(leaves: list[bytes]) -> None:
    root = scitt_cose.merkle_root([leaf.hex() for leaf in leaves])
    assert merkle_root(leaves) == root_of_hashes(map(leaf_hash, leaves)) == root


@given(leaves=distinct, data=st.data())
def test_any_leaf_changed_moved_or_removed_changes_the_root(
    leaves: list[bytes], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:place], leaves[place] + b"!", *leaves[place + 1 :]]
    removed = leaves[:place] + leaves[place + 1 :]
    moved = list(removed)
    moved.insert(other, leaves[place])
    different = [changed, removed] + ([moved] if other != place else [])
    assert merkle_root(leaves) not in {merkle_root(variant) for variant in different}


@given(leaves=distinct, data=st.data())
def test_a_proof_proves_its_leaf_and_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = inclusion_proof([leaf_hash(leaf) for leaf in leaves], index), merkle_root(leaves)
    proven = [leaf for leaf in leaves if verify_inclusion(leaf, proof, root)]
    assert proven == [leaves[index]]
    assert not verify_inclusion(leaves[index], proof, merkle_root([*leaves, b"one more"]))
    path = [step.hash for step in proof.path]
    assert path == scitt_cose.inclusion_proof([leaf.hex() for leaf in leaves], index)


@given(leaves=distinct, data=st.data())
def test_a_proof_cannot_claim_another_place(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = inclusion_proof([leaf_hash(leaf) for leaf in leaves], index), merkle_root(leaves)
    for place in range(-1, len(leaves) + 1):
        claimed = Proof(proof.size, place, proof.path)
        assert verify_inclusion(leaves[index], claimed, root) is (place == index)


def test_a_hash_inside_the_tree_does_not_pass_for_a_leaf() -> None:
    leaves = [b"a", b"b", b"c", b"d"]
    inside = [bytes.fromhex(leaf_hash(leaf)) for leaf in leaves]
    short = Proof(2, 0, inclusion_proof([leaf_hash(leaf) for leaf in leaves], 0).path[1:])
    assert not verify_inclusion(inside[0] + inside[1], short, merkle_root(leaves))


@pytest.mark.parametrize("size", [1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
def test_a_proof_by_blocks_is_the_same_proof(size: int) -> None:
    hashes = [leaf_hash(b"%d" % number) for number in range(size)]
    blocks = list(block_hashes(hashes))
    assert root_of_hashes(blocks) == root_of_hashes(hashes)
    for index in {0, size // 2, size - 1}:
        first = index // BLOCK * BLOCK
        proof = block_proof(hashes[first : first + BLOCK], blocks, size=size, index=index)
        assert proof == inclusion_proof(hashes, index)


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError, match="among 3"):
        inclusion_proof([leaf_hash(b"")] * 3, index)


def test_canonical_is_sorted_compact_and_keeps_vietnamese() -> None:
    assert canonical({"b": [1, None], "a": "Đ"}) == '{"a":"Đ","b":[1,null]}'.encode()
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))


def test_instants_and_decimals_have_one_form() -> None:
    assert utc_ms(AT.astimezone() + timedelta(microseconds=999)) == "2026-03-09T01:06:41.250+00:00"
    assert decimal_text(Decimal(61500)) == "61500.00000"
    assert decimal_text(None) is None


# -- A result to publish -------------------------------------------------------------------------

KEYS = ["points", "prediction", "elapsed", "submitted_at"]
POOL = {v: Candidate(v, ("a", "b", "c", "d"), fixed=v % 5 == 0) for v in range(1, 31)}
LINES = [Line(4, 1, tuple(range(1, 31))), Line(3, 2, (3, 5, 8, 13, 21))]
ANSWERS_KEY: dict[str, dict[str, Any]] = {
    str(v): {"type": "single", "answer": ["a"], "void": None, "accepted": []} for v in POOL
}
MOST = 10
# Points, predicted number, seconds taken, seconds after the start of the round; by entry.
PEOPLE = [
    (10, 3, 60, 100), (10, 2, 61, 90), (10, None, 30, 80), (8, 5, 50, 70), (8, 5, 50, 70),
    (8, 5, 50, 70), (8, 5, 50, 71), (0, None, 900, 999),
]  # fmt: skip


def code_of(number: int) -> str:
    return receipt({"attempt": number})


def make_rows(keys: list[str], target: str | None) -> list[FinalRow]:
    """The ranked table of ``PEOPLE``, with ranks counted and not run."""
    counts = {"perfect": 3, "entrants": len(PEOPLE), "attempts": 11}
    true_value = truth(target or "", **counts)
    rows: list[tuple[str, int, FinalRow]] = []
    for entry, (points, guess, seconds, after) in enumerate(PEOPLE, start=1):
        predicted = None if guess is None else Decimal(guess)
        missed, lot = distance(predicted, true_value), lottery_lot(SECRET, entry)
        standing = Standing(points, seconds * 1000, AT + timedelta(seconds=after))
        row = FinalRow(
            position=0, rank=0, division="can-bo" if entry % 2 else None, division_rank=0,
            entry=entry, attempt=100 + entry, receipt=code_of(100 + entry),
            person=person_digest(name=f"Người {entry}", unit="Xã A", salt=f"{entry:032x}"),
            unit="xa-a", points=points, correct=points * 7 // 10, is_perfect=points == MOST,
            elapsed_ms=standing.elapsed_ms, submitted_at=utc_ms(standing.submitted_at),
            prediction=decimal_text(predicted), distance=decimal_text(missed),
            lottery=lot if "lottery" in keys else None, tie=False,
        )  # fmt: skip
        rows.append((final_key(keys, standing, distance=missed, lot=lot), entry, row))
    for position, (key, _, row) in enumerate(sorted(rows, key=lambda r: r[:2]), start=1):
        rivals = [k for k, _, other in rows if other["division"] == row["division"]]
        every = [k for k, _, _ in rows]
        row["position"], row["tie"] = position, every.count(key) > 1
        row["rank"] = 1 + sum(other < key for other in every)
        row["division_rank"] = 1 + sum(other < key for other in rivals)
    return sorted((row for _, _, row in rows), key=lambda row: row["position"])


def make_header(keys: list[str], target: Any, rows: list[Any], **changes: Any) -> Header:
    header = Header(
        format=FORMAT, contest="Tìm hiểu Nghị quyết", round=7, number=2, title="Vòng tháng Ba",
        version=1, kind="final", opens_at=utc_ms(AT), closes_at=utc_ms(AT + timedelta(days=7)),
        seed_commitment=seed_commitment(SECRET), secret=SECRET, ranking_keys=keys,
        prediction={
            "target": target, "set": "người có tên trong bảng xếp hạng" if target else "",
            "truth": decimal_text(truth(target or "", perfect=3, entrants=8, attempts=11)),
        },
        lottery="lottery" in keys, rules=1,
        figures={"entrants": len(PEOPLE), "attempts": 11, "perfect": 3},
        leaves=len(rows), root=merkle_root(map(row_data, rows)),
    )  # fmt: skip
    return Header(**{**header, **changes})  # type: ignore[typeddict-item]


def close_rows() -> list[CloseRow]:
    return [
        CloseRow(attempt=a, entry=a % 8 + 1, number=1 + a // 108, receipt=code_of(a),
                 submitted_at=utc_ms(AT + timedelta(seconds=a)))
        for a in range(101, 112)
    ]  # fmt: skip


def sealed(header: Any, rows: list[Any]) -> None:
    """Make a tampered file agree with itself again."""
    header["leaves"], header["root"] = len(rows), merkle_root(map(canonical, rows))


def verify(*arguments: object) -> tuple[int, list[str], str]:
    """Run the script: exit code, what failed, everything it said."""
    run = subprocess.run(
        [sys.executable, "-I", SCRIPT, *map(str, arguments)],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert run.stderr == ""
    failed = [line for line in run.stdout.splitlines() if line.startswith("[KHÔNG ĐẠT]")]
    return run.returncode, failed, run.stdout


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(header: Any, rows: list[Any]) -> Path:
        path = tmp_path / "results.jsonl"
        path.write_bytes(b"".join(canonical(line) + b"\n" for line in (header, *rows)))
        return path

    return write


def test_the_file_is_a_line_for_the_header_and_each_leaf() -> None:
    rows = make_rows(KEYS, "perfect")
    header = make_header(KEYS, "perfect", rows)
    first, *rest = b"".join(file_lines(header, rows)).splitlines()
    assert json.loads(first) == header
    assert merkle_root(rest) == header["root"]


def test_nothing_personal_gets_into_a_leaf() -> None:
    row = {**make_rows(KEYS, None)[0], "name": "Hoàng Thị Yến"}
    with pytest.raises(ValueError, match="name"):
        row_data(row)  # type: ignore[arg-type]


# -- The script on whole results -----------------------------------------------------------------

ALL_KEYS = [
    (KEYS, "perfect"),
    (["points", "elapsed", "prediction", "submitted_at"], "entrants"),
    (["points", "prediction", "lottery"], "percent"),
    (["points", "lottery"], None),
    (["elapsed", "prediction"], "attempts"),
    ([], None),
]


@pytest.mark.parametrize(("keys", "target"), ALL_KEYS)
def test_an_honest_result_passes(
    write: Callable[..., Path], keys: list[str], target: str | None
) -> None:
    rows = make_rows(keys, target)
    header = make_header(keys, target, rows)
    code, failed, said = verify(
        write(header, rows), "--receipt", f" {code_of(103).lower()}",
        "--root", header["root"].upper(), "--commitment", header["seed_commitment"],
    )  # fmt: skip
    assert (code, failed) == (0, [])
    assert "CHƯA KIỂM" not in said
    assert f"Biên nhận {code_of(103)} ở dòng" in said
    steps = inclusion_proof(
        [leaf_hash(row_data(row)) for row in rows],
        next(i for i, row in enumerate(rows) if row["attempt"] == 103),
    ).path
    shown = [f"    {'trái' if step.side == 'left' else 'phải'}  {step.hash}" for step in steps]
    assert [line for line in said.splitlines() if line.startswith(("    t", "    p"))] == shown


def test_the_close_of_a_round_passes_while_its_secret_is_kept(write: Callable[..., Path]) -> None:
    rows = close_rows()
    header = make_header(KEYS, "perfect", rows, kind="close", secret=None)
    header["prediction"]["truth"] = None
    code, failed, said = verify(write(header, rows), "--receipt", code_of(111))
    assert (code, failed) == (0, [])
    assert "[CHƯA KIỂM] Mã bí mật chưa công bố" in said
    assert header["root"] in said


def test_a_result_without_anybody_passes(write: Callable[..., Path]) -> None:
    header = make_header(KEYS, "percent", [], figures={"entrants": 0, "attempts": 0, "perfect": 0})
    header["prediction"]["truth"] = "0.00000"
    assert header["root"] == ROOTS[0]
    assert verify(write(header, []))[0] == 0


def test_line_ends_of_another_system_change_nothing(write: Callable[..., Path]) -> None:
    rows = make_rows(KEYS, "perfect")
    path = write(make_header(KEYS, "perfect", rows), rows)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert verify(path)[0] == 0


def swap(header: Any, rows: list[Any]) -> None:
    rows[1], rows[2] = rows[2], rows[1]


def swap_and_number(header: Any, rows: list[Any]) -> None:
    swap(header, rows)
    for name in ("position", "rank"):
        rows[1][name], rows[2][name] = rows[2][name], rows[1][name]


def swap_equals(header: Any, rows: list[Any]) -> None:
    rows[3]["position"], rows[4]["position"] = 5, 4
    rows[3], rows[4] = rows[4], rows[3]


def set_row(place: int, **fields: Any) -> Callable[[Any, list[Any]], None]:
    return lambda header, rows: rows[place].update(fields)


def set_header(**fields: Any) -> Callable[[Any, list[Any]], None]:
    return lambda header, rows: header.update(fields)


def set_inside(name: str, **fields: Any) -> Callable[[Any, list[Any]], None]:
    return lambda header, rows: header[name].update(fields)


UNSEALED = [
    (set_row(0, points=11), "Mã gốc"),
    (set_row(7, receipt="AAAA-AAAA-AAAA-AAAA"), "Mã gốc"),
    (swap, "Mã gốc"),
    (lambda header, rows: rows.pop(), "Đầu tệp ghi 8 dòng"),
    (lambda header, rows: rows.append({**rows[0], "entry": 99}), "Mã gốc"),
    (set_header(root="0" * 64), "Mã gốc"),
]
SEALED = [
    (swap, "Số thứ tự"),
    (swap_and_number, "Thứ tự xếp hạng"),
    (swap_equals, "Thứ tự xếp hạng"),
    (set_row(0, position=2), "Số thứ tự"),
    (set_row(0, rank=2), "Thứ hạng:"),
    (set_row(4, rank=5), "Thứ hạng:"),
    (set_row(6, rank=5), "Thứ hạng:"),
    (set_row(5, tie=False), "Dấu đồng hạng"),
    (set_row(7, tie=True), "Dấu đồng hạng"),
    (set_row(1, division_rank=2), "Thứ hạng trong bảng"),
    (set_row(2, division="khac"), "Thứ hạng trong bảng"),
    (set_row(7, points=9), "Thứ tự xếp hạng"),
    (set_row(0, distance="1.00000"), "Độ lệch"),
    (set_row(7, distance="0.00000"), "Độ lệch"),
    (set_row(1, prediction="9.00000"), "Độ lệch"),
    (set_row(0, is_perfect=False), "người đúng tất cả"),
    (set_row(3, is_perfect=True), "Giá trị đúng của câu dự đoán"),
    (set_inside("prediction", truth="4.00000"), "Giá trị đúng của câu dự đoán"),
    (set_inside("prediction", truth=None), "Giá trị đúng của câu dự đoán"),
    (set_inside("prediction", target=None), "không có câu dự đoán"),
    (set_inside("figures", entrants=9), "người dự thi"),
    (set_inside("figures", perfect=4), "người đúng tất cả"),
    (lambda header, rows: rows.pop(), "người dự thi"),
    (set_row(1, person=person_digest(name="Người 1", unit="Xã A", salt=f"{1:032x}")), "lặp lại"),
    (set_row(1, entry=1), "lặp lại"),
    (set_row(1, attempt=101), "lặp lại"),
    (set_row(0, lottery="0" * 64), "Bốc thăm"),
    (set_header(lottery=True), "bốc thăm"),
    (set_header(secret="5f" * 32), "Mã bí mật không đúng"),
    (set_header(seed_commitment="0" * 64), "Mã bí mật không đúng"),
    (set_header(ranking_keys=["elapsed"]), "Thứ tự xếp hạng"),
    (set_header(ranking_keys=["luck"]), "ranking_keys"),
    (set_header(ranking_keys=["points", "points"]), "ranking_keys"),
    (set_header(format="round-result/2"), "Dòng đầu"),
    (set_header(title="A\n[ĐẠT] B"), "Dòng đầu"),
    (set_header(kind="close"), "Định dạng các dòng"),
    (set_row(0, name="Hoàng Thị Yến"), "thiếu hoặc thừa trường name"),
    (set_row(0, points="10"), "points"),
    (set_row(7, points=-1), "points"),
    (set_row(7, points=False), "points"),
    (set_row(0, tie=0), "tie"),
    (set_row(0, submitted_at="2026-03-09T01:06:41Z"), "submitted_at"),
]


@pytest.mark.parametrize(("tamper", "told"), UNSEALED)
def test_a_changed_file_does_not_fit_its_root(
    write: Callable[..., Path], tamper: Callable[[Any, list[Any]], None], told: str
) -> None:
    rows = make_rows(KEYS, "perfect")
    header = make_header(KEYS, "perfect", rows)
    tamper(header, rows)
    code, failed, _ = verify(write(header, rows))
    assert code == 1
    assert any(told in line for line in failed), failed


@pytest.mark.parametrize(("tamper", "told"), SEALED)
def test_a_false_result_is_caught_although_its_root_fits(
    write: Callable[..., Path], tamper: Callable[[Any, list[Any]], None], told: str
) -> None:
    rows = make_rows(KEYS, "perfect")
    header = make_header(KEYS, "perfect", rows)
    root = header["root"]
    tamper(header, rows)
    sealed(header, rows)
    path = write(header, rows)
    code, failed, _ = verify(path)
    assert code == 1
    assert any(told in line for line in failed), failed
    if header["root"] != root:  # what agrees with itself does not agree with a root noted before
        code, failed, _ = verify(path, "--root", root)
        assert code == 1
        assert failed


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (set_row(3, lottery="0" * 64), "Bốc thăm"),
        (set_row(3, lottery=None), "Bốc thăm"),
        (set_header(secret=None), "chưa công bố để kiểm"),
        (set_header(lottery=False), "bốc thăm không khớp"),
    ],
)
def test_false_lots_are_caught(
    write: Callable[..., Path], tamper: Callable[[Any, list[Any]], None], told: str
) -> None:
    rows = make_rows(["points", "lottery"], None)
    header = make_header(["points", "lottery"], None, rows)
    tamper(header, rows)
    sealed(header, rows)
    code, failed, _ = verify(write(header, rows))
    assert code == 1
    assert any(told in line for line in failed), failed


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (swap, "Thứ tự các lượt thi"),
        (set_row(1, attempt=101), "ghi hai lần"),
        (set_row(1, receipt=code_of(101)), "ghi hai lần"),
        (lambda header, rows: rows.pop(), "11 lượt thi"),
        (set_row(0, points=3), "points"),
    ],
)
def test_a_false_close_is_caught(
    write: Callable[..., Path], tamper: Callable[[Any, list[Any]], None], told: str
) -> None:
    rows = close_rows()
    header = make_header(KEYS, None, rows, kind="close", secret=None)
    tamper(header, rows)
    sealed(header, rows)
    code, failed, _ = verify(write(header, rows))
    assert code == 1
    assert any(told in line for line in failed), failed


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Dòng đầu"),
        (b"\xff\xfe\n", "Dòng đầu"),
        (b"[" * 100_000, "Dòng đầu"),
        (None, "results"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, content: bytes | None, told: str
) -> None:
    path = tmp_path / "results.jsonl"
    if content is not None:
        path.write_bytes(content)
    code, failed, _ = verify(path)
    assert code == 1
    assert told in failed[0]


def test_a_line_in_another_form_is_caught(write: Callable[..., Path]) -> None:
    """Two spellings of one row would have two leaves."""
    rows = make_rows(KEYS, "perfect")
    path = write(make_header(KEYS, "perfect", rows), rows)
    path.write_bytes(path.read_bytes().replace(b'"tie":true', b'"tie": true', 1))
    code, failed, _ = verify(path)
    assert code == 1
    assert any("dạng chuẩn" in line for line in failed)


def test_a_receipt_whose_line_does_not_lead_to_the_root_is_told(write: Callable[..., Path]) -> None:
    rows = make_rows(KEYS, "perfect")
    path = write(make_header(KEYS, "perfect", rows, root="0" * 64), rows)
    assert "không dẫn tới mã gốc" in verify(path, "--receipt", code_of(101))[1][-1]


def test_codes_noted_elsewhere_and_unknown_receipts_are_compared(
    write: Callable[..., Path],
) -> None:
    rows = make_rows(KEYS, "perfect")
    path = write(make_header(KEYS, "perfect", rows), rows)
    wrong = ["--root", "0" * 64], ["--commitment", "0" * 64], ["--receipt", code_of(1)]
    for arguments in wrong:
        code, failed, _ = verify(path, *arguments)
        assert (code, len(failed)) == (1, 1)


# -- The script on one person's paper ------------------------------------------------------------


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_round", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT_CODE = load_script()


def make_paper(entry: int = 2, number: int = 1, **shuffles: bool) -> dict[str, Any]:
    """A paper file as a person downloads it: every choice ``a``, which is right, but for one."""
    shuffles = {"shuffle_questions": True, "shuffle_choices": True} | shuffles
    paper = draw(
        LINES, POOL, attempt_seed(SECRET, entry, number),
        shuffles_questions=shuffles["shuffle_questions"],
        shuffles_choices=shuffles["shuffle_choices"],
    )  # fmt: skip
    answers = {str(n): ["abcd"[item["c"].index("a")]] for n, item in enumerate(paper, start=1)}
    answers["1"] = ["abcd"[paper[0]["c"].index("b")]]
    result = {
        "attempt": 100 + entry, "round": 7, "entry": entry, "number": number, "paper": paper,
        "answers": answers, "prediction": "2.00000", "points": MOST - paper[0]["p"], "correct": 6,
        "elapsed_ms": 61_000, "submitted_at": utc_ms(AT + timedelta(seconds=90)),
    }  # fmt: skip
    pools = [
        [{"v": v, "keys": list(POOL[v].keys), "fixed": POOL[v].fixed} for v in line.version_ids]
        for line in LINES
    ]
    return {
        "canonical": result, "entry": entry, "number": number, "pools": pools,
        "lines": [{"count": n.count, "points": n.points, "pool": i} for i, n in enumerate(LINES)],
        "answers_key": json.loads(json.dumps(ANSWERS_KEY)), **shuffles,
    }  # fmt: skip


def final_with(paper: dict[str, Any], **changes: Any) -> tuple[Header, list[FinalRow]]:
    """A final result of one person: the one with this paper."""
    result = paper["canonical"]
    row = make_rows(KEYS, "perfect")[1]
    row |= {name: result[name] for name in ("attempt", "entry", "points", "correct", "elapsed_ms",
                                            "submitted_at", "prediction")}  # fmt: skip
    row |= {"position": 1, "rank": 1, "division_rank": 1, "tie": False, "is_perfect": False}
    row |= {"receipt": receipt(result), "distance": "2.00000"}
    row |= changes  # type: ignore[typeddict-item]
    perfect = int(row["is_perfect"])
    missed = Decimal(row["prediction"] or 0) - perfect
    row["distance"] = decimal_text(abs(missed))
    header = make_header(KEYS, "perfect", [row])
    header["figures"] = {"entrants": 1, "attempts": 2, "perfect": perfect}
    header["prediction"]["truth"] = decimal_text(Decimal(perfect))
    return header, [row]


@pytest.fixture
def check(write: Callable[..., Path], tmp_path: Path) -> Callable[..., tuple[int, list[str], str]]:
    def check(paper: Any, header: Any, rows: list[Any], *more: str) -> tuple[int, list[str], str]:
        path = tmp_path / "my-paper.json"
        path.write_text(json.dumps(paper, ensure_ascii=False), encoding="utf-8")
        return verify(write(header, rows), "--paper", path, *more)

    return check


@pytest.mark.parametrize("questions", [True, False])
@pytest.mark.parametrize("choices", [True, False])
def test_a_paper_drawn_by_the_site_passes(
    check: Callable[..., Any], questions: bool, choices: bool
) -> None:
    paper = make_paper(shuffle_questions=questions, shuffle_choices=choices)
    code, failed, said = check(paper, *final_with(paper), "--receipt", receipt(paper["canonical"]))
    assert (code, failed) == (0, [])
    assert "Đề thi bốc lại từ mã bí mật trùng" in said
    assert "Dòng 2 trong tệp đúng với bài thi này" in said


def test_a_paper_is_found_in_the_close_file(check: Callable[..., Any]) -> None:
    paper = make_paper()
    result = paper["canonical"]
    row = {name: result[name] for name in ("attempt", "entry", "number", "submitted_at")}
    rows = [{**row, "receipt": receipt(result)}]
    header = make_header(KEYS, None, rows, kind="close", secret=None)
    header["figures"] = {"entrants": 1, "attempts": 1, "perfect": 0}
    code, failed, said = check(paper, header, rows)
    assert (code, failed) == (0, [])
    assert "[CHƯA KIỂM] Chưa bốc lại được đề thi" in said
    code, failed, _ = check(make_paper(entry=3), header, rows)
    assert code == 1
    assert "không có dòng nào" in failed[0]


def test_a_receipt_that_is_not_the_papers_is_told(check: Callable[..., Any]) -> None:
    paper = make_paper()
    code, failed, _ = check(paper, *final_with(paper), "--receipt", code_of(1))
    assert code == 1
    assert ["Không có biên nhận" in failed[0], "khác biên nhận" in failed[1]] == [True, True]


def test_an_attempt_that_does_not_count_has_no_line_in_a_final_result(
    check: Callable[..., Any],
) -> None:
    code, _, said = check(make_paper(entry=3), *final_with(make_paper()))
    assert code == 0
    assert "[CHƯA KIỂM] Lượt 103 không có dòng nào" in said


@pytest.mark.parametrize(
    ("decided", "points", "correct", "is_perfect"),
    [
        ({"void": "credit"}, 0, 7, True),
        ({"void": "drop"}, None, 6, True),
        ({"accepted": [["c"], ["b"]]}, 0, 7, True),
        ({"accepted": [["c"]]}, None, 6, False),
    ],
)
def test_decisions_are_counted_on_top_of_the_receipt(
    check: Callable[..., Any], decided: Any, points: int | None, correct: int, is_perfect: bool
) -> None:
    paper = make_paper()
    paper["answers_key"][str(paper["canonical"]["paper"][0]["v"])] |= decided
    after = paper["canonical"]["points"] if points is None else MOST
    final = final_with(paper, points=after, correct=correct, is_perfect=is_perfect)
    assert check(paper, *final)[:2] == (0, [])
    code, failed, _ = check(paper, *final_with(paper, points=after + 1, correct=correct))
    assert code == 1
    assert "points ghi" in failed[-1]


def test_what_rests_on_decisions_is_told(check: Callable[..., Any]) -> None:
    """Points of an essay, time lost to an outage, an account merged into another."""
    paper = make_paper() | {"essay_points": 3}
    paper["identity"] = {"name": "Hoàng Thị Yến", "unit": "Xã A", "salt": "ab" * 16}
    points = paper["canonical"]["points"] + 3
    person = person_digest(**paper["identity"])
    final = final_with(paper, points=points, entry=9, elapsed_ms=60_000, person=person)
    code, failed, said = check(paper, *final)
    assert (code, failed) == (0, [])
    assert all(word in said for word in ("3 điểm tự luận", "hồ sơ 9", "1000 mili giây"))
    paper["identity"]["name"] = "Hoàng Thị Yên"
    assert check(paper, *final)[0] == 1


def edit(**fields: Any) -> Callable[[dict[str, Any]], None]:
    return lambda paper: paper["canonical"].update(fields)


def answer_better(paper: dict[str, Any]) -> None:
    first = paper["canonical"]["paper"][0]
    paper["canonical"]["answers"]["1"] = ["abcd"[first["c"].index("a")]]


def other_question(paper: dict[str, Any]) -> None:
    used = {item["v"] for item in paper["canonical"]["paper"]}
    paper["canonical"]["paper"][0]["v"] = min(POOL.keys() - used)


def other_order(paper: dict[str, Any]) -> None:
    paper["canonical"]["paper"].reverse()


def smaller_pool(paper: dict[str, Any]) -> None:
    used = paper["canonical"]["paper"][0]["v"]
    paper["pools"] = [[q for q in pool if q["v"] != used] for pool in paper["pools"]]


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (answer_better, ["Chấm lại", "receipt ghi"]),
        (edit(points=9), ["Chấm lại", "receipt ghi"]),
        (edit(correct=7), ["Chấm lại", "receipt ghi"]),
        (edit(elapsed_ms=1), ["receipt ghi", "dài hơn"]),
        (edit(prediction="0.00000"), ["receipt ghi", "prediction ghi"]),
        (edit(submitted_at=utc_ms(AT)), ["receipt ghi", "submitted_at ghi"]),
        (edit(round=8), ["không phải của vòng này", "receipt ghi"]),
        (edit(number=2), ["hai số lượt", "receipt ghi"]),
        (edit(elapsed_ms="1"), ["elapsed_ms"]),
        (lambda paper: paper.update(number=2), ["hai số lượt", "Đề thi bốc lại"]),
        (other_question, ["Đề thi bốc lại", "receipt ghi"]),
        (other_order, ["Đề thi bốc lại", "receipt ghi"]),
        (smaller_pool, ["Đề thi bốc lại"]),
        (lambda paper: paper.update(shuffle_questions=False), ["Đề thi bốc lại"]),
        (lambda paper: paper.update(shuffle_choices=False), ["Đề thi bốc lại"]),
        (lambda paper: paper.pop("pools"), ["pools"]),
        (lambda paper: paper.pop("canonical"), ["canonical"]),
    ],
)
def test_a_changed_paper_is_caught(
    check: Callable[..., Any], tamper: Callable[[dict[str, Any]], None], told: list[str]
) -> None:
    paper = make_paper()
    final = final_with(paper)
    tamper(paper)
    code, failed, _ = check(paper, *final)
    assert code == 1
    assert [word for word in told if not any(word in line for line in failed)] == []


counts = st.lists(st.tuples(st.integers(1, 4), st.integers(4, 30)), min_size=1, max_size=4)


@given(counts=counts, entry=st.integers(1, 9999), questions=st.booleans(), choices=st.booleans())
def test_the_script_draws_as_the_site_does(
    counts: list[tuple[int, int]], entry: int, questions: bool, choices: bool
) -> None:
    lines = [Line(n, i + 1, tuple(range(size + 7, 7, -1))) for i, (n, size) in enumerate(counts)]
    keys = ("c", "a", "b")
    pool = {v: Candidate(v, keys, fixed=v % 3 == 0) for line in lines for v in line.version_ids}
    paper = {
        "entry": entry, "number": 3, "shuffle_questions": questions, "shuffle_choices": choices,
        "lines": [{"count": n.count, "points": n.points, "pool": i} for i, n in enumerate(lines)],
        "pools": [[{"v": v, "keys": list(keys), "fixed": v % 3 == 0} for v in line.version_ids]
                  for line in lines],
    }  # fmt: skip
    seed = attempt_seed(SECRET, entry, 3)
    try:
        drawn = draw(lines, pool, seed, shuffles_questions=questions, shuffles_choices=choices)
    except ValueError:
        return  # no round with such lines can be published
    assert SCRIPT_CODE.draw(SECRET, paper) == drawn


@given(
    type=st.sampled_from(["single", "multiple", "true_false", "fill", "order", "match"]),
    given=st.lists(st.sampled_from(["", *"abc"]), max_size=3),
    answer=st.lists(st.sampled_from("xyz"), min_size=1, max_size=3, unique=True),
    accepted=st.lists(st.lists(st.sampled_from("xyz"), max_size=3, unique=True), max_size=2),
    void=st.sampled_from(["", "credit", "drop"]),
)
def test_the_script_scores_as_the_site_does(
    type: str, given: list[str], answer: list[str], accepted: list[list[str]], void: str
) -> None:
    item: Any = {"v": 5, "c": ["z", "x", "y"], "p": 3}
    key = Key(type, tuple(answer) if type in ("order", "match") else tuple(sorted(answer)))
    verdict = Verdict(void, tuple(map(tuple, accepted)))
    attempt = {"paper": [item], "answers": {"1": given}}
    answers_key = {
        "5": {"type": type, "answer": answer, "void": void or None, "accepted": accepted}
    }
    for decisions in (None, {5: verdict}):
        result = score([item], {"1": given}, {5: key}, decisions)
        again = SCRIPT_CODE.score(attempt, answers_key, with_decisions=decisions is not None)
        assert again == (result.points, result.correct, result.total)


@given(entrants=st.integers(0, 10**6), share=st.floats(0, 1))
@example(entrants=256, share=1 / 256)  # 0.390625: exactly half way
@example(entrants=3, share=2 / 3)
def test_the_script_rounds_as_the_site_does(entrants: int, share: float) -> None:
    perfect = round(entrants * share)
    true_value = truth("percent", perfect=perfect, entrants=entrants, attempts=entrants)
    header = make_header(KEYS, "percent", [])
    header["prediction"]["truth"] = decimal_text(true_value)
    table, report = SCRIPT_CODE.FinalTable(header), SCRIPT_CODE.Report()
    table.rows, table.perfect = entrants, perfect
    table.report_truth(report)
    assert report.counts[SCRIPT_CODE.FAILED] == 0


def test_the_script_stands_alone() -> None:
    """Python 3.8 can read it, and it needs the standard library only."""
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 8))
    names = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else
                     [alias.name for alias in node.names])
    }  # fmt: skip
    assert names <= sys.stdlib_module_names
