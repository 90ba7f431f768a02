"""Rounds: the settings the engine executes, the paper's plan, prizes, and the published rules."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from contest.models.contests import Contest, Division
from contest.ordering import DEFAULT_KEYS
from contest.phases import Hours, Window
from contest.visibility import Board, Names, Shown, Visibility
from quizzes.models import Programme, QuestionVersion


def default_keys() -> list[str]:
    """Points, prediction, time taken, time handed in."""
    return list(DEFAULT_KEYS)


def new_secret() -> str:
    """256 random bits in hexadecimal; the seed of every paper of a round derives from it."""
    return secrets.token_hex(32)


class Round(models.Model):
    """A window in which people take attempts.

    Once published, settings change only by services that write a new version of the rules.
    """

    class PredictionTarget(models.TextChoices):
        NONE = "", "Không có câu dự đoán"
        PERFECT = "perfect", "Số người trả lời đúng tất cả các câu"
        ENTRANTS = "entrants", "Số người dự thi"
        ATTEMPTS = "attempts", "Số lượt dự thi"
        PERCENT = "percent", "Tỷ lệ phần trăm người trả lời đúng tất cả các câu"

    class ShownWhen(models.TextChoices):
        AT_ONCE = Shown.AT_ONCE, "Ngay sau khi nộp bài"
        AFTER_CLOSE = Shown.AFTER_CLOSE, "Sau khi vòng thi đóng"
        AFTER_FINAL = Shown.AFTER_FINAL, "Sau khi công bố kết quả chính thức"

    class BoardShown(models.TextChoices):
        ALWAYS = Board.ALWAYS, "Luôn hiện"
        AFTER_FINISH = Board.AFTER_FINISH, "Chỉ người đã nộp bài được xem khi vòng thi còn mở"
        AFTER_CLOSE = Board.AFTER_CLOSE, "Sau khi vòng thi đóng"
        AFTER_FINAL = Board.AFTER_FINAL, "Sau khi công bố kết quả chính thức"

    class NamesShown(models.TextChoices):
        FULL = Names.FULL, "Họ và tên đầy đủ"
        SHORTENED = Names.SHORTENED, "Rút gọn (H. T. Yến)"
        HIDDEN = Names.HIDDEN, "Ẩn tên (Người dự thi số 123)"

    class AdmitsFrom(models.TextChoices):
        ANYBODY = "", "Mọi người trong đối tượng dự thi"
        EACH_ROUND = "each_round", "Người đứng đầu từng vòng trước"
        TABLE = "table", "Người đứng đầu bảng tổng hợp các vòng trước"

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField("vòng")
    title = models.CharField("tên vòng thi", max_length=200)

    # When.
    opens_at = models.DateTimeField("mở lúc")
    closes_at = models.DateTimeField("đóng lúc")
    weekdays = models.JSONField("các ngày trong tuần", default=list, blank=True)  # 0 is Monday
    daily_from = models.TimeField("từ giờ", null=True, blank=True)
    daily_to = models.TimeField("đến trước giờ", null=True, blank=True)
    time_limit_s = models.PositiveIntegerField("thời gian làm bài (giây)")

    # What is asked, and how often.
    attempts_allowed = models.PositiveSmallIntegerField("số lượt", null=True, blank=True)
    shuffles_questions = models.BooleanField("đảo thứ tự câu hỏi", default=True)
    shuffles_choices = models.BooleanField("đảo thứ tự phương án", default=True)
    requires_all = models.BooleanField("phải trả lời đủ các câu", default=False)
    prediction_target = models.CharField(
        "câu dự đoán", max_length=20, choices=PredictionTarget, blank=True
    )
    essay_prompt = models.TextField("câu tự luận", blank=True)
    essay_points = models.PositiveSmallIntegerField("điểm câu tự luận", default=0)

    # Who gets in, and who wins.
    admits_from = models.CharField(max_length=12, choices=AdmitsFrom, blank=True)
    admits_top = models.PositiveSmallIntegerField(null=True, blank=True)
    ranking_keys = models.JSONField("tiêu chí xếp hạng", default=default_keys)
    prizes_need_perfect = models.BooleanField(
        "chỉ trao giải cá nhân cho người đúng tất cả các câu", default=False
    )

    # What is shown, and when.
    results_shown = models.CharField(max_length=12, choices=ShownWhen, default=Shown.AT_ONCE)
    solutions_shown = models.CharField(max_length=12, choices=ShownWhen, default=Shown.AFTER_CLOSE)
    board_shown = models.CharField(max_length=12, choices=BoardShown, default=Board.ALWAYS)
    frozen_at = models.DateTimeField("đóng băng bảng xếp hạng từ", null=True, blank=True)
    names_shown = models.CharField(max_length=12, choices=NamesShown, default=Names.FULL)
    extra_rules = models.TextField("quy định khác", blank=True)

    # State, written by services only.
    secret = models.CharField(max_length=64, default=new_secret, editable=False)
    # Version ids a blueprint line may draw from, frozen at publication: [[12, 15, ...], ...].
    pools = models.JSONField(default=list, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The latest deadline of anybody, when decisions moved one beyond the close.
    answers_until = models.DateTimeField(null=True, blank=True, editable=False)
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Grows with every decision about time, results or names; 0 means there is none to look for.
    decisions_rev = models.PositiveIntegerField(default=0, editable=False)
    revealed_at = models.DateTimeField(null=True, blank=True, editable=False)
    reveal_step = models.PositiveIntegerField(default=0, editable=False)
    finalised_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Set while a correction of the final result is being prepared.
    reopened_at = models.DateTimeField(null=True, blank=True, editable=False)

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
    def hours(self) -> Hours | None:
        """The part of each day in which people may work; None for day and night."""
        if self.daily_from is None or self.daily_to is None:
            return None
        return Hours(frozenset(self.weekdays or range(7)), self.daily_from, self.daily_to)

    @property
    def window(self) -> Window:
        return Window(
            self.opens_at, self.closes_at, self.finalised_at, self.hours, self.answers_until
        )

    @property
    def visibility(self) -> Visibility:
        return Visibility(
            window=self.window,
            results=Shown(self.results_shown),
            solutions=Shown(self.solutions_shown),
            board=Board(self.board_shown),
            frozen_at=self.frozen_at,
            revealed_at=self.revealed_at,
        )

    @property
    def time_limit(self) -> timedelta:
        return timedelta(seconds=self.time_limit_s)


class BlueprintLine(models.Model):
    """So many questions of one programme and difficulty, each worth so many points.

    A line of a division serves its people only; people of a division without lines of its own
    get the lines without division.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="lines")
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="lines"
    )
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


