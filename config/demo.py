"""Demo data: accounts, a contest with an open round, and people who have already taken part.

Everything goes through the services people use; only the clock is moved. Names and head counts
are invented. Passwords are made once per installation and kept beside the database.
"""

from __future__ import annotations

import json
import os
import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from accounts.models import Affiliation, HeadCount, Unit, User
from contest.attempts import finish_attempt, start_attempt
from contest.drafts import LineDraft, PrizeDraft, RoundDraft
from contest.duties import grant_organiser
from contest.models import Contest, Entry, Round
from contest.papers import Answers, shown_letters
from contest.results.finalising import finalise_round
from contest.rounds import create_contest, create_round, publish_round
from quizzes.duties import AUTHORS, REVIEWERS, grant_desk_duty
from quizzes.models import Programme
from quizzes.versions import version_texts

CONTEST_TITLE = "Tìm hiểu Nghị quyết Đại hội Đảng bộ tỉnh Cao Bằng lần thứ XX"
CONTEST_SUMMARY = (
    "Cuộc thi trực tuyến tìm hiểu Chương trình hành động, ba Chương trình trọng tâm và ba Kế hoạch "
    "thực hiện nội dung đột phá của Ban Chấp hành Đảng bộ tỉnh, nhiệm kỳ 2025 – 2030."
)
SAMPLE_NOTE = "số liệu mẫu"
QUESTIONS = {"06": 2, "03": 3, "04": 3, "05": 3, "31": 3, "32": 3, "33": 3}

FAMILY = ["Nông", "Hoàng", "Lục", "Triệu", "Bế", "Đàm", "Lý", "Mã", "Hà", "Nguyễn", "Dương", "Vàng"]
MIDDLE = ["Thị", "Văn", "Thu", "Đức", "Minh", "Thị Thanh", "Quốc", "A", "Ngọc"]
GIVEN = [
    "Hoài",
    "Tài",
    "Trang",
    "Dự",
    "Mỷ",
    "Khánh",
    "Lan",
    "Ê",
    "Páo",
    "Yến",
    "Dũng",
    "Hạnh",
    "Ơn",
]


@dataclass(frozen=True, slots=True)
class Account:
    """A demo account to show; ``role`` says what for: organiser, author, reviewer, unit-leader or
    competitor."""

    role: str
    login: str
    full_name: str
    unit: str


ACCOUNTS = [
    Account("organiser", "to-chuc", "Nông Thị Thu Hà", "ban-tuyen-giao-dan-van-tinh-uy"),
    Account("author", "bien-soan", "Đàm Ngọc Lan", "ban-tuyen-giao-dan-van-tinh-uy"),
    Account("reviewer", "tham-dinh", "Bế Văn Đức", "ban-tuyen-giao-dan-van-tinh-uy"),
    Account("unit-leader", "phu-trach", "Lục Văn Tài", "01477"),
    Account("competitor", "thi-sinh", "Hoàng Thị Yến", "01477"),
]


DESK_DUTIES = {"author": AUTHORS, "reviewer": REVIEWERS}


def ensure_accounts() -> list[tuple[Account, str]]:
    """The demo accounts with the passwords kept for them, which are set again when they differ:
    what is printed always signs in."""
    kept = _kept_passwords()
    shown = []
    for account in ACCOUNTS:
        password = kept.setdefault(account.login, secrets.token_urlsafe(9))
        user, created = User.objects.get_or_create(
            username=account.login, defaults={"full_name": account.full_name}
        )
        if created:
            _affiliate(user, Unit.objects.get(code=account.unit))
        if not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
        if account.role == "organiser":
            grant_organiser(user=user)
        if duty := DESK_DUTIES.get(account.role):
            grant_desk_duty(user=user, duty=duty)
        if account.role == "unit-leader":
            unit = Unit.objects.get(code=account.unit)
            Affiliation.objects.get_or_create(user=user, unit=unit, role=Affiliation.Role.LEADER)
        shown.append((account, password))
    _keep_passwords(kept)
    return shown


def _passwords_file() -> Path:
    return Path(settings.DATA_DIR) / "demo_passwords.json"


def _kept_passwords() -> dict[str, str]:
    file = _passwords_file()
    return json.loads(file.read_text()) if file.exists() else {}


