#!/usr/bin/env python3
"""Kiểm tra kết quả đã công bố của một vòng thi, ngay trên máy của bạn.

Cần Python 3.8 trở lên, không cần cài thêm gì và không cần mạng. Tải tệp kết quả (results.jsonl)
từ trang kết quả của vòng thi rồi chạy:

    python verify_round.py results.jsonl
    python verify_round.py results.jsonl --receipt 7QKM-4D9X-H3TR-2WBV
    python verify_round.py results.jsonl --paper my-paper.json
    python verify_round.py results.jsonl --root MÃ_GỐC --commitment MÃ_CAM_KẾT

Một tệp bị sửa khéo vẫn có thể khớp với chính nó. Vì vậy hãy lấy mã gốc và mã cam kết từ nơi khác
(biên bản đã ký, ảnh chụp trang vòng thi trước giờ mở) và đưa vào bằng --root và --commitment.

Mỗi dòng in ra bắt đầu bằng [ĐẠT], [KHÔNG ĐẠT] hoặc [CHƯA KIỂM]. Mã thoát là 0 khi không có mục
nào KHÔNG ĐẠT, là 1 khi có. Trên Windows, nếu chữ hiện sai, hãy gõ "chcp 65001" trước.

----

Checks the published result of a round with Python's standard library only. It shares no code
with the site: whatever it recomputes, it recomputes from the rules as they were published.

The result file is JSON Lines. Line 1 is the header, every further line is one leaf of a Merkle
tree (RFC 9162, section 2.1); a leaf's data are the bytes of its line without the line end.
Every line is compact JSON with sorted keys in UTF-8.

The paper file, one JSON document, is what a person downloads of their own attempt:

    {"canonical": {...},               the result that the receipt vouches for
     "entry": 12, "number": 1,         entry id, and which attempt of it
     "pools": [[{"v": 82, "keys": ["a", "b"], "fixed": false}, ...], ...],
     "lines": [{"count": 5, "points": 1, "pool": 0}, ...],
     "shuffle_questions": true, "shuffle_choices": true,
     "answers_key": {"82": {"type": "single", "answer": ["b"], "void": null, "accepted": []}},
     "essay_points": 0,                optional: points a jury gave for an essay
     "identity": {"name": "...", "unit": "...", "salt": "..."}}    optional: your line's digest
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

FORMAT = "round-result/1"
PASSED, FAILED, SKIPPED = "ĐẠT", "KHÔNG ĐẠT", "CHƯA KIỂM"
KINDS = {
    "close": "chốt bài thi khi vòng thi đóng",
    "final": "kết quả chính thức",
    "correction": "kết quả đính chính",
}
KEYS = {
    "points": "điểm cao hơn",
    "prediction": "dự đoán gần đúng hơn",
    "elapsed": "làm bài nhanh hơn",
    "submitted_at": "nộp bài sớm hơn",
    "lottery": "bốc thăm",
}
TARGETS = {
    "perfect": "số người trả lời đúng tất cả các câu",
    "entrants": "số người dự thi",
    "attempts": "số lượt dự thi",
    "percent": "tỷ lệ phần trăm người trả lời đúng tất cả các câu",
}
LETTERS = "abcdefghij"


# -- Hàm băm và cây Merkle / hashes and the tree ---------------------------------------------------


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def hmac_sha256(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode("utf-8"), hashlib.sha256).digest()


def canonical(value: Any) -> bytes:
    """Dạng JSON duy nhất được băm. / The one form of JSON that is hashed."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def levels(leaves: list[bytes]) -> Iterator[list[bytes]]:
    """Every level of the tree from the leaves to the root; one left over goes up as it is."""
    level = leaves
    while len(level) > 1:
        yield level
        pairs = [sha256(b"\x01" + level[i] + level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    yield level


def root_of(leaves: list[bytes]) -> str:
    """The root, hexadecimal; of no leaves at all, the hash of nothing."""
    *_, top = levels(leaves)
    return (top[0] if top else sha256(b"")).hex()


def path_of(leaves: list[bytes], index: int) -> list[tuple[bool, bytes]]:
    """What stands beside the way from a leaf to the root: [(is it on the left?, hash)]."""
    path = []
    for level in levels(leaves):
        if index ^ 1 < len(level):
            path.append((index % 2 == 1, level[index ^ 1]))
        index //= 2
    return path


def climb(leaf: bytes, path: list[tuple[bool, bytes]]) -> str:
    """The root that a leaf and the hashes beside its way lead to, hexadecimal."""
    for is_left, other in path:
        leaf = sha256(b"\x01" + (other + leaf if is_left else leaf + other))
    return leaf.hex()


# -- Luật thi, viết lại từ đầu / the rules of the contest, written again ---------------------------


def lottery_lot(secret: str, entry: int) -> str:
    """Số bốc thăm của một hồ sơ; số nhỏ hơn xếp trước."""
    return hmac_sha256(secret.encode("utf-8"), f"lottery:{entry}").hex()


def lots_of(seed: bytes) -> Iterator[int]:
    """Các số bốc thăm. / The numbers of 64 bits, big-endian, of SHAKE-256(seed), without end."""
    size = 0
    while True:
        stream = hashlib.shake_256(seed).digest(size + 4096)  # a longer one begins with the shorter
        for at in range(size, size + 4096, 8):
            yield int.from_bytes(stream[at : at + 8], "big")
        size += 4096


def draw(secret: str, paper: dict[str, Any]) -> list[dict[str, Any]]:
    """Đề thi mà mã bí mật định ra. / The paper the secret demands: [{"v", "c", "p"}].

    Slips are drawn from hats: each number draws the slip at the place that remains when it is
    divided by how many slips are left. The line with the smallest pool draws first, from the
    questions of its pool that are not taken yet.
    """
    seed = hmac_sha256(secret.encode("utf-8"), f"{paper['entry']}:{paper['number']}")
    lines, pools, lots = paper["lines"], paper["pools"], lots_of(seed)

    def take_all(slips: Iterable[Any]) -> list[Any]:
        hat = list(slips)
        return [hat.pop(next(lots) % len(hat)) for _ in range(len(hat))]

    taken: dict[int, tuple[int, int]] = {}  # version -> (line, place in the pool of the line)
    for i in sorted(range(len(lines)), key=lambda i: (len(pools[lines[i]["pool"]]), i)):
        pool = enumerate(pools[lines[i]["pool"]])
        hat = [(place, question["v"]) for place, question in pool if question["v"] not in taken]
        for _ in range(min(lines[i]["count"], len(hat))):
            place, v = hat.pop(next(lots) % len(hat))
            taken[v] = (i, place)

    # Thứ tự câu cố định: theo dòng của cấu trúc đề, rồi theo vị trí trong kho của dòng.
    by_line = sorted(taken, key=lambda v: taken[v])
    order = take_all(taken) if paper["shuffle_questions"] else by_line

    drawn = []
    for v in order:
        line = lines[taken[v][0]]
        question = pools[line["pool"]][taken[v][1]]
        shuffles = paper["shuffle_choices"] and not question["fixed"]
        keys = take_all(question["keys"]) if shuffles else list(question["keys"])
        drawn.append({"v": v, "c": keys, "p": line["points"]})
    return drawn


def settled(kind: str, keys: Sequence[str]) -> list[str]:
    """Keys as they are compared: as given where the order is the answer, else sorted."""
    return list(keys) if kind in ("order", "match") else sorted(keys)


def score(
    attempt: dict[str, Any], answers_key: dict[str, Any], with_decisions: bool
) -> tuple[int, int, int]:
    """Chấm lại. / (points, right answers, questions that count) of a canonical result.

    Decisions made after hand-in: void "credit" gives everybody the question, "drop" takes it
    out, "accepted" lists further right answers.
    """
    points = correct = total = 0
    for number, item in enumerate(attempt["paper"], start=1):
        key = answers_key[str(item["v"])]
        void = key["void"] if with_decisions else None
        if void == "drop":
            continue
        total += 1
        letters = attempt["answers"].get(str(number), [])
        given = [item["c"][LETTERS.index(letter)] if letter else "" for letter in letters]
        given = settled(key["type"], given)
        right = [key["answer"], *(key["accepted"] if with_decisions else [])]
        is_right = any(given) and given in [settled(key["type"], answer) for answer in right]
        if is_right or void == "credit":
            correct += 1
            points += item["p"]
    return points, correct, total


def receipt_of(attempt: dict[str, Any]) -> str:
    """80 bits of the SHA-256 of the canonical result, in base 32, in groups of four."""
    code = base64.b32encode(sha256(canonical(attempt))[:10]).decode("ascii")
    return "-".join(code[i : i + 4] for i in range(0, 16, 4))


def fifths(text: str) -> int:
    """ "33.33333" -> 3333333: đổi số thập phân thành số nguyên để tính chính xác."""
    return int(text.replace(".", ""))


def decimal_text(value: int) -> str:
    return f"{value // 100000}.{value % 100000:05d}"


# -- Báo cáo / the report --------------------------------------------------------------------------


class Faults:
    """Counts what is wrong and keeps the first three."""

    def __init__(self) -> None:
        self.count = 0
        self.examples: list[str] = []

    def add(self, line: int, what: str) -> None:
        self.count += 1
        if len(self.examples) < 3:
            self.examples.append(f"dòng {line}: {what}")

    def differs(self, line: int, written: object, right: object) -> None:
        """Add a fault when what is written is not what is right."""
        if written != right:
            self.add(line, f"ghi {shown(written)}, đúng là {shown(right)}")


def shown(value: object) -> str:
    words = {None: "trống", True: "có", False: "không"}
    return words[value] if value is None or type(value) is bool else str(value)


class Report:
    """Every check in a sentence. A check that cannot be made is said, never passed over."""

    def __init__(self) -> None:
        self.counts = {PASSED: 0, FAILED: 0, SKIPPED: 0}

    def say(self, status: str, sentence: str) -> None:
        self.counts[status] += 1
        print(f"[{status}] {sentence}")

    def check(self, holds: bool, good: str, bad: str) -> None:
        self.say(PASSED if holds else FAILED, good if holds else bad)

    def faults(self, faults: Faults, good: str, bad: str) -> None:
        """One check over many lines: how many are wrong, and the first of them."""
        examples = "; ".join(faults.examples)
        self.check(not faults.count, good, f"{bad}: {faults.count} chỗ sai, ví dụ {examples}.")


# -- Định dạng tệp / the form of the file ----------------------------------------------------------


def whole(value: object) -> bool:
    return type(value) is int and value >= 0  # true is an int to Python


def flag(value: object) -> bool:
    return type(value) is bool


def text(pattern: str) -> Callable[[object], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def or_null(form: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or form(value)


def one_of(names: dict[str, str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value in names


def ranking(value: object) -> bool:
    if not isinstance(value, list) or not all(map(one_of(KEYS), value)):
        return False
    return len(set(value)) == len(value)


LINE = text(r"[^\x00-\x1f\x7f-\x9f]*")  # không xuống dòng, không ký tự điều khiển
HASH = text(r"[0-9a-f]{64}")
DECIMAL = text(r"[0-9]{1,12}\.[0-9]{5}")
RECEIPT = text(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}")
# Mọi giờ cùng một dạng, nên so sánh chữ cũng là so sánh giờ.
TIME = text(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}\+00:00")

CLOSE_ROW = {
    "attempt": whole, "entry": whole, "number": whole, "receipt": RECEIPT, "submitted_at": TIME,
}  # fmt: skip
FINAL_ROW = {
    "position": whole, "rank": whole, "division": or_null(LINE), "division_rank": whole,
    "entry": whole, "attempt": whole, "receipt": RECEIPT, "person": HASH, "unit": LINE,
    "points": whole, "correct": whole, "is_perfect": flag, "elapsed_ms": whole,
    "submitted_at": TIME, "prediction": or_null(DECIMAL), "distance": or_null(DECIMAL),
    "lottery": or_null(HASH), "tie": flag,
}  # fmt: skip
PREDICTION = {"target": or_null(one_of(TARGETS)), "truth": or_null(DECIMAL), "set": LINE}
FIGURES = {"entrants": whole, "attempts": whole, "perfect": whole}
HEADER = {
    "format": one_of({FORMAT: ""}), "contest": LINE, "round": whole, "number": whole,
    "title": LINE, "version": whole, "kind": one_of(KINDS), "opens_at": TIME, "closes_at": TIME,
    "seed_commitment": HASH, "secret": or_null(LINE), "ranking_keys": ranking,
    "prediction": lambda value: not form_fault(value, PREDICTION), "lottery": flag,
    "rules": whole, "figures": lambda value: not form_fault(value, FIGURES),
    "leaves": whole, "root": HASH,
}  # fmt: skip
ATTEMPT = {
    "attempt": whole, "round": whole, "entry": whole, "number": whole, "points": whole,
    "correct": whole, "elapsed_ms": whole, "submitted_at": TIME, "prediction": or_null(DECIMAL),
    "paper": lambda value: isinstance(value, list), "answers": lambda v: isinstance(v, dict),
}  # fmt: skip


def form_fault(value: object, fields: dict[str, Any]) -> str:
    """What is wrong with the form of an object; "" for nothing."""
    if not isinstance(value, dict):
        return "không phải một nhóm trường"
    if value.keys() != fields.keys():
        odd = [name if LINE(name) else "?" for name in sorted(set(value) ^ set(fields))]
        return f"thiếu hoặc thừa trường {', '.join(odd)}"
    wrong = [name for name, form in fields.items() if not form(value[name])]
    return f"giá trị không hợp lệ ở trường {', '.join(wrong)}" if wrong else ""


def parsed(line: bytes, fields: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The object in a line, and what is wrong with it; "" for nothing."""
    try:
        value = json.loads(line.decode("utf-8"))
        if canonical(value) != line:
            return {}, "không ở dạng chuẩn (tên trường xếp theo thứ tự, không dấu cách thừa)"
    except (ValueError, RecursionError):
        return {}, "không đọc được như JSON"
    return value, form_fault(value, fields)


def lines_of(path: str) -> Iterator[bytes]:
    """The lines of a file without line ends and without a byte order mark."""
    with open(path, "rb") as file:
        for number, line in enumerate(file):
            if number == 0 and line.startswith(b"\xef\xbb\xbf"):
                line = line[3:]
            yield line.rstrip(b"\r\n")


# -- Các bảng kết quả, đọc từng dòng một / the tables, read line by line ---------------------------


class Ranks:
    """Hạng 1, 2, 2, 4 tính lại từ các dòng theo thứ tự."""

    def __init__(self) -> None:
        self.count, self.rank, self.last = 0, 0, None

    def next(self, key: Any) -> int:
        self.count += 1
        if key != self.last:
            self.rank, self.last = self.count, key
        return self.rank


class Table:
    """What every kind of file has: rows, of which none may stand there twice."""

    fields: dict[str, Any] = {}
    unique: dict[str, str] = {}

    def __init__(self, header: dict[str, Any]) -> None:
        self.header = header
        self.rows = 0
        self.order, self.doubles = Faults(), Faults()
        self.seen: dict[str, set[Any]] = {name: set() for name in self.unique}

    def add(self, line: int, row: dict[str, Any]) -> None:
        self.rows += 1
        for name, seen in self.seen.items():
            if row[name] in seen:
                self.doubles.add(line, f"{self.unique[name]} {row[name]} đã có ở dòng trước")
            seen.add(row[name])


class CloseTable(Table):
    """Tệp chốt: mỗi lượt thi một dòng, theo mã lượt."""

    fields = CLOSE_ROW
    unique = {"attempt": "lượt", "receipt": "biên nhận"}

    def __init__(self, header: dict[str, Any]) -> None:
        super().__init__(header)
        self.last = 0

    def add(self, line: int, row: dict[str, Any]) -> None:
        super().add(line, row)
        if row["attempt"] < self.last:
            self.order.add(line, f"lượt {row['attempt']} đứng sau lượt {self.last}")
        self.last = row["attempt"]

    def finish(self, report: Report) -> None:
        attempts = self.header["figures"]["attempts"]
        report.faults(self.order, "Các lượt thi xếp đúng theo mã lượt.", "Thứ tự các lượt thi")
        report.faults(self.doubles, "Không lượt thi nào ghi hai lần.", "Lượt thi ghi hai lần")
        report.check(
            attempts == self.rows,
            f"Số lượt thi ghi ở đầu tệp bằng số dòng: {attempts}.",
            f"Đầu tệp ghi {attempts} lượt thi nhưng đọc được {self.rows} dòng.",
        )


class FinalTable(Table):
    """Kết quả chính thức hoặc đính chính: mỗi người một dòng, người đứng đầu ở trên."""

    fields = FINAL_ROW
    unique = {"attempt": "lượt", "entry": "hồ sơ", "person": "mã người"}

    def __init__(self, header: dict[str, Any]) -> None:
        super().__init__(header)
        self.truth, self.perfect = header["prediction"]["truth"], 0
        self.places, self.ranks, self.in_division, self.ties = (Faults() for _ in range(4))
        self.distances, self.lots = Faults(), Faults()
        self.table = Ranks()
        self.divisions: dict[str | None, Ranks] = {}
        self.above: Any = None  # (line, row, key, whether it equals the one above it)

    def key(self, row: dict[str, Any]) -> tuple[Any, ...]:
        """What the row is compared by: the stated keys in turn; smaller is better."""
        distance = row["distance"]
        parts = {
            "points": -row["points"],
            "prediction": (distance is None, fifths(distance or "0")),
            "elapsed": row["elapsed_ms"],
            "submitted_at": row["submitted_at"],
            "lottery": row["lottery"] or "",
        }
        return tuple(parts[name] for name in self.header["ranking_keys"])

    def add(self, line: int, row: dict[str, Any]) -> None:
        super().add(line, row)
        self.perfect += row["is_perfect"]
        self.places.differs(line, row["position"], line - 1)
        distance = None
        if row["prediction"] is not None and self.truth is not None:
            distance = decimal_text(abs(fifths(row["prediction"]) - fifths(self.truth)))
        self.distances.differs(line, row["distance"], distance)
        secret = self.header["secret"]
        if not self.header["lottery"]:
            self.lots.differs(line, row["lottery"], None)
        elif secret is not None:
            self.lots.differs(line, row["lottery"], lottery_lot(secret, row["entry"]))
        self.add_rank(line, row, self.key(row))

    def add_rank(self, line: int, row: dict[str, Any], key: tuple[Any, ...]) -> None:
        same = False
        if self.above is not None:
            line_above, row_above, key_above, _ = self.above
            same = key == key_above
            if (key, row["entry"]) < (key_above, row_above["entry"]):
                self.order.add(line, f"phải đứng trên dòng {line_above}")
            self.add_tie(same)
        self.above = (line, row, key, same)
        division = self.divisions.setdefault(row["division"], Ranks())
        self.ranks.differs(line, row["rank"], self.table.next(key))
        self.in_division.differs(line, row["division_rank"], division.next(key))

    def add_tie(self, same_below: bool) -> None:
        line, row, _, same_above = self.above
        self.ties.differs(line, row["tie"], same_above or same_below)

    def finish(self, report: Report) -> None:
        if self.above is not None:
            self.add_tie(False)
        names = ", ".join(KEYS[key] for key in self.header["ranking_keys"])
        for faults, good, bad in (
            (self.places, "Số thứ tự các dòng đúng.", "Số thứ tự các dòng"),
            (self.doubles, "Mỗi người, mỗi lượt thi chỉ có một dòng.", "Người hoặc lượt lặp lại"),
            (self.order, f"Các dòng xếp đúng theo tiêu chí: {names}.", "Thứ tự xếp hạng"),
            (self.ranks, "Thứ hạng đúng; bằng nhau thì đồng hạng (1, 2, 2, 4).", "Thứ hạng"),
            (self.ties, "Dấu đồng hạng đúng.", "Dấu đồng hạng"),
            (self.in_division, "Thứ hạng trong từng bảng đúng.", "Thứ hạng trong bảng"),
        ):
            report.faults(faults, good, bad)
        self.report_figures(report)
        self.report_truth(report)
        report.faults(self.distances, "Độ lệch của từng dự đoán tính đúng.", "Độ lệch dự đoán")
        self.report_lots(report)

    def report_figures(self, report: Report) -> None:
        figures = self.header["figures"]
        counted = f"{self.rows} người dự thi, {self.perfect} người đúng tất cả"
        report.check(
            (figures["entrants"], figures["perfect"]) == (self.rows, self.perfect),
            f"Số liệu ở đầu tệp bằng số đếm từ các dòng: {counted}.",
            f"Đầu tệp ghi {figures['entrants']} người dự thi, {figures['perfect']} người đúng "
            f"tất cả; đếm từ các dòng được {counted}.",
        )

    def report_truth(self, report: Report) -> None:
        """The true value of the prediction, in whole hundred-thousandths."""
        target, value = self.header["prediction"]["target"], None
        about, source = "Vòng thi không có câu dự đoán", "nên không có giá trị đúng"
        if target is not None:
            figures = {"entrants": self.rows, "perfect": self.perfect}
            figures["attempts"] = self.header["figures"]["attempts"]
            about = f"Giá trị đúng của câu dự đoán ({TARGETS[target]})"
            source = "tính lại từ các dòng"
            if target == "attempts":
                source = "lấy từ số lượt ở đầu tệp, vì tệp này chỉ ghi lượt được tính của mỗi người"
            if target == "percent":  # người đúng tất cả / người dự thi x 100, làm tròn nửa lên
                value = (2 * self.perfect * 10**7 + self.rows) // (2 * self.rows or 1)
            else:
                value = figures[target] * 100000
        right = None if value is None else decimal_text(value)
        report.check(
            self.truth == right,
            f"{about}, {source}: {shown(right)}.",
            f"{about}, {source}: phải là {shown(right)} nhưng đầu tệp ghi {shown(self.truth)}.",
        )

    def report_lots(self, report: Report) -> None:
        if self.header["lottery"] != ("lottery" in self.header["ranking_keys"]):
            report.say(FAILED, "Đầu tệp ghi về bốc thăm không khớp với tiêu chí xếp hạng.")
        if self.header["lottery"] and self.header["secret"] is None:
            report.say(FAILED, "Thứ hạng có phần bốc thăm nhưng mã bí mật chưa công bố để kiểm.")
        elif self.header["lottery"] or self.lots.count:
            report.faults(self.lots, "Số bốc thăm của từng dòng đúng với mã bí mật.", "Bốc thăm")


class Result:
    """A result file that was read: header, leaf hashes, and the rows somebody asked for."""

    def __init__(self, header: dict[str, Any]) -> None:
        self.header = header
        self.leaves: list[bytes] = []
        self.asked: list[tuple[int, dict[str, Any]]] = []

    def find(self, name: str, value: object) -> tuple[int, dict[str, Any]] | None:
        """(index, row) of the first kept row with this value."""
        return next((found for found in self.asked if found[1][name] == value), None)


def check_result(
    report: Report, path: str, receipt: str | None, attempt: int | None
) -> Result | None:
    """Check a result file; the row of the receipt and that of the attempt are kept.

    Returns None when there is no going on, because the header cannot be read.
    """
    lines = lines_of(path)
    header, fault = parsed(next(lines, b""), HEADER)
    if fault:
        report.say(FAILED, f"Dòng đầu của tệp: {fault}. Tệp phải ở định dạng {FORMAT}.")
        return None
    print_header(header)
    result, forms = Result(header), Faults()
    table = CloseTable(header) if header["kind"] == "close" else FinalTable(header)
    for number, line in enumerate(lines, start=2):
        result.leaves.append(sha256(b"\x00" + line))
        row, fault = parsed(line, table.fields)
        if fault:
            forms.add(number, fault)
            continue
        table.add(number, row)
        if row["receipt"] == receipt or row["attempt"] == attempt:
            result.asked.append((number - 2, row))
    report.faults(forms, f"Mọi dòng đúng định dạng {FORMAT}.", "Định dạng các dòng")
    check_tree(report, result)
    check_secret(report, header)
    table.finish(report)
    return result


def print_header(header: dict[str, Any]) -> None:
    print(f"{header['contest']}, vòng {header['number']}: {header['title']}")
    print(
        f"Loại tệp: {KINDS[header['kind']]}, bản {header['version']}; thể lệ bản {header['rules']}."
    )
    if header["prediction"]["target"]:
        print(f"Câu dự đoán tính trên: {header['prediction']['set']}")
    print()


def check_tree(report: Report, result: Result) -> None:
    stated, count = result.header["leaves"], len(result.leaves)
    report.check(
        stated == count,
        f"Đủ số dòng ghi ở đầu tệp: {count}.",
        f"Đầu tệp ghi {stated} dòng nhưng tệp có {count} dòng.",
    )
    root = root_of(result.leaves)
    report.check(
        result.header["root"] == root,
        "Mã gốc tính lại từ các dòng trùng với mã ghi ở đầu tệp.",
        f"Mã gốc tính lại từ các dòng là {root}, khác mã ghi ở đầu tệp.",
    )


def check_secret(report: Report, header: dict[str, Any]) -> None:
    if header["secret"] is None:
        report.say(SKIPPED, "Mã bí mật chưa công bố nên chưa đối chiếu được với cam kết.")
        return
    report.check(
        sha256(header["secret"].encode("utf-8")).hex() == header["seed_commitment"],
        "Mã bí mật đúng với cam kết công bố trước khi vòng thi mở.",
        "Mã bí mật không đúng với cam kết ghi ở đầu tệp.",
    )


def check_noted(report: Report, name: str, in_file: str, noted: str | None, option: str) -> None:
    """Compare a code of the file with the one somebody noted elsewhere."""
    if noted is None:
        advice = f"Hãy so với mã bạn có từ nơi khác (tùy chọn {option})"
        report.say(SKIPPED, f"{name} trong tệp là {in_file}. {advice}.")
        return
    report.check(
        noted.strip().lower() == in_file,
        f"{name} trong tệp trùng với mã bạn đưa vào.",
        f"{name} trong tệp là {in_file}, khác mã bạn đưa vào.",
    )


# -- Biên nhận và bài thi của một người / one person's receipt and paper ---------------------------


def check_receipt(report: Report, result: Result, code: str) -> None:
    """That a receipt stands in the result, with the hashes that prove it."""
    found = result.find("receipt", code)
    if found is None:
        hint = ""
        if result.header["kind"] != "close":
            hint = " Tệp này chỉ có lượt được tính; hãy tìm các lượt khác trong tệp chốt bài thi."
        report.say(FAILED, f"Không có biên nhận {code} trong tệp.{hint}")
        return
    index, row = found
    path = path_of(result.leaves, index)
    about = f", hạng {row['rank']}, {row['points']} điểm" if "rank" in row else ""
    report.check(
        climb(result.leaves[index], path) == result.header["root"],
        f"Biên nhận {code} ở dòng {index + 2}{about}; {len(path)} mã băm dẫn tới mã gốc:",
        f"Biên nhận {code} ở dòng {index + 2}, nhưng các mã băm của dòng không dẫn tới mã gốc:",
    )
    print(f"    dòng  {result.leaves[index].hex()}")
    for is_left, other in path:
        print(f"    {'trái' if is_left else 'phải'}  {other.hex()}")


def check_paper(report: Report, result: Result, paper: dict[str, Any], code: str | None) -> None:
    """Draw, score and receipt of one attempt, and its line in the result."""
    attempt, header = paper["canonical"], result.header
    report.check(
        (attempt["entry"], attempt["number"], attempt["round"])
        == (paper["entry"], paper["number"], header["round"]),
        f"Bài thi là của vòng này: hồ sơ {attempt['entry']}, lượt {attempt['number']}.",
        "Bài thi không phải của vòng này, hoặc ghi hai mã hồ sơ hay hai số lượt khác nhau.",
    )
    check_draw(report, header["secret"], paper)
    points, correct, total = score(attempt, paper["answers_key"], with_decisions=False)
    again = f"Chấm lại theo đáp án gốc được {points} điểm, đúng {correct}/{total} câu"
    report.check(
        (points, correct) == (attempt["points"], attempt["correct"]),
        f"{again}, như kết quả lúc nộp bài.",
        f"{again}; lúc nộp bài ghi {attempt['points']} điểm, đúng {attempt['correct']} câu.",
    )
    receipt = receipt_of(attempt)
    report.check(
        code is None or code == receipt,
        f"Biên nhận tính lại từ bài thi: {receipt}.",
        f"Biên nhận tính lại từ bài thi là {receipt}, khác biên nhận bạn đưa vào.",
    )
    check_row(report, result, paper, receipt)


def check_draw(report: Report, secret: str | None, paper: dict[str, Any]) -> None:
    if secret is None:
        report.say(SKIPPED, "Chưa bốc lại được đề thi vì mã bí mật chưa công bố.")
        return
    report.check(
        draw(secret, paper) == paper["canonical"]["paper"],
        "Đề thi bốc lại từ mã bí mật trùng với đề đã làm: cùng câu, cùng thứ tự, cùng phương án.",
        "Đề thi bốc lại từ mã bí mật khác với đề đã làm.",
    )
    pools = sha256(canonical([paper["lines"], paper["pools"]])).hex()
    print(f"    Dấu vân tay của kho câu hỏi, mọi người cùng bảng phải như nhau: {pools}")


def check_row(report: Report, result: Result, paper: dict[str, Any], receipt: str) -> None:
    """That the line in the file says the same as the paper."""
    attempt, is_close = paper["canonical"], result.header["kind"] == "close"
    found = result.find("attempt", attempt["attempt"])
    if found is None:
        status = FAILED if is_close else SKIPPED  # kết quả chỉ có lượt được tính của mỗi người
        report.say(status, f"Lượt {attempt['attempt']} không có dòng nào trong tệp.")
        return
    line, row = found[0] + 2, found[1]
    right = {"receipt": receipt, "submitted_at": attempt["submitted_at"]}
    right.update(number_of(attempt) if is_close else result_of(paper))
    faults = Faults()
    for name, value in right.items():
        if row[name] != value:
            faults.add(line, f"{name} ghi {shown(row[name])}, đúng là {shown(value)}")
    lost = 0 if is_close else attempt["elapsed_ms"] - row["elapsed_ms"]
    if lost < 0:  # thời gian gián đoạn chỉ được trừ bớt, không bao giờ cộng thêm
        faults.add(line, "thời gian làm bài dài hơn trong biên nhận")
    report.faults(faults, f"Dòng {line} trong tệp đúng với bài thi này.", "Dòng của bài thi này")
    # Những điều dựa vào quyết định, không tính lại được ở đây.
    if lost > 0:
        print(f"    Thời gian gián đoạn đã được trừ theo quyết định: {lost} mili giây.")
    if row["entry"] != attempt["entry"]:
        print(f"    Lượt này được tính cho hồ sơ {row['entry']} theo quyết định gộp hồ sơ.")
    if paper.get("essay_points"):
        print(f"    Trong đó {paper['essay_points']} điểm tự luận do ban giám khảo chấm.")


def number_of(attempt: dict[str, Any]) -> dict[str, Any]:
    return {"entry": attempt["entry"], "number": attempt["number"]}


def result_of(paper: dict[str, Any]) -> dict[str, Any]:
    """What a final row must say of the paper, after the decisions in force."""
    attempt, identity = paper["canonical"], paper.get("identity")
    points, correct, total = score(attempt, paper["answers_key"], with_decisions=True)
    right = {
        "points": points + (paper.get("essay_points") or 0),
        "correct": correct,
        "is_perfect": correct == total,
        "prediction": attempt["prediction"],
    }
    if identity is not None:
        who = {name: identity[name] for name in ("name", "unit", "salt")}
        right["person"] = sha256(canonical(who)).hex()
    return right


def read_paper(path: str) -> dict[str, Any]:
    """The paper file; raises ``ValueError`` when its result has not the right form."""
    with open(path, encoding="utf-8-sig") as file:
        paper: dict[str, Any] = json.load(file)
    attempt = {name: paper["canonical"][name] for name in ATTEMPT}
    if fault := form_fault(attempt, ATTEMPT):
        raise ValueError(fault)
    return paper


# -- Chạy / run ------------------------------------------------------------------------------------


def run(report: Report, options: argparse.Namespace) -> None:
    """All checks asked for on the command line."""
    code = options.receipt.strip().upper() if options.receipt else None
    paper = attempt = None
    if options.paper:
        try:
            paper = read_paper(options.paper)
            attempt = paper["canonical"]["attempt"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            report.say(FAILED, f"Không đọc được tệp bài thi {options.paper}: {error!r}.")
    try:
        result = check_result(report, options.results, code, attempt)
    except OSError as error:
        report.say(FAILED, f"Không đọc được tệp kết quả {options.results}: {error}.")
        return
    if result is None:
        return
    header = result.header
    check_noted(report, "Mã gốc", header["root"], options.root, "--root")
    check_noted(report, "Cam kết", header["seed_commitment"], options.commitment, "--commitment")
    if code:
        check_receipt(report, result, code)
    if paper is not None:
        try:
            check_paper(report, result, paper, code)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            report.say(FAILED, f"Tệp bài thi thiếu hoặc sai nội dung: {error!r}.")


def main() -> int:
    if hasattr(sys.stdout, "reconfigure"):  # Windows
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    parser = argparse.ArgumentParser(description="Kiểm tra kết quả đã công bố của một vòng thi.")
    parser.add_argument("results", help="tệp kết quả tải từ trang vòng thi (results.jsonl)")
    parser.add_argument("--receipt", help="biên nhận của bạn, ví dụ 7QKM-4D9X-H3TR-2WBV")
    parser.add_argument("--paper", help="tệp bài thi của bạn (my-paper.json)")
    parser.add_argument("--root", help="mã gốc bạn có từ biên bản hoặc trang công bố")
    parser.add_argument("--commitment", help="cam kết bạn ghi lại trước khi vòng thi mở")
    report = Report()
    run(report, parser.parse_args())
    passed, failed, skipped = (report.counts[status] for status in (PASSED, FAILED, SKIPPED))
    verdict = "CÓ CHỖ KHÔNG ĐÚNG" if failed else "mọi điều đã kiểm đều đúng"
    print(f"\nKết luận: {verdict} ({passed} đạt, {failed} không đạt, {skipped} chưa kiểm).")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