class PoolMember(models.Model):
    """A question version that papers of a published round may hold: it can no longer be deleted."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="pool_members")
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="pool_members")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "version"], name="in_the_pool_once")
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.version}"


class Prize(models.Model):
    """A prize of a round: so many of it, for people of a division (or all), or for units."""

    class Measure(models.TextChoices):
        PEOPLE = "", "Cá nhân theo thứ hạng"
        ENTRANTS = "entrants", "Đơn vị nhiều người dự thi nhất"
        RATE = "rate", "Đơn vị có tỷ lệ người dự thi cao nhất"
        MEAN = "mean", "Đơn vị có điểm trung bình cao nhất"
        PERFECT = "perfect", "Đơn vị nhiều người đúng tất cả các câu nhất"
        WINNERS = "winners", "Đơn vị nhiều người đạt giải nhất"

    round = models.ForeignKey(Round, models.CASCADE, related_name="prizes")
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="prizes"
    )
    position = models.PositiveSmallIntegerField()
    # For units: only those of this emulation block (Unit.block) among each other, "" for all.
    block = models.CharField("khối thi đua", max_length=80, blank=True, default="")
    measure = models.CharField("trao cho", max_length=10, choices=Measure, blank=True)
    name = models.CharField("tên giải", max_length=120)
    count = models.PositiveSmallIntegerField("số giải", default=1)
    worth = models.CharField("giá trị", max_length=200, blank=True)

    class Meta:
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="prize_place_once"),
            models.CheckConstraint(condition=Q(count__gt=0), name="prize_is_given"),
        ]

    def __str__(self) -> str:
        return f"{self.count:02d} {self.name}"


class RulesVersion(models.Model):
    """The rules of a round as everybody could read them from ``at`` on. Never changed.

    ``articles``: ``[{"title", "sentences", "items", "ordered"}]``; ``changes``: what is new
    against the version before, in sentences; empty for the first.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="rules_versions")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    reason = models.TextField(blank=True)
    settings = models.JSONField()
    articles = models.JSONField()
    changes = models.JSONField(default=list)

    class Meta:
        ordering = ["round", "number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="rules_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.round}, thể lệ bản {self.number}"
