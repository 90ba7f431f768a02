"""Appeals through HTTP: making one, the own result, the public log, deciding."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from contest.drafts import LineDraft
from contest.models import Appeal, Attempt, Decision, Entry, Round
from contest.regrading.appeals import decide_appeal
from contest.visibility import Shown
from quizzes.models import Programme, QuestionVersion, VersionEvent
from tests.contest.regrading.sitting import sit, text
from tests.factories import make_question, make_round, stored, wrong_answer

WHY = "Mục 1 ghi khác với đáp án của câu này."
CITED = {"clause": "03-CTr/TU:1", "text": WHY}


def form(attempt: Attempt, number: int) -> str:
    return reverse("contest:appeal", args=[attempt.pk, number])


def result(attempt: Attempt) -> str:
    return reverse("contest:attempt", args=[attempt.pk])


def log(round: Round) -> str:
    return reverse("contest:appeals", args=[round.contest.slug, round.number])


def queue(round: Round, *more: int) -> str:
    return reverse(
        "contest:decide_appeal" if more else "contest:console_appeals", args=[round.pk, *more]
    )


@pytest.fixture
def made(tai_client: Client, attempt: Attempt, number: int) -> Appeal:
    tai_client.post(form(attempt, number), CITED)
    return Appeal.objects.select_related("round__contest").get()


# -- Making one ----------------------------------------------------------------------------------


def test_appealing_from_the_own_result(tai_client: Client, attempt: Attempt, number: int) -> None:
    page = tai_client.get(result(attempt))
    assert form(attempt, number) in page.content.decode()
    asked = text(tai_client.get(form(attempt, number)))
    assert f"Phúc khảo câu {number}" in asked
    assert "03-CTr/TU:1: Mục 1" in asked
    answered = tai_client.post(form(attempt, number), CITED)
    assert answered.headers["Location"] == f"{result(attempt)}#cau-{number}"
    said = text(tai_client.get(result(attempt)))
    assert "Đề nghị phúc khảo của bạn: đang xem xét" in said
    assert WHY in said
    assert form(attempt, number) not in tai_client.get(result(attempt)).content.decode()
    again = tai_client.post(form(attempt, number), CITED)
    assert (again.status_code, "đã đề nghị phúc khảo câu này" in text(again)) == (409, True)


def test_q2_the_form_shows_the_letters_of_the_own_paper(
    tai_client: Client, attempt: Attempt, number: int
) -> None:
    item = stored(attempt).paper[number - 1]
    choices = QuestionVersion.objects.get(pk=item["v"]).choices
    wording = {choice["key"]: choice["text"] for choice in choices}
    shown = " ".join(f"{'ABCD'[n]} {wording[key]}" for n, key in enumerate(item["c"]))
    assert shown in text(tai_client.get(form(attempt, number)))


def test_what_was_typed_stays_when_refused(
    tai_client: Client, attempt: Attempt, number: int
) -> None:
    response = tai_client.post(form(attempt, number), {**CITED, "text": "Sai <b>"})
    assert response.status_code == 422
    assert "Hãy viết rõ hơn" in text(response)
    assert "Sai &lt;b&gt;" in response.content.decode()
    response = tai_client.post(form(attempt, number), {"text": WHY})
    assert "Hãy chọn điều khoản trong danh sách" in text(response)
    assert WHY in text(response)
    assert not Appeal.objects.exists()


def test_strangers_appeal_against_nothing(
    yen_client: Client, client: Client, attempt: Attempt, number: int
) -> None:
    assert yen_client.get(form(attempt, number)).status_code == 404
    assert yen_client.post(form(attempt, number), CITED).status_code == 404
    assert client.post(form(attempt, number), CITED).status_code == 302
    assert not Appeal.objects.exists()


@pytest.mark.parametrize("number", [0, 6, 999])
def test_questions_there_are_not(tai_client: Client, attempt: Attempt, number: int) -> None:
    assert tai_client.get(form(attempt, number)).status_code == 404


def test_q1_nothing_leaks_before_solutions_are_open(
    tai_client: Client, client: Client, made: Appeal, attempt: Attempt, number: int
) -> None:
    """The form, the own result and the log speak of keys: all of them wait."""
    Round.objects.update(solutions_shown=Shown.AFTER_FINAL)
    for visitor, address in (
        (tai_client, form(attempt, number)),
        (tai_client, result(attempt)),
        (tai_client, log(made.round)),
        (client, log(made.round)),
    ):
        page = visitor.get(address).content.decode()
        assert "trích dẫn bí mật" not in page
        assert WHY not in page
    assert tai_client.get(form(attempt, number)).status_code == 404
    assert tai_client.post(form(attempt, number), CITED).status_code == 404
    assert client.get(log(made.round)).status_code == 404
    Round.objects.update(solutions_shown=Shown.AFTER_CLOSE)
    assert WHY in client.get(log(made.round)).content.decode()


def test_q1_the_log_waits_for_those_who_can_still_try(
    ha: User, tai: User, tai_client: Client, client: Client, now: datetime
) -> None:
    """Who used the last attempt sees solutions at once and may appeal; others see no word."""
    round = make_round(
        ha, now - timedelta(minutes=5), solutions_shown=Shown.AT_ONCE, attempts_allowed=1
    )
    attempt = sit(tai, round, now - timedelta(minutes=5))
    assert tai_client.post(form(attempt, 1), CITED).status_code == 302
    assert WHY in text(tai_client.get(result(attempt)))
    for visitor in (tai_client, client):
        page = visitor.get(log(round))
        assert page.status_code == 404
        assert WHY not in page.content.decode()
        assert "Câu hỏi 03-" not in page.content.decode()


def test_no_link_after_the_final_result(
    tai_client: Client, attempt: Attempt, number: int, now: datetime
) -> None:
    Round.objects.update(finalised_at=now)
    assert form(attempt, number) not in tai_client.get(result(attempt)).content.decode()
    said = text(tai_client.get(form(attempt, number)))
    assert "không nhận đề nghị phúc khảo nữa" in said
    assert "Gửi đề nghị" not in said


# -- The public log ------------------------------------------------------------------------------


def test_the_log_names_nobody(client: Client, made: Appeal, reviewer: User, now: datetime) -> None:
    decide_appeal(actor=reviewer, appeal=made, accepted=False, answer="Đúng văn bản.", now=now)
    page = text(client.get(log(made.round)))
    for part in ("Không chấp nhận", WHY, "Đúng văn bản.", "03-CTr/TU", "Câu hỏi 03-002?"):
        assert part in page
    for name in ("Lục Văn Tài", "Tài", "Phường Thục Phán", "Bế Văn Duyệt"):
        assert name not in page
    assert str(made.attempt.receipt) not in page


def test_q2_the_log_shows_the_letters_its_author_saw(
    client: Client, reviewing: Client, made: Appeal, number: int
) -> None:
    item = made.attempt.paper[number - 1]
    wording = {choice["key"]: choice["text"] for choice in made.version.choices}
    shown = " ".join(f"{'ABCD'[n]}. {wording[key]}" for n, key in enumerate(item["c"]))
    for page in (client.get(log(made.round)), reviewing.get(queue(made.round, made.pk))):
        assert shown in text(page)
    mine = made.attempt.answers[str(number)][0].upper()
    assert f"đã trả lời: {mine}" in text(reviewing.get(queue(made.round, made.pk)))


def test_a_log_without_appeals(client: Client, over: Round) -> None:
    assert "Chưa có đề nghị phúc khảo nào" in text(client.get(log(over)))


# -- Deciding ------------------------------------------------------------------------------------


def test_strangers_decide_nothing(
    tai_client: Client, yen_client: Client, client: Client, made: Appeal
) -> None:
    for visitor in (tai_client, yen_client):
        for page in (queue(made.round), queue(made.round, made.pk), "/organiser/appeals/"):
            assert visitor.get(page).status_code == 403
        typed = {"status": "accepted", "answer": "Có"}
        assert visitor.post(queue(made.round, made.pk), typed).status_code == 403
    assert client.get(queue(made.round)).status_code == 302
    made.refresh_from_db()
    assert made.status == "open"


def test_a_reviewer_decides_but_does_not_regrade(
    reviewing: Client, tai_client: Client, attempt: Attempt, made: Appeal, wrong_one: int
) -> None:
    assert queue(made.round) in reviewing.get("/organiser/appeals/").content.decode()
    assert WHY in text(reviewing.get(queue(made.round)))
    page = text(reviewing.get(queue(made.round, made.pk)))
    assert WHY in page
    assert "Lục Văn Tài" not in page
    bad = reviewing.post(queue(made.round, made.pk), {"answer": "Vì đúng"})
    assert (bad.status_code, "Hãy chọn chấp nhận" in text(bad)) == (422, True)
    assert "Vì đúng" in text(bad)
    bad = reviewing.post(queue(made.round, made.pk), {"status": "rejected"})
    assert "Hãy ghi lý do của kết luận này" in text(bad)

    typed = {"status": "accepted", "answer": "Câu hỏi thiếu ý."}
    done = reviewing.post(queue(made.round, made.pk), typed, follow=True)
    assert "Ban Tổ chức sẽ chấm lại câu này" in text(done)
    assert "Xem trước việc chấm lại" not in text(reviewing.get(queue(made.round, made.pk)))
    regrade = reverse("contest:regrade", args=[made.round_id, wrong_one])
    assert reviewing.get(f"{regrade}?appeal={made.pk}&preview=1").status_code == 403
    said = text(tai_client.get(result(attempt)))
    assert "Đề nghị phúc khảo của bạn: chấp nhận" in said
    assert "Câu hỏi thiếu ý." in said


def test_an_accepted_appeal_leads_to_the_preview_and_remembers_what_was_applied(
    desk: Client, tai: User, made: Appeal, attempt: Attempt, number: int, wrong_one: int
) -> None:
    typed = {"status": "accepted", "answer": "Phương án này cũng đúng."}
    answered = desk.post(queue(made.round, made.pk), typed)
    regrade = reverse("contest:regrade", args=[made.round_id, wrong_one])
    assert answered.headers["Location"] == f"{regrade}?appeal={made.pk}&preview=1"
    looked = desk.get(answered.headers["Location"])
    page = text(looked)
    kept = stored(attempt)
    item = kept.paper[number - 1]
    given = item["c"]["abcd".index(kept.answers[str(number)][0])]
    assert f"Chấp nhận thêm đáp án: “{given.upper()}." in page
    assert "Lục Văn Tài Phường Thục Phán 4 → 5" in page
    assert "Chấp nhận đề nghị phúc khảo: Phương án này cũng đúng." in page
    assert not Decision.objects.exists()
    waiting = text(desk.get(reverse("contest:regrades", args=[made.round_id])))
    assert "đã chấp nhận phúc khảo, chưa chấm lại" in waiting

    values = looked.context["form"].data
    sent = {**values, "seen": looked.context["seen"].digest}
    apply = reverse("contest:apply_regrade", args=[made.round_id, wrong_one])
    assert desk.post(apply, sent).status_code == 302
    made.refresh_from_db()
    assert made.decision == Decision.objects.get()
    assert Entry.objects.get(user=tai).points == 5
    public = text(Client().get(log(made.round)))
    assert "Chấp nhận thêm đáp án , quyết định ngày" in public.replace("</b>", "")


def test_for_an_answer_left_blank_everybody_gets_the_points(
    desk: Client, ha: User, tai: User, opened: datetime, over: Round, now: datetime
) -> None:
    programme = Programme.objects.get()
    version = make_question(programme, "03-901", type="order", answer=tuple("abcd"))
    lines = [LineDraft(programme, "", 6, 1)]
    round = make_round(ha, opened, contest=over.contest, lines=lines)
    attempt = sit(tai, round, opened, wrong=version.pk)
    number = next(n for n, i in enumerate(attempt.paper, start=1) if i["v"] == version.pk)
    Appeal.objects.create(
        round=round, entry=attempt.entry, attempt=attempt, version=version,
        question_number=number, clause_code="x", text=WHY, made_at=now, status="accepted",
    )  # fmt: skip
    page = reverse("contest:regrade", args=[round.pk, version.pk])
    prefilled = f"{page}?appeal={Appeal.objects.get().pk}"
    assert desk.get(prefilled).context["form"].initial["verdict"] == "accept"
    partly = {**attempt.answers, str(number): wrong_answer(attempt.paper[number - 1])[:2]}
    for answers in (partly, {n: a for n, a in partly.items() if n != str(number)}):
        Attempt.objects.filter(pk=attempt.pk).update(answers=answers)
        assert desk.get(prefilled).context["form"].initial["verdict"] == "credit"
    for nonsense in ("x", "999", "²"):
        assert desk.get(f"{page}?appeal={nonsense}").context["form"].initial == {}


def test_two_reviewers_at_once_the_second_reads_what_the_first_said(
    desk: Client, reviewing: Client, made: Appeal
) -> None:
    assert "Ghi kết luận" in text(desk.get(queue(made.round, made.pk)))
    reviewing.post(queue(made.round, made.pk), {"status": "rejected", "answer": "Đáp án đúng."})
    late = desk.post(queue(made.round, made.pk), {"status": "accepted", "answer": "Có"})
    assert late.status_code == 422
    said = text(late)
    assert "Đề nghị này đã được Bế Văn Duyệt kết luận" in said
    assert "Đáp án đúng." in said
    assert "Ghi kết luận" not in said


def test_who_approved_the_question_is_told_to_leave_it(
    reviewing: Client, reviewer: User, made: Appeal, now: datetime
) -> None:
    VersionEvent.objects.create(
        version=made.version, action="approved", actor=reviewer, actor_name="x", at=now
    )
    page = text(reviewing.get(queue(made.round, made.pk)))
    assert "Bạn đã duyệt câu hỏi này" in page
    assert "Ghi kết luận" not in page
    typed = {"status": "rejected", "answer": "Không"}
    assert "đã duyệt" in text(reviewing.post(queue(made.round, made.pk), typed))
    made.refresh_from_db()
    assert made.status == "open"


def test_appeals_of_other_rounds_are_not_there(
    desk: Client, ha: User, made: Appeal, opened: datetime
) -> None:
    other = make_round(ha, opened, contest=made.round.contest)
    assert desk.get(queue(other, made.pk)).status_code == 404
    assert desk.get(queue(other)).status_code == 200
    assert desk.get(f"{queue(made.round)}?status=open").context["chosen"] == "open"
    shown: Any = desk.get(f"{queue(made.round)}?status=rejected").context["shown"]
    assert shown == []


def test_after_the_final_result_an_accepted_appeal_waits_for_a_correction(
    desk: Client, made: Appeal, now: datetime
) -> None:
    Round.objects.update(finalised_at=now)
    page = text(desk.get(queue(made.round, made.pk)))
    assert "hãy lập bản đính chính" in page
    typed = {"status": "accepted", "answer": "Có"}
    answered = desk.post(queue(made.round, made.pk), typed)
    assert answered.headers["Location"] == queue(made.round)
    Round.objects.update(reopened_at=now)
    assert "Xem trước việc chấm lại" in text(desk.get(queue(made.round, made.pk)))
