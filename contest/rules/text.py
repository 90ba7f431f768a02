"""The thể lệ of a round, said from the settings the engine executes. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from contest.rules.facts import Rules
from contest.rules.fairness import appeals, incidents, personal_data, proof
from contest.rules.outcome import order, prediction, prizes, shown
from contest.rules.sitting import attempts, hours, paper, scoring
from contest.rules.who import divisions, who


@dataclass(frozen=True, slots=True)
class Article:
    """One điều: sentences, then a list; ``ordered`` when its order means something."""

    title: str
    sentences: tuple[str, ...]
    items: tuple[str, ...] = ()
    ordered: bool = False

    @property
    def text(self) -> str:
        return " ".join(self.sentences)

    def to_json(self) -> dict[str, Any]:
        """As a version of the rules keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Article:
        """The article as it was written down."""
        return cls(
            stored["title"],
            tuple(stored["sentences"]),
            tuple(stored["items"]),
            stored["ordered"],
        )


def articles(rules: Rules) -> list[Article]:
    """The whole thể lệ, điều by điều; those that say nothing for this round are left out."""
    found = [
        Article("Đối tượng dự thi", *who(rules)),
        Article("Các bảng thi", *divisions(rules)),
        Article("Thời gian vòng thi", *hours(rules)),
        Article("Nội dung và thời gian làm bài", *paper(rules)),
        Article("Số lượt", *attempts(rules)),
        Article("Cách tính điểm", *scoring(rules)),
        Article("Câu dự đoán", *prediction(rules)),
        Article("Cách xếp hạng cá nhân", *order(rules), ordered=True),
        Article("Giải thưởng", *prizes(rules)),
        Article("Công bố điểm, đáp án và bảng xếp hạng", *shown(rules)),
        Article("Sự cố và vi phạm", *incidents(rules)),
        Article("Phúc khảo", *appeals(rules)),
        Article("Kiểm chứng kết quả", *proof(rules)),
        Article("Thông tin cá nhân", *personal_data(rules)),
        Article("Quy định khác của Ban Tổ chức", tuple(rules.extra.splitlines())),
    ]
    return [article for article in found if article.sentences]
