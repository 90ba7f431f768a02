"""Competing: contests, their rounds, people's entries in a round and their attempts."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Unit
from contest.ordering import DEFAULT_KEYS
from contest.phases import Window
from quizzes.models import Programme, QuestionVersion


class Contest(models.Model):
    """A competition people know by name; holds one or more rounds."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField("tên cuộc thi", max_length=200)
    summary = models.TextField("giới thiệu", blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "cuộc thi"
        verbose_name_plural = "cuộc thi"
        ordering = ["-created_at", "-id"]
        permissions = [("organise", "Tổ chức cuộc thi: tạo, công bố và theo dõi vòng thi")]

    def __str__(self) -> str:
        return self.title


def default_keys() -> list[str]:
    """Points, prediction, time taken, time handed in."""
    return list(DEFAULT_KEYS)


def new_secret() -> str:
    """256 random bits in hexadecimal; the seed of every paper of a round derives from it."""
    return secrets.token_hex(32)


class Round(models.Model):
    """A window in which people take attempts. Settings are frozen once it is published."""

    class PredictionTarget(models.TextChoices):
        NONE = "", "Không có câu dự đoán"
        PERFECT = "perfect", "Số người trả lời đúng tất cả các câu"
        ENTRANTS = "entrants", "Số người dự thi"

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField("vòng")
    title = models.CharField("tên vòng thi", max_length=200)
    opens_at = models.DateTimeField("mở lúc")
    closes_at = models.DateTimeField("đóng lúc")
    time_limit_s = models.PositiveIntegerField("thời gian làm bài (giây)")
    attempts_allowed = models.PositiveSmallIntegerField("số lượt", null=True, blank=True)
    prediction_target = models.CharField(
        "câu dự đoán", max_length=20, choices=PredictionTarget, blank=True
    )
    ranking_keys = models.JSONField("tiêu chí xếp hạng", default=default_keys)
    secret = models.CharField(max_length=64, default=new_secret, editable=False)
    # Version ids a blueprint line may draw from, frozen at publication: [[12, 15, ...], ...].
    pools = models.JSONField(default=list, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    finalised_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "vòng thi"
        verbose_name_plural = "vòng thi"
        ordering = ["contest", "number"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "number"], name="round_number_once"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="round_closes_after_it_opens"
            ),
            models.CheckConstraint(condition=Q(time_limit_s__gt=0), name="round_has_time"),
        ]

    def __str__(self) -> str:
        return f"Vòng {self.number}: {self.title}"

    @property
    def window(self) -> Window:
        return Window(self.opens_at, self.closes_at, self.finalised_at)

    @property
    def time_limit(self) -> timedelta:
        return timedelta(seconds=self.time_limit_s)


class BlueprintLine(models.Model):
    """So many questions of one programme and difficulty, each worth so many points."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    programme = models.ForeignKey(Programme, models.PROTECT)
    difficulty = models.CharField(
        "độ khó", max_length=10, choices=QuestionVersion.Difficulty, blank=True
    )
    count = models.PositiveSmallIntegerField("số câu")
    points = models.PositiveSmallIntegerField("điểm mỗi câu", default=1)

    class Meta:
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="line_position_once"),
            models.CheckConstraint(condition=Q(count__gt=0, points__gt=0), name="line_counts"),
        ]

    def __str__(self) -> str:
        level = self.get_difficulty_display() if self.difficulty else "mọi độ khó"
        return f"{self.programme.code}, {level}"


class Entry(models.Model):
    """A person in a round: how many attempts were started, and which one counts.

    ``rank_key`` orders the board (see contest/ordering.py); empty means "not on the board".
    All result columns can be computed again from the attempts.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="entries"
    )
    round = models.ForeignKey(Round, models.PROTECT, related_name="entries")
    attempts_started = models.PositiveSmallIntegerField(default=0)
    counted = models.ForeignKey("Attempt", models.SET_NULL, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="entries")
    points = models.PositiveIntegerField(default=0)
    correct = models.PositiveSmallIntegerField(default=0)
    elapsed_ms = models.PositiveIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True)
    rank_key = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "round"], name="one_entry_per_person")
        ]
        indexes = [
            models.Index(fields=["round", "rank_key", "id"], name="board_order"),
            models.Index(fields=["round", "unit"], name="board_units"),
        ]

    def __str__(self) -> str:
        return f"{self.user} @ {self.round}"


class Attempt(models.Model):
    """One sitting: its paper, what was answered, and once finished its result.

    ``paper``: ``[{"v": version id, "c": bank keys in the order shown, "p": points}, ...]``
    ``answers``: ``{"1": ["b"], ...}`` by question number, keys as shown (a is the first).
    ``journal``: every save taken, ``[[rev, ms since start, {answers}], ...]``.
    """

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress", "Đang làm"
        FINISHED = "finished", "Đã nộp"

    class ClosedBy(models.TextChoices):
        PERSON = "person", "Người thi nộp"
        DEADLINE = "deadline", "Hết giờ"

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="attempts")
    is_ranked = models.BooleanField(default=True)
    started_at = models.DateTimeField()
    deadline = models.DateTimeField()
    paper = models.JSONField()
    answers = models.JSONField(default=dict)
    journal = models.JSONField(default=list)
    rev = models.PositiveIntegerField(default=0)
    prediction = models.DecimalField(max_digits=14, decimal_places=5, null=True)
    state = models.CharField(max_length=12, choices=State, default=State.IN_PROGRESS)
    closed_by = models.CharField(max_length=10, choices=ClosedBy, blank=True)
    points = models.PositiveIntegerField(null=True)
    correct = models.PositiveSmallIntegerField(null=True)
    elapsed_ms = models.PositiveIntegerField(null=True)
    submitted_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=24, blank=True, db_index=True)

    class Meta:
        ordering = ["entry", "number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="attempt_number_once"),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state="in_progress"),
                name="one_attempt_in_progress",
            ),
        ]
        indexes = [
            models.Index(
                fields=["deadline"], condition=Q(state="in_progress"), name="attempt_overdue"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry}, lượt {self.number}"

    @property
    def total(self) -> int:
        """How many questions the paper has."""
        return len(self.paper)


class RefusedSave(models.Model):
    """A save that lost against another one; kept so that history shows both answers."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="refused_saves")
    rev = models.PositiveIntegerField()
    answers = models.JSONField()
    reason = models.CharField(max_length=20)
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.attempt}: rev {self.rev}, {self.reason}"


class AuditRecord(models.Model):
    """Append-only: who of the staff did what, when and why, with the state before and after."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    actor_name = models.CharField(max_length=200)
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=60, help_text='such as "round:7"')
    reason = models.TextField(blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["subject", "at"], name="audit_by_subject")]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M} {self.actor_name}: {self.action} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("An audit record is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("An audit record is never deleted.")
