"""People's entries in a round and their attempts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Unit
from contest.models.contests import Division
from contest.models.rounds import Round


class CountedResult(models.Model):
    """The result that counts for a person; can be computed again from their attempts."""

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="%(class)s_rows")
    division = models.ForeignKey(Division, models.PROTECT, null=True, related_name="%(class)s_rows")
    points = models.PositiveIntegerField(default=0)
    correct = models.PositiveSmallIntegerField(default=0)
    is_perfect = models.BooleanField(default=False)
    elapsed_ms = models.PositiveIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True)
    rank_key = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        abstract = True


class Entry(CountedResult):
    """A person in a round: how many attempts were started, and which one counts.

    ``rank_key`` orders the board (see contest/ordering.py); empty means "not on the board".
    """

    # Found by the indexes of ``one_entry_per_person`` and ``board_order``: every finish writes
    # all indexes of its entry, so there is none that another one makes up for.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="entries",
        db_index=False,
    )
    round = models.ForeignKey(Round, models.PROTECT, related_name="entries", db_index=False)
    attempts_started = models.PositiveSmallIntegerField(default=0)
    # Granted by decisions: attempts beyond the round's number, seconds beyond its time limit.
    attempts_granted = models.PositiveSmallIntegerField(default=0)
    extra_time_s = models.PositiveIntegerField(default=0)
    counted = models.ForeignKey("Attempt", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "round"], name="one_entry_per_person")
        ]
        indexes = [
            models.Index(fields=["round", "rank_key", "id"], name="board_order"),
            models.Index(fields=["round", "division", "rank_key", "id"], name="board_divisions"),
            # All that the board of units adds up; who is not on the board has no unit.
            models.Index(
                fields=["round", "unit", "division", "points", "is_perfect"],
                condition=Q(unit__isnull=False),
                name="board_units",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} @ {self.round}"


class FrozenStanding(CountedResult):
    """What boards show of an entry while they stand still, if that is not what counts now.

    Exists only for entries with an attempt handed in since the round's ``frozen_at``.
    """

    entry = models.OneToOneField(Entry, models.CASCADE, related_name="frozen")

    class Meta:
        indexes = [models.Index(fields=["rank_key", "entry"], name="frozen_order")]

    def __str__(self) -> str:
        return f"{self.entry}, đóng băng"


class Attempt(models.Model):
    """One sitting: its paper, what was answered, and once finished its result.

    ``paper``: ``[{"v": version id, "c": bank keys in the order shown, "p": points}, ...]``
    ``answers``: ``{"1": ["b"], ...}`` by question number, keys as shown (a is the first).
    ``journal``: every save taken, ``[[rev, ms since start, {answers}], ...]``.
    ``points``, ``correct``, ``is_perfect`` follow decisions about questions; the result at
    hand-in can always be computed again by scoring without them.
    """

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress", "Đang làm"
        FINISHED = "finished", "Đã nộp"

    class ClosedBy(models.TextChoices):
        PERSON = "person", "Người thi nộp"
        DEADLINE = "deadline", "Hết giờ"

    # Found by the index of ``attempt_number_once``.
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="attempts", db_index=False)
    number = models.PositiveSmallIntegerField()
    # Found by ``attempt_tally``.
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="attempts", db_index=False)
    division = models.ForeignKey(Division, models.PROTECT, null=True, related_name="attempts")
    is_ranked = models.BooleanField(default=True)
    started_at = models.DateTimeField()
    deadline = models.DateTimeField()
    paper = models.JSONField()
    answers = models.JSONField(default=dict)
    journal = models.JSONField(default=list)
    rev = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)
    device = models.CharField(max_length=32, blank=True, default="")
    prediction = models.DecimalField(max_digits=14, decimal_places=5, null=True)
    essay = models.TextField(blank=True, default="")
    essay_points = models.PositiveSmallIntegerField(null=True)
    essay_marked_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=State, default=State.IN_PROGRESS)
    closed_by = models.CharField(max_length=10, choices=ClosedBy, blank=True)
    # False when the round asks for every answer and some were missing: does not count.
    is_complete = models.BooleanField(default=True)
    points = models.PositiveIntegerField(null=True)
    correct = models.PositiveSmallIntegerField(null=True)
    is_perfect = models.BooleanField(default=False)
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
            ),
            # What the monitor counts; a save changes no column of them.
            models.Index(fields=["unit", "is_ranked", "number", "entry"], name="attempt_tally"),
            models.Index(fields=["started_at"], name="attempt_started"),
            models.Index(
                fields=["closed_by", "submitted_at"],
                condition=Q(submitted_at__isnull=False),
                name="attempt_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry}, lượt {self.number}"

    @property
    def total(self) -> int:
        """How many questions the paper has."""
        return len(self.paper)

    @property
    def device_turns(self) -> list[tuple[int, datetime]]:
        """The changes of device: to which one, the first being 1 (0 once its name is erased), and
        when. Lists of attempts prefetch ``device_changes``."""
        known = [self.device]
        for change in (changes := list(self.device_changes.all())):
            if change.device not in known:
                known.append(change.device)
        return [(known.index(c.device) + 1 if c.device else 0, c.at) for c in changes]


class RefusedSave(models.Model):
    """A save that lost against another one; kept so that history shows both answers."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="refused_saves")
    rev = models.PositiveIntegerField()
    answers = models.JSONField()
    reason = models.CharField(max_length=20)
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.attempt}: rev {self.rev}, {self.reason}"


class DeviceChange(models.Model):
    """Append-only: an attempt in progress was opened on another device than the last one."""

    # Found by the index of ``device_change_once``.
    attempt = models.ForeignKey(
        Attempt, models.CASCADE, related_name="device_changes", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    device = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["attempt", "number"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "number"], name="device_change_once")
        ]

    def __str__(self) -> str:
        return f"{self.attempt}, đổi thiết bị lần {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A change of device is never rewritten.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A change of device is never deleted.")
