"""Banks in the database: versions grow, nothing is rewritten or lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from quizzes.desk import services as desk
from quizzes.loading import FaultyBanksError, LoadCounts, load_banks
from quizzes.models import Clause, Programme, Question, QuestionVersion
from quizzes.records import record_of
from quizzes.versions import version_texts
from tests.quizzes.samples import Breaking, bank_of, broken, question, sample, sample_of, text_of

pytestmark = pytest.mark.django_db


def _load(*breakings: Breaking) -> LoadCounts:
    raw = sample()
    for breaking in breakings:
        breaking(raw)
    return load_banks(banks=[bank_of(raw)])


def _versions(code: str) -> list[tuple[int, str]]:
    rows = QuestionVersion.objects.filter(question__code=code).order_by("number")
    return list(rows.values_list("number", "status"))


def test_a_first_load_brings_everything() -> None:
    assert _load() == LoadCounts(new=3)
    programme = Programme.objects.get()
    assert (programme.code, programme.short_title, programme.kind) == (
        "03-CTr/TU",
        "Vườn mẫu",
        "core",
    )
    item = Clause.objects.get(code="03-CTr/TU:2.i")
    assert item.parent is not None
    assert (item.parent.code, item.position) == ("03-CTr/TU:2", 3)
    version = QuestionVersion.objects.get(question__code="KR-002")
    assert version.answer == ["a", "b"]
    assert version.choices[3] == {"key": "d", "text": "Cây dừa"}
    assert (version.number, version.status, version.clause.code) == (1, "approved", "03-CTr/TU:2")


def test_true_false_has_two_choices_in_the_database() -> None:
    _load(question(2, answer=False))
    version = QuestionVersion.objects.get(question__code="KR-003")
    assert version.choices == [{"key": "a", "text": "Đúng"}, {"key": "b", "text": "Sai"}]
    assert version.answer == ["b"]


def test_loading_again_changes_nothing() -> None:
    _load()
    before = list(QuestionVersion.objects.order_by("id").values())
    assert _load() == LoadCounts(unchanged=3)
    assert list(QuestionVersion.objects.order_by("id").values()) == before
    assert Clause.objects.count() == 3


def test_a_changed_question_gets_a_new_version() -> None:
    _load()
    assert _load(question(0, stem="Giữ vườn là việc gì?")) == LoadCounts(changed=1, unchanged=2)
    assert _versions("KR-001") == [(1, "retired"), (2, "approved")]
    assert _versions("KR-002") == [(1, "approved")]


def test_old_papers_keep_the_old_wording() -> None:
    _load()
    old = QuestionVersion.objects.get(question__code="KR-001").pk
    _load(question(0, stem="Giữ vườn là việc gì?"))
    assert version_texts([old])[old].stem == "Giữ vườn là nhiệm vụ gì?"


def test_a_question_gone_from_the_file_is_retired_and_kept() -> None:
    _load()
    assert _load(lambda raw: raw["questions"].pop(1)) == LoadCounts(retired=1, unchanged=2)
    assert _versions("KR-002") == [(1, "retired")]
    assert _load(lambda raw: raw["questions"].pop(1)) == LoadCounts(unchanged=2)


def test_a_question_that_returns_gets_the_next_version() -> None:
    _load()
    _load(lambda raw: raw["questions"].pop(1))
    assert _load() == LoadCounts(changed=1, unchanged=2)
    assert _versions("KR-002") == [(1, "retired"), (2, "approved")]


def test_numbers_go_on_after_a_draft() -> None:
    _load()
    first = QuestionVersion.objects.get(question__code="KR-001")
    first.pk, first.number, first.status = None, 2, QuestionVersion.Status.DRAFT
    first.save()
    _load(question(0, stem="Giữ vườn là việc gì?"))
    assert _versions("KR-001") == [(1, "retired"), (2, "draft"), (3, "approved")]


def test_titles_are_updated_without_a_new_version() -> None:
    _load()
    counts = _load(
        lambda raw: raw["programme"].update(short_title="Vườn mới"),
        lambda raw: raw["clauses"][0].update(title="Quan điểm mới"),
    )
    assert counts == LoadCounts(unchanged=3)
    assert Programme.objects.get().short_title == "Vườn mới"
    assert Clause.objects.get(code="03-CTr/TU:1").title == "Quan điểm mới"


def test_one_bank_leaves_the_others_alone() -> None:
    other = bank_of(sample_of("05-CTr/TU", "DL"))
    assert load_banks(banks=[bank_of(sample()), other]) == LoadCounts(new=6)
    assert load_banks(banks=[other]) == LoadCounts(unchanged=3)
    assert _versions("KR-001") == [(1, "approved")]


def test_programmes_stand_action_then_core_then_breakthrough() -> None:
    kinds = {
        "33-KH/TU": "breakthrough",
        "05-CTr/TU": "core",
        "31-KH/TU": "breakthrough",
        "06-CTr/TU": "action",
        "03-CTr/TU": "core",
    }
    for code, kind in kinds.items():
        raw = sample_of(code, f"Q{code[:2]}")
        raw["programme"]["kind"] = kind
        load_banks(banks=[bank_of(raw)])
    assert [programme.number for programme in Programme.objects.all()] == [
        "06",
        "03",
        "05",
        "31",
        "33",
    ]


def test_faulty_banks_change_nothing() -> None:
    other = sample_of("05-CTr/TU", "DL")
    other["questions"][0]["answer"] = ["x"]
    with pytest.raises(FaultyBanksError, match="DL-001: đáp án “x”"):
        load_banks(banks=[bank_of(sample()), bank_of(other)])
    assert not Programme.objects.exists()


def test_an_id_of_another_document_is_refused_and_undone() -> None:
    _load()
    thief = sample_of("05-CTr/TU", "DL")
    thief["questions"][2]["id"] = "KR-001"
    with pytest.raises(FaultyBanksError, match="KR-001: mã câu hỏi đã dùng cho văn bản 03-CTr/TU"):
        load_banks(banks=[bank_of(thief, "05.yaml")])
    assert Programme.objects.count() == 1
    assert Question.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_agree() -> None:
    def load(_: int) -> LoadCounts:
        try:
            return load_banks(banks=[bank_of(sample())])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(load, range(2)))
    assert sorted(count.new for count in counts) == [0, 3]
    assert QuestionVersion.objects.filter(status="approved").count() == 3
    assert Clause.objects.count() == 3


# -- the commands ------------------------------------------------------------------------------


def _file(folder: Path, raw: dict[str, object], name: str = "03-CTr-TU.yaml") -> Path:
    path = folder / name
    path.write_text(text_of(raw), encoding="utf-8")
    return path


def test_load_command_tells_the_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(_file(tmp_path, sample()))
    call_command("load_banks", path, path)
    assert capsys.readouterr().out == "Câu hỏi: 3 mới, 0 sửa, 0 thôi dùng, 0 giữ nguyên\n"


def test_load_command_refuses_all_files_for_one_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = _file(tmp_path, sample())
    faulty = _file(tmp_path, {"programme": {}}, "05.yaml")
    with pytest.raises(CommandError, match="chưa nạp câu hỏi nào") as error:
        call_command("load_banks", str(sound), str(faulty), str(tmp_path / "mất.yaml"))
    assert error.value.returncode == 1
    printed = capsys.readouterr().err
    assert "05.yaml: thiếu danh sách mục (clauses)" in printed
    assert "mất.yaml: không đọc được tệp" in printed
    assert not Programme.objects.exists()


def test_check_command_counts_sound_banks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = _file(tmp_path, sample_of("05-CTr/TU", "DL"), "05.yaml")
    call_command("check_banks", str(_file(tmp_path, sample())), str(other))
    assert capsys.readouterr().out == "6 câu hỏi trong 2 ngân hàng, không có lỗi\n"


def test_check_command_names_every_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = broken(question(0, quote=" ".join(["từ"] * 31), answer=["e"]))
    with pytest.raises(CommandError, match="2 lỗi"):
        call_command("check_banks", str(_file(tmp_path, raw)))
    assert capsys.readouterr().err.splitlines() == [
        "03-CTr-TU.yaml: KR-001: trích dẫn dài 31 từ, tối đa 25",
        "03-CTr-TU.yaml: KR-001: đáp án “e” không phải là phương án nào",
    ]


def test_check_command_compares_with_the_source(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "goc.txt"
    source.write_text(
        "I. Đối với Chương trình số 03-CTr/TU về vườn mẫu\n"
        "1. Xác định giữ vườn là nhiệm\nvụ nền tảng.\n"
        "2. Các việc, trồng mận và lê: (i) trồng mận trước, lê sau.\n",
        encoding="utf-8",
    )
    bank = _file(tmp_path, sample())
    call_command("check_banks", str(bank), source=source)
    source.write_text(source.read_text(encoding="utf-8").replace("mận và", "đào và"))
    with pytest.raises(CommandError, match="1 lỗi"):
        call_command("check_banks", str(bank), source=source)
    assert "KR-002: trích dẫn không có nguyên văn trong mục 03-CTr/TU:2" in capsys.readouterr().err
    with pytest.raises(CommandError, match="không đọc được văn bản gốc"):
        call_command("check_banks", str(bank), source=tmp_path / "mất.txt")


def test_a_desk_decision_outlives_the_same_file(ha: User, tai: User, noon: datetime) -> None:
    _load()
    first = QuestionVersion.objects.get(question__code="KR-001")
    draft = desk.revise(actor=ha, version=first, now=noon)
    record = replace(record_of(draft), stem="Giữ vườn để làm gì?")
    desk.edit_draft(actor=ha, version=draft, record=record, rev=0, now=noon)
    desk.submit(actor=ha, version=draft, now=noon)
    desk.approve(actor=tai, version=draft, now=noon)
    second = QuestionVersion.objects.get(question__code="KR-002")
    desk.retire(actor=tai, version=second, note="Không còn phù hợp", now=noon)
    assert _load() == LoadCounts(unchanged=3)
    assert _versions("KR-001") == [(1, "retired"), (2, "approved")]
    assert _versions("KR-002") == [(1, "retired")]
    # A file that says something new speaks again.
    assert _load(question(0, stem="Giữ vườn là việc gì?")) == LoadCounts(changed=1, unchanged=2)
    assert _versions("KR-001") == [(1, "retired"), (2, "retired"), (3, "approved")]


def test_a_question_of_the_desk_is_not_retired_by_a_file(ha: User, noon: datetime) -> None:
    _load()
    record = replace(bank_of(sample()).questions[0], id="", stem="Vườn ở đâu?")
    made = desk.create_draft(actor=ha, record=record, origin="desk", now=noon)
    QuestionVersion.objects.filter(pk=made.pk).update(status="approved")
    assert _load() == LoadCounts(unchanged=3)
    made.refresh_from_db()
    assert made.status == "approved"


def test_a_question_that_comes_back_is_drawn_again() -> None:
    _load()
    assert _load(lambda raw: raw["questions"].pop(0)) == LoadCounts(retired=1, unchanged=2)
    assert _load() == LoadCounts(changed=1, unchanged=2)
    assert _versions("KR-001") == [(1, "retired"), (2, "approved")]


def test_a_version_that_must_be_reviewed_stays_so() -> None:
    _load()
    QuestionVersion.objects.filter(question__code="KR-001").update(status="must_review")
    assert _load() == LoadCounts(unchanged=3)
    assert _versions("KR-001") == [(1, "must_review")]
