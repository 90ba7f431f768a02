"""People, the units they belong to, and what they agreed to."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.statements import Prepared
from accounts.text import fold, name_sort_key, nfc


class User(AbstractUser):
    """A person. Signs in by phone, e-mail or username; the name is free text of any length."""

    # Vietnamese names do not split into first and last.
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    full_name = models.CharField("họ và tên", max_length=200)
    phone = models.CharField("số điện thoại", max_length=16, null=True, blank=True, unique=True)
    email = models.EmailField("e-mail", blank=True)
    birth_date = models.DateField("ngày sinh", null=True, blank=True)
    is_name_hidden = models.BooleanField(default=False, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)
    sort_key = models.CharField(max_length=400, editable=False, db_index=True)
    search_text = models.CharField(max_length=200, editable=False, db_index=True)

    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="one_account_per_email", condition=~Q(email="")
            ),
            models.UniqueConstraint(Lower("username"), name="one_account_per_username"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the derived columns in step with the name, whoever saves."""
        self.full_name = nfc(self.full_name)
        self.username = nfc(self.username)
        self.email = nfc(self.email).lower()
        self.sort_key = name_sort_key(self.full_name)
        self.search_text = fold(self.full_name)[:200]  # folding may lengthen: ß becomes ss
        super().save(*args, **kwargs)

    # A password in Vietnamese may arrive composed or decomposed, depending on the keyboard.
    def set_password(self, raw_password: str | None) -> None:
        super().set_password(_composed(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        return super().check_password(_composed(raw_password))

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Most people hold no duty at all, which one small read tells."""
        return self.has_duties and super().has_perm(perm, obj)

    @cached_property
    def has_duties(self) -> bool:
        """Whether any permission can come from somewhere: the person's own, a group, or all."""
        return self.is_superuser or _with_duties.first(user=self.pk) is not None

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        """The given name: the last word, by which people are addressed."""
        return self.full_name.split()[-1] if self.full_name.strip() else self.username


_with_duties = Prepared(
    lambda user: (
        User.objects.filter(Q(groups__isnull=False) | Q(user_permissions__isnull=False))
        .filter(pk=user)
        .order_by()
        .values_list("pk")
    ),
    "user",
)


def _composed(password: str | None) -> str | None:
    return None if password is None else unicodedata.normalize("NFC", password)


def display_name(user: User) -> str:
    """What allauth shows for a person."""
    return str(user)


class Unit(models.Model):
    """A node of the tree of organisations: province, commune, department, union, school..."""

    class Kind(models.TextChoices):
        PROVINCE = "province", "Tỉnh"
        GROUP = "group", "Khối"
        COMMUNE = "commune", "Xã"
        WARD = "ward", "Phường"
        PARTY_BODY = "party_body", "Cơ quan Đảng"
        DEPARTMENT = "department", "Sở, ban, ngành"
        FRONT_BODY = "front_body", "Mặt trận, đoàn thể"
        YOUTH_UNION = "youth_union", "Đoàn thanh niên"
        TRADE_UNION = "trade_union", "Công đoàn"
        ARMED_FORCE = "armed_force", "Lực lượng vũ trang"
        SCHOOL = "school", "Trường học"
        OUTSIDE_PROVINCE = "outside_province", "Tỉnh, thành phố khác"

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="trực thuộc",
    )
    code = models.CharField("mã", max_length=60, unique=True)
    name = models.CharField("tên", max_length=200)
    kind = models.CharField("loại", max_length=20, choices=Kind)
    block = models.CharField("khối thi đua", max_length=80, blank=True)
    is_selectable = models.BooleanField("chọn được khi đăng ký", default=True)
    # "/04/khoi-xa-phuong/01273/": one indexed prefix query finds a whole subtree.
    path = models.CharField(max_length=400, unique=True, editable=False)
    search_text = models.CharField(max_length=200, editable=False, db_index=True)
    # Other names in use ("công đoàn"), folded, "; " between: asked only when no name fits.
    alias_text = models.CharField(max_length=400, blank=True, default="", editable=False)
    # Set by accounts.unit_changes only, which also moves the people along.
    dissolved_on = models.DateField("thôi hoạt động từ", null=True, editable=False)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="predecessors",
        verbose_name="nay thuộc",
    )

    class Meta:
        verbose_name = "đơn vị"
        verbose_name_plural = "đơn vị"
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dissolved_on=None) | Q(is_selectable=False),
                name="dissolved_unit_is_not_selectable",
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | Q(dissolved_on__isnull=False),
                name="only_dissolved_units_have_successors",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Derive path and search text; moving a unit with children is the loader's business."""
        self.name = nfc(self.name)
        self.search_text = fold(self.name)[:200]
        self.path = f"{self.parent.path if self.parent else '/'}{self.code}/"
        super().save(*args, **kwargs)


