"""Audit records in Vietnamese: what was done, and which fields were what before and after."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import TextChoices

from accounts.models import Affiliation, Unit
from contest import wording
from contest.forms.hours import WEEKDAYS
from contest.forms.ranking import KEY_NAMES
from contest.integrity.evidence import HEADINGS
from contest.irregularities.records import Kind as Finding
from contest.models import Appeal, AuditRecord, Contest, Irregularity, Prize, Round
from contest.regrading.decided import VERDICT_NAMES
from quizzes.models import QuestionVersion

_DECIDED = {
    "extend": "Gia hạn vòng thi",
    "extra_time": "Thêm giờ cho một người",
    "outage": "Bù thời gian gián đoạn",
    "disqualify": "Hủy kết quả",
    "hide_name": "Ẩn tên",
    "merge": "Gộp tài khoản",
    "regrade": "Chấm lại câu hỏi",
}
ACTION_NAMES = {
    "create_contest": "Tạo cuộc thi",
    "update_contest": "Sửa thông tin cuộc thi",
    "clone_contest": "Nhân bản cuộc thi",
    "add_division": "Thêm bảng",
    "change_division": "Sửa bảng",
    "move_division": "Đổi thứ tự các bảng",
    "remove_division": "Bỏ bảng",
    "exclude_person": "Ghi người không xếp hạng",
    "readmit_person": "Bỏ ghi người không xếp hạng",
    "create_round": "Tạo bản nháp",
    "update_round": "Sửa bản nháp",
    "publish_round": "Công bố vòng thi",
    "change_round": "Sửa vòng thi đã công bố",
    **_DECIDED,
    **{f"undo_{kind}": f"Thu hồi: {name}" for kind, name in _DECIDED.items()},
    "resume": "Tiếp tục vòng thi",
    "announce": "Gửi thông báo",
    "withdraw_announcement": "Gỡ thông báo",
    "answer_inquiry": "Trả lời câu hỏi của người dự thi",
    "accept_appeal": "Chấp nhận phúc khảo",
    "reject_appeal": "Không chấp nhận phúc khảo",
    "mark_essay": "Chấm câu tự luận",
    "judge_irregularity": "Kết luận về điều bất thường",
    "finalise_round": "Chốt kết quả",
    "open_correction": "Mở đính chính kết quả",
    "sign_correction": "Ký bản đính chính",
    "drop_correction": "Bỏ bản đính chính",
    "start_reveal": "Bắt đầu lễ công bố",
    "finish_reveal": "Công bố kết quả tại lễ",
    "export_dossier": "Tải hồ sơ kết quả",
    "export_audit": "Tải nhật ký",
}
_PAUSE = "Tạm dừng vòng thi"
# Actions to choose from: a pause is stored as an outage, so both are found together.
ACTION_CHOICES = {
    **ACTION_NAMES,
    **{key: f"{ACTION_NAMES[key]}; {_PAUSE.lower()}" for key in ("outage", "undo_outage")},
}

FIELD_NAMES = {
    # a contest
    "title": "Tên", "summary": "Giới thiệu", "issuer_parent": "Cơ quan cấp trên",
    "issuer": "Cơ quan tổ chức", "place": "Nơi ban hành", "profile": "Thể thức văn bản",
    "one_prize_per_person": "Mỗi người một giải", "has_table": "Có bảng tổng hợp các vòng",
    "who": "Đối tượng dự thi", "excluded_units": "Đơn vị không xếp hạng", "code": "Mã",
    "name": "Tên", "eligibility": "Đối tượng", "order": "Thứ tự", "role": "Vai trò",
    "from": "Từ", "weeks": "Số tuần dời", "units": "Đơn vị", "kinds": "Loại đơn vị",
    "memberships": "Tư cách", "min_age": "Tuổi thấp nhất", "max_age": "Tuổi cao nhất",
    # a round
    "opens_at": "Mở lúc", "closes_at": "Đóng lúc", "time_limit_s": "Thời gian làm bài",
    "attempts_allowed": "Số lượt mỗi người", "prediction_target": "Câu dự đoán",
    "weekdays": "Các ngày trong tuần", "daily_from": "Giờ thi từ", "daily_to": "Giờ thi đến trước",
    "shuffles_questions": "Đảo thứ tự câu hỏi", "shuffles_choices": "Đảo thứ tự phương án",
    "requires_all": "Phải trả lời đủ các câu", "essay_prompt": "Câu tự luận",
    "essay_points": "Điểm câu tự luận", "admits_from": "Người được vào", "admits_top": "Số người",
    "ranking_keys": "Tiêu chí xếp hạng", "results_shown": "Xem điểm",
    "solutions_shown": "Xem đáp án", "board_shown": "Bảng xếp hạng",
    "frozen_at": "Đóng băng từ", "names_shown": "Tên khi công khai",
    "extra_rules": "Quy định khác", "lines": "Cấu trúc đề", "prizes": "Giải thưởng",
    "seed_commitment": "Mã cam kết bốc đề", "programme": "Văn bản", "difficulty": "Độ khó",
    "count": "Số lượng", "points": "Điểm", "division": "Bảng", "measure": "Trao cho",
    "worth": "Giá trị", "block": "Khối thi đua",
    "prizes_need_perfect": "Giải chỉ trao cho người đúng tất cả các câu",
    # decisions
    "decision": "Quyết định số", "entry": "Số dự thi", "user": "Tài khoản số", "to": "Đến",
    "seconds": "Thời gian thêm", "extra_time_s": "Đang được thêm", "deadline": "Giờ nộp bài",
    "starts": "Bắt đầu gián đoạn", "ends": "Hết gián đoạn", "rank_key": "Có trên bảng xếp hạng",
    "is_name_hidden": "Tên đang ẩn", "kept": "Tài khoản giữ lại", "merged": "Tài khoản được gộp",
    "is_active": "Tài khoản dùng được", "username": "Tên đăng nhập",
    "version": "Phiên bản câu hỏi số", "verdict": "Cách xử lý", "accepted": "Đáp án nhận thêm",
    "attempts": "Số bài thay đổi", "attempt": "Bài thi số", "appeal": "Đơn phúc khảo số",
    "status": "Kết luận", "irregularity": "Mục bất thường số", "kind": "Loại",
    # notices, results, files
    "announcement": "Thông báo số", "text": "Nội dung", "inquiry": "Câu hỏi số",
    "answer": "Trả lời", "result": "Bản kết quả", "leaves": "Số dòng", "root": "Mã gốc",
    "truth": "Kết quả đúng của câu dự đoán", "mended": "Số bài được tính lại",
    "reveal_step": "Bước của lễ công bố", "steps": "Tổng số bước", "revealed_at": "Công bố lúc",
    "format": "Loại tệp", "number": "Số văn bản", "dated": "Ngày văn bản", "head": "Trưởng Ban",
    "secretary": "Thư ký", "members": "Ủy viên", "recipients": "Nơi nhận", "archive": "Nơi lưu",
    "words": "Từ tìm", "person": "Người làm", "action": "Việc", "subject": "Về",
    "since": "Từ ngày", "until": "Đến ngày",
}  # fmt: skip

# What a record is about: shown even where before and after agree.
_TELLS_WHICH = {
    "decision", "entry", "user", "version", "attempt", "appeal", "irregularity", "inquiry",
    "announcement", "kept", "merged",
}  # fmt: skip
_CHOICES: dict[str, tuple[type[TextChoices], ...]] = {
    "profile": (Contest.Profile,),
    "prediction_target": (Round.PredictionTarget,),
    "results_shown": (Round.ShownWhen,),
    "solutions_shown": (Round.ShownWhen,),
    "board_shown": (Round.BoardShown,),
    "names_shown": (Round.NamesShown,),
    "admits_from": (Round.AdmitsFrom,),
    "difficulty": (QuestionVersion.Difficulty,),
    "measure": (Prize.Measure,),
    "status": (Appeal.Status, Irregularity.Status),
    "kinds": (Unit.Kind,),
    "memberships": (Affiliation.Role,),
}
_LENGTHS = {"seconds", "extra_time_s", "time_limit_s"}
_AMOUNTS = {"points", "attempts", "leaves", "mended", "count", "steps", "weeks", "admits_top"}
_NAMED = {"entry", "user", "kept", "merged", "person"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_TIME = re.compile(r"\d\d:\d\d:\d\d")
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class People:
    """Who numbers stand for: names by the number of an entry, and of an account."""

    entries: Mapping[int, str] = field(default_factory=dict)
    users: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record by its name, before and after; ``NOTHING`` for none."""

    name: str
    before: str
    after: str


