"""Contests, their divisions, and who works for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from contest.eligibility import Eligibility


class Contest(models.Model):
    """A competition people know by name; holds one or more rounds."""

    class Profile(models.TextChoices):
        PARTY = "party", "Văn bản của Đảng"
        STATE = "state", "Văn bản của cơ quan nhà nước"
        YOUTH_UNION = "youth_union", "Văn bản của Đoàn Thanh niên"
        TRADE_UNION = "trade_union", "Văn bản của Công đoàn"

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField("tên cuộc thi", max_length=200)
    summary = models.TextField("giới thiệu", blank=True)
    # Who may enter at all (see contest/eligibility.py), and units whose people may only practise.
    eligibility = models.JSONField("đối tượng dự thi", default=dict, blank=True)
    excluded_units = models.JSONField("đơn vị không xếp hạng", default=list, blank=True)
    one_prize_per_person = models.BooleanField("mỗi người một giải", default=False)
    has_table = models.BooleanField("có bảng tổng hợp các vòng", default=False)
    issuer_parent = models.CharField("cơ quan cấp trên", max_length=200, blank=True)
    issuer = models.CharField("cơ quan tổ chức", max_length=200, blank=True)
    place = models.CharField("nơi ban hành", max_length=80, blank=True, default="Cao Bằng")
    profile = models.CharField(
        "thể thức văn bản", max_length=20, choices=Profile, default=Profile.PARTY
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "cuộc thi"
        verbose_name_plural = "cuộc thi"
        ordering = ["-created_at", "-id"]
        permissions = [("organise", "Tổ chức cuộc thi: tạo, công bố và theo dõi vòng thi")]

    def __str__(self) -> str:
        return self.title

    @property
    def who(self) -> Eligibility:
        """Who may enter at all."""
        return Eligibility.from_json(self.eligibility)


class Division(models.Model):
    """A bảng: people who compete among themselves, with their own board and prizes.

    A person belongs to the first division, by position, whose conditions they meet.
    """

    contest = models.ForeignKey(Contest, models.PROTECT, related_name="divisions")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField("mã", max_length=40)
    name = models.CharField("tên bảng", max_length=120)
    eligibility = models.JSONField("đối tượng", default=dict, blank=True)

    class Meta:
        verbose_name = "bảng"
        verbose_name_plural = "bảng"
        ordering = ["contest", "position"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "code"], name="division_code_once"),
            models.UniqueConstraint(fields=["contest", "position"], name="division_place_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def who(self) -> Eligibility:
        """Whose division it is."""
        return Eligibility.from_json(self.eligibility)


class Exclusion(models.Model):
    """A person who works for the contest without an account's duty: may practise, never ranks."""

    contest = models.ForeignKey(Contest, models.CASCADE, related_name="exclusions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exclusions")
    role = models.CharField("vai trò", max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contest", "user"], name="excluded_once_per_contest")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"