class FormerName(models.Model):
    """An old name that leads to a unit of today ("Xã Hưng Đạo, thành phố Cao Bằng")."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="former_names")
    name = models.CharField("tên", max_length=200)
    was_in = models.CharField("trước đây thuộc", max_length=120, blank=True)
    search_text = models.CharField(max_length=200, editable=False, db_index=True)

    class Meta:
        verbose_name = "tên cũ"
        verbose_name_plural = "tên cũ"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name", "was_in"], name="former_name_once_per_unit"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.was_in})" if self.was_in else self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        # With the old district, by which people tell equal names apart.
        self.name, self.was_in = nfc(self.name), nfc(self.was_in)
        self.search_text = fold(f"{self.name} {self.was_in}")[:200]
        super().save(*args, **kwargs)


class UnitChange(models.Model):
    """Append-only: a unit got another name, went into another one, or ended, and why."""

    class Kind(models.TextChoices):
        RENAMED = "renamed", "Đổi tên"
        MERGED = "merged", "Sáp nhập"
        DISSOLVED = "dissolved", "Giải thể"

    kind = models.CharField("việc", max_length=20, choices=Kind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="changes", verbose_name="đơn vị")
    into = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="arrivals", verbose_name="vào đơn vị"
    )
    old_name = models.CharField("tên cũ", max_length=200)
    new_name = models.CharField("tên mới", max_length=200, blank=True)
    on = models.DateField("từ ngày")
    reason = models.TextField("lý do, căn cứ")
    actor = models.ForeignKey(User, models.SET_NULL, null=True, verbose_name="người làm")
    actor_name = models.CharField("người làm", max_length=200)
    at = models.DateTimeField("ghi lúc", default=timezone.now)

    class Meta:
        verbose_name = "thay đổi đơn vị"
        verbose_name_plural = "thay đổi đơn vị"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.old_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("A change of a unit is never rewritten.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A change of a unit is never deleted.")


class HeadCount(models.Model):
    """How many members a unit declared, as of a day. Rows are added, never changed."""

    unit = models.ForeignKey(
        Unit, models.CASCADE, related_name="head_counts", verbose_name="đơn vị"
    )
    members = models.PositiveIntegerField("số người")
    as_of = models.DateField("tính đến ngày", default=date.today)
    declared_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, verbose_name="người khai"
    )
    note = models.CharField("ghi chú", max_length=200, blank=True)
    created_at = models.DateTimeField("ghi lúc", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "số người của đơn vị"
        verbose_name_plural = "số người của đơn vị"
        ordering = ["unit", "as_of", "id"]
        indexes = [models.Index(F("unit"), F("as_of").desc(), name="head_count_latest")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.members}"


class Affiliation(models.Model):
    """A person's place in a unit for a span of time. One current affiliation is primary."""

    class Role(models.TextChoices):
        MEMBER = "member", "Thành viên"
        YOUTH_MEMBER = "youth_member", "Đoàn viên thanh niên"
        TRADE_UNION_MEMBER = "trade_union_member", "Đoàn viên công đoàn"
        LEADER = "leader", "Phụ trách đơn vị"

    user = models.ForeignKey(User, models.CASCADE, related_name="affiliations")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="affiliations")
    role = models.CharField(max_length=20, choices=Role, default=Role.MEMBER)
    is_primary = models.BooleanField(default=False)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "nơi tham gia"
        verbose_name_plural = "nơi tham gia"
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(is_primary=True, until__isnull=True),
                name="one_primary_affiliation",
            ),
            models.UniqueConstraint(
                fields=["user", "unit", "role"],
                condition=Q(until__isnull=True),
                name="affiliation_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.unit}"


class Consent(models.Model):
    """Proof that a person agreed to a purpose: which wording, when, until when."""

    class Purpose(models.TextChoices):
        CONTEST = "contest", "Dùng thông tin đăng ký cho cuộc thi"

    user = models.ForeignKey(User, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose)
    wording_version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user}: {self.purpose}"
