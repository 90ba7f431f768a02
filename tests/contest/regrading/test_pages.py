"""Correcting a question through the console."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from contest.drafts import LineDraft
from contest.duties import grant_organiser
from contest.models import Attempt, Decision, Entry, Prize, Round
from contest.regrading.questions import round_half
from contest.regrading.services import Proposal, apply_regrade
from contest.results.corrections import open_correction, sign_correction
from contest.results.finalising import finalise_round
from contest.results.prizegiving import latest_table
from contest.rulings import CREDIT
from quizzes.models import QuestionVersion
from quizzes.versions import version_texts
from tests.conftest import empty_cache
from tests.contest.regrading.sitting import sit, text
from tests.factories import make_person, make_question, make_round, stored

WHY = {"reason": "Câu hỏi in sai"}


def url(name: str, round: Round, *more: int) -> str:
    return reverse(f"contest:{name}", args=[round.pk, *more])


def seen_in(response: Any) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', response.content.decode())
    assert found is not None
    return found[1]


def hidden_in(response: Any) -> dict[str, list[str]]:
    """What the preview sends when it is applied, but for the reason."""
    sent: dict[str, list[str]] = {}
    for field in re.findall(r'<input type="hidden"[^>]*>', response.content.decode()):
        name, value = re.search(r'name="([^"]*)"', field), re.search(r'value="([^"]*)"', field)
        assert name is not None
        sent.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    return sent


@pytest.fixture
def both(attempt: Attempt, full_marks: Attempt) -> None:
    """Two people: five and four of five."""


# -- Who may come in -----------------------------------------------------------------------------


def test_strangers_correct_nothing(
    tai_client: Client, reviewing: Client, client: Client, over: Round, wrong_one: int
) -> None:
    for visitor in (tai_client, reviewing):
        assert visitor.get(url("regrades", over)).status_code == 403
        assert visitor.get(url("regrade", over, wrong_one)).status_code == 403
        typed = {"verdict": "credit", **WHY}
        assert visitor.post(url("apply_regrade", over, wrong_one), typed).status_code == 403
        assert visitor.post(url("undo_regrade", over, 1), WHY).status_code == 403
    assert client.get(url("regrades", over)).status_code == 302
    assert not Decision.objects.exists()


def test_questions_of_other_rounds_are_not_there(desk: Client, over: Round) -> None:
    programme = QuestionVersion.objects.all()[0].question.programme
    stranger = make_question(programme, "03-999")
    assert desk.get(url("regrade", over, stranger.pk)).status_code == 404
    assert desk.get(url("undo_regrade", over, 1)).status_code == 405
    assert desk.post(url("undo_regrade", over, 1), WHY).status_code == 404


# -- Finding the question ------------------------------------------------------------------------


def test_the_list_says_how_many_had_it_and_got_it_right(
    desk: Client, over: Round, both: None, wrong_one: int
) -> None:
    version = QuestionVersion.objects.get(pk=wrong_one)
    key = version_texts([wrong_one])[wrong_one].answer[0]
    page = text(desk.get(url("regrades", over), {"q": version.question.code}))
    assert "1 câu." in page
    assert "2 lượt có câu này, 1 lượt được tính đúng (50%)" in page
    assert f"Đáp án: {key.upper()}." in page
    assert "5 câu." in text(desk.get(url("regrades", over), {"q": "CAU hoi"}))
    assert "Không có câu nào khớp" in text(desk.get(url("regrades", over), {"q": "zebra"}))


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(0, 0, 0), (100, 3, 33), (200, 3, 67), (100, 2, 50), (1, 2, 1)]
)
def test_shares_are_whole_numbers(part: int, whole: int, share: int) -> None:
    assert round_half(part, whole) == share


def test_people_on_duty_are_not_counted(
    desk: Client, ha: User, over: Round, both: None, wrong_one: int, opened: datetime
) -> None:
    sit(ha, over, opened, wrong=wrong_one)
    assert "2 lượt có câu này, 1 lượt được tính đúng" in text(desk.get(url("regrades", over)))


def test_what_was_answered_is_on_the_page(
    desk: Client, over: Round, both: None, wrong_one: int
) -> None:
    page = desk.get(url("regrade", over, wrong_one)).content.decode()
    rows = re.findall(r"<tr><td>([A-D])\. .*?</td><td class=\"n\">(\d+)</td>", page)
    assert {count for _, count in rows} == {"1"}
    key = version_texts([wrong_one])[wrong_one].answer[0]
    assert key.upper() in {letter for letter, _ in rows}
    assert len(rows) == 2


# -- Deciding ------------------------------------------------------------------------------------


def test_q4_preview_apply_undo(
    desk: Client, tai: User, over: Round, both: None, wrong_one: int
) -> None:
    """The happy path: look, apply, see it in the list, take it back."""
    typed = {"verdict": "credit", **WHY}
    looked = desk.post(url("regrade", over, wrong_one), typed)
    page = text(looked)
    assert looked.status_code == 200
    assert "Cộng điểm cho mọi người có câu này" in page
    assert "Lục Văn Tài Phường Thục Phán 4 → 5 2 → 1" in page
    assert "Hoàng Thị Yến" not in page  # nothing changes for her
    assert "Phường Thục Phán 4 → 5" in page
    assert "câu dự đoán: từ 1 thành 2" in page
    assert not Decision.objects.exists()
    assert Entry.objects.get(user=tai).points == 4

    done = {**typed, "seen": seen_in(looked)}
    page = text(desk.post(url("apply_regrade", over, wrong_one), done, follow=True))
    assert "Đã áp dụng quyết định" in page
    assert "Đang có hiệu lực" in page
    assert "Câu hỏi in sai" in page
    assert Entry.objects.get(user=tai).points == 5

    page = text(desk.get(url("regrade", over, wrong_one)))
    assert "Đã quyết định về câu này Cộng điểm cho mọi người có câu này" in page
    page = text(desk.get(url("conduct", over)))
    assert ": Cộng điểm cho mọi người có câu này" in page

    decision = Decision.objects.get()
    blank = desk.post(url("undo_regrade", over, decision.pk), {"reason": " "})
    assert blank.status_code == 422
    assert "Hãy ghi lý do" in text(blank)
    undone = {"reason": "Nhầm câu"}
    page = text(desk.post(url("undo_regrade", over, decision.pk), undone, follow=True))
    assert "Đã thu hồi" in page
    assert "Nhầm câu" in page
    assert Entry.objects.get(user=tai).points == 4
    again = desk.post(url("undo_regrade", over, decision.pk), undone)
    assert "đã được thu hồi trước đó" in text(again)


def test_what_is_wrong_is_said_and_what_was_typed_stays(
    desk: Client, over: Round, both: None, wrong_one: int
) -> None:
    key = version_texts([wrong_one])[wrong_one].answer[0]
    response = desk.post(url("regrade", over, wrong_one), WHY)
    assert response.status_code == 422
    assert "Hãy chọn cách xử lý câu hỏi" in text(response)
    assert "Câu hỏi in sai" in text(response)
    typed = {"verdict": "accept", "keys": [key], **WHY}
    response = desk.post(url("regrade", over, wrong_one), typed)
    assert "Đáp án này vốn đã đúng" in text(response)
    assert re.search(f'value="{key}"[^>]*checked', response.content.decode())
    response = desk.post(url("regrade", over, wrong_one), {"verdict": "accept", **WHY})
    assert "Hãy chọn đáp án được chấp nhận thêm" in text(response)
    response = desk.post(url("regrade", over, wrong_one), {"verdict": "drop", "reason": ""})
    assert "Hãy ghi lý do" in text(response)
    response = desk.post(url("apply_regrade", over, wrong_one), {"verdict": "drop"})
    assert (response.status_code, "Hãy ghi lý do" in text(response)) == (422, True)
    back = desk.post(url("regrade", over, wrong_one), {"verdict": "drop", "change": "1", **WHY})
    assert (back.status_code, "Câu hỏi in sai" in text(back)) == (200, True)
    assert not Decision.objects.exists()


def test_q5_accepting_a_further_answer(
    desk: Client, tai: User, over: Round, both: None, wrong_one: int, number: int
) -> None:
    kept = stored(Attempt.objects.get(entry__user=tai))
    item = kept.paper[number - 1]
    given = item["c"]["abcd".index(kept.answers[str(number)][0])]
    typed = {"verdict": "accept", "keys": [given], **WHY}
    looked = desk.post(url("regrade", over, wrong_one), typed)
    assert f"Chấp nhận thêm đáp án: “{given.upper()}." in text(looked)
    desk.post(url("apply_regrade", over, wrong_one), {**hidden_in(looked), **WHY})
    assert Decision.objects.get().data["accepted"] == [[given]]
    assert Entry.objects.get(user=tai).points == 5
    empty_cache()
    assert "2 lượt được tính đúng (100%)" in text(desk.get(url("regrades", over)))


def test_a_sequence_is_accepted_as_a_whole(
    desk: Client, ha: User, tai: User, over: Round, opened: datetime
) -> None:
    programme = QuestionVersion.objects.all()[0].question.programme
    version = make_question(programme, "03-900", type="order", answer=tuple("abcd"))
    round = make_round(ha, opened, contest=over.contest, lines=_all_of(programme))
    attempt = sit(tai, round, opened, wrong=version.pk)  # the wrong way round
    assert attempt.points == 5
    some = {"verdict": "accept", "place_1": "d", "place_2": "c", **WHY}
    refused = desk.post(url("regrade", round, version.pk), some)
    assert (refused.status_code, "Có đáp án không nằm" in text(refused)) == (422, True)
    whole = {**some, "place_3": "b", "place_4": "a"}
    twice = desk.post(url("regrade", round, version.pk), {**whole, "place_4": "d"})
    assert "chỉ được chọn một lần" in text(twice)
    looked = desk.post(url("regrade", round, version.pk), whole)
    assert "03-900 D → 03-900 C → 03-900 B → 03-900 A" in text(looked)
    done = {**hidden_in(looked), **WHY}
    assert desk.post(url("apply_regrade", round, version.pk), done).status_code == 302
    assert stored(attempt).points == 6


def _all_of(programme: Any) -> Any:
    return [LineDraft(programme, "", 6, 1)]


def test_a_preview_that_is_no_longer_true_is_shown_afresh(
    desk: Client, ha: User, over: Round, both: None, wrong_one: int, now: datetime
) -> None:
    typed = {"verdict": "credit", **WHY}
    seen = seen_in(desk.post(url("regrade", over, wrong_one), typed))
    other = QuestionVersion.objects.filter(pool_members__round=over).exclude(pk=wrong_one)[0]
    proposed = Proposal(other.pk, CREDIT)
    apply_regrade(actor=ha, round=over, proposed=proposed, reason="x", now=now)
    response = desk.post(url("apply_regrade", over, wrong_one), {**typed, "seen": seen})
    assert response.status_code == 409
    assert "Từ lúc xem trước đã có bài mới nộp" in text(response)
    assert "Câu hỏi in sai" in text(response)
    assert Decision.objects.count() == 1
    fresh = {**typed, "seen": seen_in(response)}
    assert desk.post(url("apply_regrade", over, wrong_one), fresh).status_code == 302
    # Somebody else's verdict under an old preview is another proposal.
    swapped = {"verdict": "drop", **WHY, "seen": fresh["seen"]}
    assert desk.post(url("apply_regrade", over, wrong_one), swapped).status_code == 409


# -- After the final result ----------------------------------------------------------------------


def test_r8_after_the_final_result_the_page_says_what_a_correction_is(
    desk: Client, ha: User, over: Round, both: None, wrong_one: int, now: datetime
) -> None:
    Round.objects.filter(pk=over.pk).update(finalised_at=now)
    for page in (url("regrades", over), url("regrade", over, wrong_one)):
        said = text(desk.get(page))
        assert "Kết quả chính thức đã công bố nên không thay đổi được nữa" in said
        assert "đính chính" in said
    typed = {"verdict": "credit", **WHY}
    refused = text(desk.post(url("regrade", over, wrong_one), typed))
    assert "không thay đổi được nữa" in refused
    assert "Xem trước thay đổi" not in refused
    desk.post(url("apply_regrade", over, wrong_one), typed)
    assert not Decision.objects.exists()


def test_prizes_that_would_change_hands_are_those_the_correction_gives(
    desk: Client, ha: User, yen: User, tai: User, over: Round, wrong_one: int, opened: datetime,
    now: datetime,
) -> None:  # fmt: skip
    """With five points each the one who predicted the new truth wins, not the one of before."""
    Prize.objects.create(round=over, position=1, name="Giải Nhất", count=1)
    sit(yen, over, opened, predicts=1)
    sit(tai, over, opened, wrong=wrong_one, predicts=2)
    finalise_round(actor=ha, round=over, now=now)
    page = url("regrade", over, wrong_one)
    typed = {"verdict": "credit", **WHY}
    open_correction(actor=ha, round=over, reason="Câu sai", now=now)
    looked = desk.post(page, typed)
    said = text(looked)
    assert "Hoàng Thị Yến Xã Trùng Khánh Giải Nhất không có giải" in said
    assert "Lục Văn Tài Phường Thục Phán không có giải Giải Nhất" in said
    winners = _winners(over)
    assert winners == {yen.pk: "Giải Nhất"}  # looking changed nothing

    desk.post(url("apply_regrade", over, wrong_one), {**typed, "seen": seen_in(looked)})
    second = make_person("second", "Đàm Văn Ký")
    grant_organiser(user=second)
    sign_correction(actor=second, round=over, now=now)
    assert _winners(over) == {tai.pk: "Giải Nhất"}


def _winners(round: Round) -> dict[int | None, str]:
    result = latest_table(round)
    assert result is not None
    return dict(result.rows.exclude(prize="").values_list("entry__user", "prize"))


def test_no_prize_moves_when_nothing_changes(
    desk: Client, ha: User, over: Round, both: None, wrong_one: int, now: datetime
) -> None:
    Prize.objects.create(round=over, position=1, name="Giải Nhất", count=1)
    finalise_round(actor=ha, round=over, now=now)
    open_correction(actor=ha, round=over, reason="Câu sai", now=now)
    typed = {"verdict": "drop", **WHY}
    other = QuestionVersion.objects.filter(pool_members__round=over).exclude(pk=wrong_one)[0]
    assert "Không có giải nào đổi người" in text(desk.post(url("regrade", over, other.pk), typed))
