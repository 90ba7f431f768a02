"""What happens around a round: announcements, questions, appeals, things worth a second look."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Unit
from contest.models.attempts import Attempt, Entry
from contest.models.decisions import Decision
from contest.models.rounds import Round
from quizzes.models import QuestionVersion

USER = settings.AUTH_USER_MODEL


class Announcement(models.Model):
    """A message to everybody who has a page of the round open; withdrawn ones are kept."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="announcements")
    text = models.TextField("nội dung")
    at = models.DateTimeField()
    by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["round", "-at", "-id"]

    def __str__(self) -> str:
        return self.text[:60]


class Inquiry(models.Model):
    """A competitor's question to the organisers, and its answer: private, or for everybody."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="inquiries")
    user = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="inquiries")
    text = models.TextField("câu hỏi")
    asked_at = models.DateTimeField()
    answer = models.TextField("trả lời", blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    announcement = models.ForeignKey(Announcement, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["round", "asked_at", "id"]

    def __str__(self) -> str:
        return self.text[:60]


class Appeal(models.Model):
    """A competitor disputes a question of a finished attempt, citing a clause."""

    class Status(models.TextChoices):
        OPEN = "open", "Đang xem xét"
        ACCEPTED = "accepted", "Chấp nhận"
        REJECTED = "rejected", "Không chấp nhận"

    round = models.ForeignKey(Round, models.PROTECT, related_name="appeals")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="appeals")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="appeals")
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="appeals")
    question_number = models.PositiveSmallIntegerField()
    clause_code = models.CharField("điều khoản viện dẫn", max_length=60)
    text = models.TextField("nội dung")
    made_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    answer = models.TextField("kết luận", blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    decided_by_name = models.CharField(max_length=200, blank=True)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="appeals")

    class Meta:
        ordering = ["round", "made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "question_number"], name="one_appeal_per_question"
            )
        ]

    def __str__(self) -> str:
        return f"{self.round}, câu {self.question_number}"


class Irregularity(models.Model):
    """Evidence that people look at and judge; nothing follows from it by itself.

    ``false_alarm``: how often honest people would look like this, as a share.
    """

    class Status(models.TextChoices):
        OPEN = "open", "Chờ xem xét"
        DISMISSED = "dismissed", "Không có vấn đề"
        CONFIRMED = "confirmed", "Xác nhận bất thường"

    round = models.ForeignKey(Round, models.PROTECT, related_name="irregularities")
    kind = models.CharField(max_length=30)
    digest = models.CharField(max_length=64)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    entries = models.JSONField()
    attempts = models.JSONField()
    false_alarm = models.FloatField()
    evidence = models.JSONField()
    summary = models.TextField()
    found_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["round", "false_alarm", "id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "digest"], name="irregularity_once")
        ]

    def __str__(self) -> str:
        return self.summary[:80]
