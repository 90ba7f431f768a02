"""What the staff decided, and the record of everything the staff did."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from contest.models.attempts import Attempt, Entry
from contest.models.contests import Contest
from contest.models.rounds import Round


class Decision(models.Model):
    """A decision that moves times, results or names, and that can be taken back.

    Results are a function of the attempts and the decisions in force (contest/rulings.py):
    taking one back restores exactly what was before. ``data`` by kind:

    - ``extend``: ``{"from": iso, "to": iso}``, the round's close before and after
    - ``extra_time``: ``{"seconds": n}`` for ``entry``
    - ``outage``: ``{"starts": iso, "ends": iso or null}``; null while a pause goes on
    - ``disqualify``: ``{}`` for ``entry``
    - ``hide_name``: ``{"name": the name as it was}`` for ``user``, in every contest
    - ``merge``: ``{"kept": user id, "merged": user id}``
    - ``regrade``: ``{"version": question version id, "verdict": "credit" | "drop" | "accept",
      "accepted": [[bank keys], ...]}``
    """

    class Kind(models.TextChoices):
        EXTEND = "extend", "Gia hạn vòng thi"
        EXTRA_TIME = "extra_time", "Thêm giờ cho một người"
        OUTAGE = "outage", "Bù thời gian gián đoạn"
        DISQUALIFY = "disqualify", "Hủy kết quả"
        HIDE_NAME = "hide_name", "Ẩn tên"
        MERGE = "merge", "Gộp tài khoản"
        REGRADE = "regrade", "Chấm lại câu hỏi"

    contest = models.ForeignKey(Contest, models.PROTECT, null=True, related_name="decisions")
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="decisions")
    kind = models.CharField(max_length=12, choices=Kind)
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="decisions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="decisions"
    )
    data = models.JSONField(default=dict)
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="decisions_made"
    )
    made_by_name = models.CharField(max_length=200)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="decisions_undone"
    )
    undone_by_name = models.CharField(max_length=200, blank=True)
    undo_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["made_at", "id"]
        indexes = [models.Index(fields=["round", "kind"], name="decisions_of_a_round")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.made_at:%d/%m/%Y %H:%M})"

    @property
    def is_in_force(self) -> bool:
        return self.undone_at is None


class ScoreChange(models.Model):
    """The points of an attempt before and after a decision about a question."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="score_changes")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="score_changes")
    points_before = models.PositiveIntegerField()
    points_after = models.PositiveIntegerField()
    correct_before = models.PositiveSmallIntegerField()
    correct_after = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "attempt"], name="score_changed_once")
        ]

    def __str__(self) -> str:
        return f"{self.attempt}: {self.points_before} → {self.points_after}"


class AuditHead(models.Model):
    """The digest of the last audit record: one row, whose lock makes records queue up."""

    digest = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return self.digest


class AppendOnly(models.QuerySet["AuditRecord"]):
    """Rows are added and read, nothing else."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError("Audit records are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("Audit records are never deleted.")


class AuditRecord(models.Model):
    """Append-only: who of the staff did what, when and why, with the state before and after.

    ``digest`` chains the record to the one before it (contest/audit.py), so that a row that is
    changed or missing shows.
    """

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    # Stays when the account goes, so that the chain still verifies.
    actor_number = models.PositiveBigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=60, help_text='such as "round:7"')
    reason = models.TextField(blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64, blank=True, default="")

    objects = AppendOnly.as_manager()

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
