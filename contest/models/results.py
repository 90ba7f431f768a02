"""Published results: written once, never changed. A correction is a new result beside the old."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Unit
from contest.models.attempts import Attempt, Entry
from contest.models.contests import Division
from contest.models.rounds import Round

USER = settings.AUTH_USER_MODEL


class RoundResult(models.Model):
    """What was published of a round at one instant, and the hash that seals it.

    A ``close`` result seals which attempts there were; a ``final`` one, or a later
    ``correction``, the ranked table. ``truth``: the value the prediction asked for, computed
    on the set that ``truth_set`` describes.
    """

    class Kind(models.TextChoices):
        CLOSE = "close", "Chốt bài thi khi vòng thi đóng"
        FINAL = "final", "Kết quả chính thức"
        CORRECTION = "correction", "Kết quả đính chính"

    round = models.ForeignKey(Round, models.PROTECT, related_name="results")
    number = models.PositiveSmallIntegerField("bản")
    kind = models.CharField(max_length=10, choices=Kind)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    made_by_name = models.CharField(max_length=200, blank=True)
    # A correction is signed off by another organiser than the one who asked for it.
    signed_by = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    signed_by_name = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    rules_number = models.PositiveSmallIntegerField(default=1)
    ranking_keys = models.JSONField(default=list)
    prediction_target = models.CharField(max_length=20, blank=True)
    truth = models.DecimalField(max_digits=14, decimal_places=5, null=True)
    truth_set = models.TextField(blank=True)
    # {"entrants", "attempts", "perfect", "units", "disqualified", "bands": {...}}
    figures = models.JSONField(default=dict)
    leaves = models.PositiveIntegerField(default=0)
    root = models.CharField(max_length=64)

    class Meta:
        ordering = ["round", "number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="result_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.round}, {self.get_kind_display()}, bản {self.number}"


class ResultRow(models.Model):
    """A line of a final table. Names stand as they were published on that day.

    ``leaf`` is the hash in the tree under the result's root; nothing personal goes into it but
    ``person``, the salted hash of name and unit. Erasing a person blanks name and salt; the
    leaf stays as it is.
    """

    result = models.ForeignKey(RoundResult, models.PROTECT, related_name="rows")
    position = models.PositiveIntegerField()
    rank = models.PositiveIntegerField()
    division = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")
    division_rank = models.PositiveIntegerField()
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="result_rows")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="result_rows")
    receipt = models.CharField(max_length=24, db_index=True)
    name = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    unit_name = models.CharField(max_length=200)
    unit_code = models.CharField(max_length=60)
    person = models.CharField(max_length=64)
    salt = models.CharField(max_length=32)
    points = models.PositiveIntegerField()
    correct = models.PositiveSmallIntegerField()
    is_perfect = models.BooleanField()
    elapsed_ms = models.PositiveIntegerField()
    submitted_at = models.DateTimeField()
    prediction = models.DecimalField(max_digits=14, decimal_places=5, null=True)
    distance = models.DecimalField(max_digits=14, decimal_places=5, null=True)
    lottery = models.CharField(max_length=64, blank=True)
    is_tied = models.BooleanField(default=False)
    why = models.TextField(blank=True)
    prize = models.CharField(max_length=120, blank=True)
    prize_note = models.TextField(blank=True)
    leaf = models.CharField(max_length=64)

    class Meta:
        ordering = ["result", "position"]
        constraints = [
            models.UniqueConstraint(fields=["result", "position"], name="result_position_once"),
            models.UniqueConstraint(fields=["result", "entry"], name="result_entry_once"),
        ]
        indexes = [models.Index(fields=["result", "division", "position"], name="result_division")]

    def __str__(self) -> str:
        return f"{self.rank}. {self.name}"


class UnitResultRow(models.Model):
    """A line of the final table of units; names and head counts as they were that day."""

    result = models.ForeignKey(RoundResult, models.PROTECT, related_name="unit_rows")
    position = models.PositiveIntegerField()
    rank = models.PositiveIntegerField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=60)
    entrants = models.PositiveIntegerField()
    members = models.PositiveIntegerField(null=True)
    points_sum = models.PositiveBigIntegerField()
    perfect = models.PositiveIntegerField()
    winners = models.PositiveIntegerField(default=0)
    prize = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["result", "position"]
        constraints = [
            models.UniqueConstraint(fields=["result", "position"], name="unit_result_once")
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.name}"