def action_name(action: str) -> str:
    """An action as people say it; the code of one nobody named."""
    return ACTION_NAMES.get(action, action)


def deed(record: AuditRecord) -> str:
    """What the record says was done; the outage that had no end yet is a pause."""
    name = action_name(record.action)
    if record.action not in ("outage", "undo_outage"):
        return name
    span = record.after if record.action == "outage" else record.before
    return name.replace(_DECIDED["outage"], _PAUSE) if span.get("ends", "") is None else name


def fields_of(record: AuditRecord, people: People) -> list[Field]:
    """What the record says was, and is since; what stayed the same is left out."""
    before, after = record.before, record.after
    keys = [*before, *(key for key in after if key not in before)]
    return [
        Field(
            FIELD_NAMES.get(key, key),
            in_words(key, before.get(key), people),
            in_words(key, after.get(key), people),
        )
        for key in keys
        if key in _TELLS_WHICH or before.get(key) != after.get(key)
    ]


def in_words(key: str, value: Any, people: People) -> str:
    """A value of the field ``key`` as people read it."""
    if key == "rank_key":
        return "Có" if value else "Không"
    if value is None or value in ("", [], {}):
        return _choice(key, "") if value == "" else NOTHING
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, dict):
        return "; ".join(
            f"{FIELD_NAMES.get(name, name)}: {in_words(name, part, people)}"
            for name, part in value.items()
            if part not in (None, "", [], {})
        )
    if isinstance(value, list):
        return _list(key, value, people)
    return _single(key, value, people)


