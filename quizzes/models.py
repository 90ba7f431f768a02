"""What there is to know: programmes, their clauses, questions and the questions' versions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Programme(models.Model):
    """One of the documents learned, such as ``03-CTr/TU``."""

    class Kind(models.TextChoices):
        ACTION = "action", "Chương trình hành động"
        CORE = "core", "Chương trình trọng tâm"
        BREAKTHROUGH = "breakthrough", "Kế hoạch đột phá"

    code = models.CharField("số hiệu", max_length=20, unique=True)
    title = models.CharField("tên đầy đủ", max_length=300)
    short_title = models.CharField("tên gọn", max_length=120)
    kind = models.CharField("loại", max_length=20, choices=Kind)
    issued_on = models.DateField("ngày ban hành")
    position = models.PositiveSmallIntegerField("thứ tự")

    class Meta:
        verbose_name = "văn bản"
        verbose_name_plural = "văn bản"
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.code}: {self.short_title}"

    @property
    def number(self) -> str:
        """The number that pictures the document: "03" of ``03-CTr/TU``."""
        return self.code.split("-")[0]


class Clause(models.Model):
    """A numbered clause or a lettered item, with a stable code such as ``31-KH/TU:3.ii``."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="clauses")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "mục"
        verbose_name_plural = "mục"
        ordering = ["programme", "position"]

    def __str__(self) -> str:
        return self.code


class Question(models.Model):
    """The lasting identity of a question (``KR-041``); what it says lives in its versions."""

    code = models.CharField(max_length=40, unique=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="questions")

    class Meta:
        verbose_name = "câu hỏi"
        verbose_name_plural = "câu hỏi"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class QuestionVersion(models.Model):
    """One wording of a question. Immutable but for its status: papers point at it for ever."""

    class Type(models.TextChoices):
        SINGLE = "single", "Một đáp án"
        MULTIPLE = "multiple", "Nhiều đáp án"
        TRUE_FALSE = "true_false", "Đúng hay sai"

    class Difficulty(models.TextChoices):
        EASY = "easy", "Dễ"
        MEDIUM = "medium", "Trung bình"
        HARD = "hard", "Khó"

    class Status(models.TextChoices):
        DRAFT = "draft", "Bản nháp"
        IN_REVIEW = "in_review", "Đang thẩm định"
        APPROVED = "approved", "Đã duyệt"
        RETIRED = "retired", "Đã thôi dùng"

    question = models.ForeignKey(Question, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("bản thứ")
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="question_versions")
    type = models.CharField(max_length=20, choices=Type)
    difficulty = models.CharField(max_length=10, choices=Difficulty)
    stem = models.TextField()
    choices = models.JSONField(help_text='[{"key": "a", "text": "..."}, ...] in bank order')
    answer = models.JSONField(help_text='keys of the right choices, sorted: ["b"]')
    quote = models.TextField()
    explanation = models.TextField()
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "bản của câu hỏi"
        verbose_name_plural = "các bản của câu hỏi"
        ordering = ["question", "number"]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["question"],
                condition=Q(status="approved"),
                name="one_approved_version_per_question",
            ),
        ]
        indexes = [models.Index(fields=["status", "difficulty"], name="version_pool")]

    def __str__(self) -> str:
        return f"{self.question} (bản {self.number})"