def _keep_passwords(passwords: dict[str, str]) -> None:
    file = _passwords_file()
    with open(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as out:
        json.dump(passwords, out, indent=1)


def _affiliate(user: User, unit: Unit) -> None:
    Affiliation.objects.create(user=user, unit=unit, is_primary=True)


def ensure_contest() -> Contest:
    """The demo contest, without rounds when it is new."""
    return Contest.objects.filter(title=CONTEST_TITLE).first() or create_contest(
        actor=_organiser(), title=CONTEST_TITLE, summary=CONTEST_SUMMARY
    )


def _organiser() -> User:
    return User.objects.get(username=ACCOUNTS[0].login)


def ensure_final_round(contest: Contest, now: datetime, people: int = 60) -> None:
    """A small first round that is over and final, so that results and certificates can be seen."""
    if contest.rounds.exists():
        return
    today = timezone.localtime(now).replace(hour=8, minute=0, second=0, microsecond=0)
    opens_at = today - timedelta(days=9)
    draft = RoundDraft(
        title="Khởi động",
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=5, hours=14),
        time_limit_s=10 * 60,
        attempts_allowed=1,
        prediction_target=Round.PredictionTarget.PERFECT,
        lines=[LineDraft(p, "", n, 1) for p, n in _spread(dict.fromkeys(QUESTIONS, 1))],
        prizes=[
            PrizeDraft("Giải Nhất", 1, "1.000.000 đồng"),
            PrizeDraft("Giải Nhì", 2, "500.000 đồng"),
            PrizeDraft("Giải Tập thể", 1, measure="rate"),
        ],
    )
    round = create_round(actor=_organiser(), contest=contest, draft=draft)
    round = publish_round(actor=_organiser(), round=round, now=opens_at - timedelta(days=1))
    ensure_participants(round, round.closes_at, people)
    finalise_round(actor=_organiser(), round=round, now=now)


def _spread(counts: dict[str, int]) -> list[tuple[Programme, int]]:
    programmes = {p.number: p for p in Programme.objects.all()}
    return [(programmes[number], count) for number, count in counts.items()]


def ensure_open_round(contest: Contest, now: datetime) -> Round:
    """The demo contest's round that is open at ``now``; a new one when the last has closed."""
    running = contest.rounds.filter(
        published_at__isnull=False, opens_at__lte=now, closes_at__gt=now + timedelta(hours=1)
    ).first()
    return running or _new_round(_organiser(), contest, now)


def _new_round(organiser: User, contest: Contest, now: datetime) -> Round:
    today = timezone.localtime(now).replace(hour=8, minute=0, second=0, microsecond=0)
    opens_at = today - timedelta(days=2)
    draft = RoundDraft(
        title="Bảy văn bản của nhiệm kỳ 2025 – 2030",
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=9, hours=14),
        time_limit_s=15 * 60,
        attempts_allowed=3,
        prediction_target=Round.PredictionTarget.ENTRANTS,
        lines=[LineDraft(p, "", n, 1) for p, n in _spread(QUESTIONS)],
    )
    round = create_round(actor=organiser, contest=contest, draft=draft)
    return publish_round(actor=organiser, round=round, now=min(now, opens_at))


def ensure_head_counts(as_of: date) -> None:
    """Invented head counts for communes and wards that have declared none."""
    dice = random.Random(2025)
    for unit in Unit.objects.filter(kind__in=[Unit.Kind.COMMUNE, Unit.Kind.WARD]).order_by("code"):
        members = dice.randrange(12, 60)
        if not unit.head_counts.exists():
            HeadCount.objects.create(unit=unit, members=members, as_of=as_of, note=SAMPLE_NOTE)


def ensure_participants(round: Round, now: datetime, people: int = 120) -> None:
    """Invented people who finished an attempt since the round opened."""
    if Entry.objects.filter(round=round, rank_key__gt="").exists():
        return
    dice = random.Random(round.pk)
    units = list(Unit.objects.filter(kind__in=[Unit.Kind.COMMUNE, Unit.Kind.WARD]).order_by("code"))
    for user in _people(people, units, dice):
        started = round.opens_at + dice.random() * (now - round.opens_at - timedelta(minutes=16))
        attempt, _ = start_attempt(user=user, round=round, now=started)
        skill = dice.uniform(0.4, 0.98)
        finish_attempt(
            attempt=attempt,
            rev=1,
            answers=_answers(attempt.paper, skill, dice),
            prediction=Decimal(dice.randrange(people)),
            now=started + timedelta(milliseconds=dice.randrange(70_000, 800_000)),
        )


def _people(count: int, units: list[Unit], dice: random.Random) -> Iterator[User]:
    for number in range(1, count + 1):
        name = f"{dice.choice(FAMILY)} {dice.choice(MIDDLE)} {dice.choice(GIVEN)}"
        user, created = User.objects.get_or_create(
            username=f"mau-{number:03d}", defaults={"full_name": name}
        )
        unit = units[min(dice.randrange(len(units)), dice.randrange(len(units)))]
        if created:
            user.set_unusable_password()
            user.save(update_fields=["password"])
            _affiliate(user, unit)
        yield user


def _answers(paper: list[dict[str, object]], skill: float, dice: random.Random) -> Answers:
    texts = version_texts(item["v"] for item in paper)  # type: ignore[misc]
    answers: Answers = {}
    for number, item in enumerate(paper, start=1):
        text = texts[item["v"]]  # type: ignore[index]
        right = shown_letters(item, text.answer, text.type)  # type: ignore[arg-type]
        answers[str(number)] = right if dice.random() < skill else [dice.choice("ab")]
    return answers
