"""Changing a published round: what still may change, and the amendment that tells everybody."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from contest import phases
from contest.audit import record
from contest.conduct.decisions import locked, require_not_final, require_reason
from contest.drafts import (
    COLUMNS,
    PrizeDraft,
    RoundDraft,
    apply_draft,
    draft_of,
    settings_of,
)
from contest.errors import CannotPublish, ContestError
from contest.events import round_changed
from contest.models import Division, Round, RulesVersion
from contest.phases import answers_are_in
from contest.proofs import canonical
from contest.regrading.services import ChangedMeanwhile
from contest.rounds import freeze_pools, reasons_not_to_publish
from contest.rules.versions import write_version
from contest.visibility import Names, Shown, result_visible, solutions_visible

NAMES = {
    "title": "tên vòng thi",
    "opens_at": "giờ mở",
    "closes_at": "giờ đóng",
    "weekdays": "các ngày trong tuần",
    "daily_from": "giờ bắt đầu trong ngày",
    "daily_to": "giờ kết thúc trong ngày",
    "time_limit_s": "thời gian làm bài",
    "attempts_allowed": "số lượt",
    "shuffles_questions": "thứ tự câu hỏi",
    "shuffles_choices": "thứ tự phương án",
    "requires_all": "yêu cầu trả lời đủ",
    "prediction_target": "câu dự đoán",
    "essay_prompt": "câu tự luận",
    "essay_points": "điểm câu tự luận",
    "admits_from": "điều kiện vào vòng",
    "admits_top": "số người vào vòng",
    "ranking_keys": "tiêu chí xếp hạng",
    "prizes_need_perfect": "điều kiện nhận giải",
    "results_shown": "lúc cho xem điểm",
    "solutions_shown": "lúc mở đáp án",
    "board_shown": "cách mở bảng xếp hạng",
    "frozen_at": "lúc đóng băng bảng xếp hạng",
    "names_shown": "cách ghi tên",
    "extra_rules": "quy định khác",
    "lines": "cấu trúc đề thi",
    "prizes": "giải thưởng",
}
SEEN_OTHERWISE = (
    "Trong lúc bạn sửa, vòng thi đã được sửa đổi. Phần dưới giữ những gì bạn đã nhập; hãy so với "
    "thông số hiện nay rồi xem trước lại."
)
# People rely on everything else from the first attempt on.
WHILE_OPEN = {
    "title", "results_shown", "solutions_shown", "board_shown", "frozen_at", "names_shown",
    "extra_rules", "prizes",
}  # fmt: skip
# What may only be moved one way: nobody is shown less than was promised about names, nor is a
# key given away sooner than people were told.
_LATER = [Shown.AT_ONCE, Shown.AFTER_CLOSE, Shown.AFTER_FINAL]
_ONLY_ONWARDS: dict[str, list[Any]] = {
    "results_shown": _LATER,
    "solutions_shown": _LATER,
    "names_shown": [Names.FULL, Names.SHORTENED, Names.HIDDEN],
}
_BACKWARDS = {
    "results_shown": "Chỉ dời được lúc cho xem điểm sang muộn hơn.",
    "solutions_shown": "Chỉ dời được lúc mở đáp án sang muộn hơn.",
    "names_shown": "Chỉ đổi được cách ghi tên sang kín đáo hơn: người dự thi đã căn cứ vào đó.",
}


def changed_settings(round: Round, draft: RoundDraft) -> list[str]:
    """Names of settings, as on ``RoundDraft``, in which the draft differs from the round."""
    now = draft_of(round)
    names = [*COLUMNS, "lines", "prizes"]
    return [name for name in names if _plain(now, name) != _plain(draft, name)]


def _plain(draft: RoundDraft, name: str) -> Any:
    value = getattr(draft, name)
    return list(value) if isinstance(value, list | tuple) else value


def changeable(round: Round, now: datetime) -> set[str]:
    """Names of the settings that could be changed at ``now``, some of them in one way only."""
    if now < round.opens_at:
        return {*COLUMNS, "lines", "prizes"}
    standing = _shown(round, now)
    if now >= min(round.frozen_at or round.closes_at, round.closes_at):
        standing.add("frozen_at")
    return WHILE_OPEN - standing


def refusals(round: Round, draft: RoundDraft, now: datetime) -> list[str]:
    """Why these changes cannot be made at ``now``, in Vietnamese; empty when they can."""
    if now < round.opens_at:
        return _window_refusals(draft, now)
    changed = changed_settings(round, draft)
    found = [
        f"Vòng thi đã mở nên không đổi được {NAMES[name]}."
        + (" Hãy dùng “Gia hạn vòng thi” ở trang Điều hành." if name == "closes_at" else "")
        for name in changed
        if name not in WHILE_OPEN
    ]
    for name, order in _ONLY_ONWARDS.items():
        if name in changed and order.index(getattr(draft, name)) < order.index(
            getattr(round, name)
        ):
            found.append(_BACKWARDS[name])
    found += [
        f"{NAMES[name].capitalize()} đã qua nên không đổi được nữa."
        for name in changed
        if name in _shown(round, now)
    ]
    if "frozen_at" in changed:
        found += _freeze_refusals(round, draft, now)
    if "prizes" in changed and not _keeps_prizes(round, draft):
        found.append(
            "Chỉ được tăng số giải, sửa giá trị giải hoặc thêm giải ở cuối danh sách; các giải đã "
            "công bố phải giữ nguyên."
        )
    return found


def _window_refusals(draft: RoundDraft, now: datetime) -> list[str]:
    """What a round that has not opened may not be changed to."""
    if draft.opens_at <= now:
        return ["Giờ mở mới phải ở sau lúc này."]
    if draft.closes_at <= draft.opens_at:
        return ["Giờ đóng phải sau giờ mở vòng thi."]
    if draft.frozen_at is not None and not draft.opens_at < draft.frozen_at <= draft.closes_at:
        return ["Lúc đóng băng phải sau giờ mở và không muộn hơn giờ đóng vòng thi."]
    return []


def _shown(round: Round, now: datetime) -> set[str]:
    """Settings whose moment has come for everybody: a round whose solutions were open must never
    look as if they were still closed."""
    seen = round.visibility
    is_shown = {
        "results_shown": result_visible(seen, now) and answers_are_in(seen.window, now),
        "solutions_shown": solutions_visible(seen, now, may_try_again=True),
    }
    return {name for name, was_shown in is_shown.items() if was_shown}


def _freeze_refusals(round: Round, draft: RoundDraft, now: datetime) -> list[str]:
    if round.frozen_at is not None and now >= round.frozen_at:
        return ["Bảng xếp hạng đã đóng băng; chỉ mở lại bằng lễ công bố kết quả."]
    if draft.frozen_at is not None and not now < draft.frozen_at <= round.closes_at:
        return ["Lúc đóng băng cần ở sau lúc này và không muộn hơn giờ đóng vòng thi."]
    return []


def _keeps_prizes(round: Round, draft: RoundDraft) -> bool:
    """Whether every announced prize is still there, as many times at least, for the same people
    and in its place: prizes are handed out in the order of the list."""
    announced = draft_of(round).prizes
    return len(draft.prizes) >= len(announced) and all(
        _of(new) == _of(old) and new.count >= old.count
        for old, new in zip(announced, draft.prizes, strict=False)
    )


def _of(prize: PrizeDraft) -> tuple[str, Division | None, str, str]:
    return prize.name, prize.division, prize.measure, prize.block


def preview(*, round: Round, draft: RoundDraft, now: datetime) -> list[str]:
    """The sentences of the amendment these changes would make, none when the rules read the same;
    nothing is kept. Expects changes without ``refusals``."""
    with transaction.atomic():
        mark = transaction.savepoint()
        held = locked(round)
        apply_draft(held, draft)
        version = write_version(round=held, actor=None, reason="", now=now)
        sentences = list(version.changes) if version else []
        transaction.savepoint_rollback(mark)
    return sentences


def fingerprint(round: Round) -> str:
    """Names the settings as they are now, hexadecimal."""
    return hashlib.sha256(canonical(settings_of(round))).hexdigest()


@transaction.atomic
def change_round(
    *, actor: User, round: Round, draft: RoundDraft, reason: str, now: datetime, seen: str = ""
) -> RulesVersion | None:
    """Change a published round and publish the amendment; None when nothing changed.

    Before the round opens everything may change (the pools are frozen anew, the commitment
    stays); afterwards only what ``refusals`` allows. ``seen``: ``fingerprint`` of what the person
    changed, where they looked at it before. Raises ``ContestError`` with every reason,
    ``ChangedMeanwhile`` when it is no longer that.
    """
    said, round = require_reason(reason), locked(round)
    if round.published_at is None:
        raise ContestError("Vòng thi chưa công bố; hãy sửa ở bản nháp.")
    require_not_final(round)
    if seen and seen != fingerprint(round):
        raise ChangedMeanwhile(SEEN_OTHERWISE)
    if found := refusals(round, draft, now):
        raise ContestError(" ".join(found))
    changed = changed_settings(round, draft)
    if not changed:
        return None
    before = settings_of(round)
    apply_draft(round, draft)
    if phases.state(round.window, now) == phases.State.SCHEDULED:
        if reasons := reasons_not_to_publish(round, now):
            raise CannotPublish(reasons)
        freeze_pools(round)
    version = write_version(round=round, actor=actor, reason=said, now=now)
    record(
        actor=actor,
        action="change_round",
        subject=f"round:{round.pk}",
        reason=said,
        before={name: before[name] for name in changed},
        after={name: settings_of(round)[name] for name in changed},
    )
    round_changed(round.pk)
    return version