def _list(key: str, value: list[Any], people: People) -> str:
    if key == "weekdays":
        return ", ".join(name for number, name in WEEKDAYS if int(number) in value)
    if key == "ranking_keys":
        return " → ".join(KEY_NAMES.get(each, each) for each in value)
    said = [in_words(key, each, people) for each in value]
    return " | ".join(said) if any(isinstance(each, dict) for each in value) else ", ".join(said)


def _single(key: str, value: str | float, people: People) -> str:
    if isinstance(value, str):
        return _text(key, value)
    if key in _LENGTHS:
        return wording.minutes(int(value))
    if key in _NAMED:
        names = people.entries if key == "entry" else people.users
        name = names.get(int(value), "")
        return f"{value} ({name})" if name else str(value)
    return wording.number(value) if key in _AMOUNTS else str(value)


def _text(key: str, value: str) -> str:
    if key == "verdict":
        return VERDICT_NAMES.get(value, value)
    if key == "action":
        return action_name(value)
    if key == "kind" and value in list(Finding):
        return HEADINGS[Finding(value)]
    if _MOMENT.match(value):
        return wording.at(datetime.fromisoformat(value))
    if found := _DAY.fullmatch(value):
        year, month, day = found.groups()
        return f"{day}/{month}/{year}"
    return value[:5] if _TIME.fullmatch(value) else _choice(key, value)


def _choice(key: str, value: str) -> str:
    """The label of a stored choice; what is no choice stays as it is."""
    for choices in _CHOICES.get(key, ()):
        if value in choices.values:
            return str(choices(value).label)
    return value or NOTHING


def searched_text(record: AuditRecord) -> str:
    """Everything of a record that words may be found in."""
    said = json.dumps([record.before, record.after], ensure_ascii=False)
    return f"{deed(record)} {record.actor_name} {record.reason} {said}"
