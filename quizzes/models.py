"""What there is to know: programmes, their clauses, questions and the questions' versions."""

from __future__ import annotations

import re
import unicodedata

from django.conf import settings
from django.db import models
from django.db.models import Q


class Programme(models.Model):
    """One of the documents learned, such as ``03-CTr/TU``."""

    class Kind(models.TextChoices):
        ACTION = "action", "Chương trình hành động"
        CORE = "core", "Chương trình trọng tâm"
        BREAKTHROUGH = "breakthrough", "Kế hoạch đột phá"
        DISPATCH = "dispatch", "Công văn triển khai"

    code = models.CharField("số hiệu", max_length=20, unique=True)
    title = models.CharField("tên đầy đủ", max_length=300)
    short_title = models.CharField("tên gọn", max_length=120)
    kind = models.CharField("loại", max_length=20, choices=Kind)
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
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

    @property
    def slug(self) -> str:
        """The document in an address, in plain letters: ``03-CTr-TU``, ``12-NQ-DU``."""
        letters = unicodedata.normalize("NFD", self.code.translate({0x110: "D", 0x111: "d"}))
        return re.sub("[^A-Za-z0-9]+", "-", re.sub("[\u0300-\u036f]", "", letters)).strip("-")


class Clause(models.Model):
    """A numbered clause or a lettered item, with a stable code such as ``31-KH/TU:3.ii``."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="clauses")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    note = models.TextField("ghi chú học tập", blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "mục"
        verbose_name_plural = "mục"
        ordering = ["programme", "position"]

    def __str__(self) -> str:
        return self.code


class Document(models.Model):
    """An official text as the organiser loaded it; one file may hold several programmes.

    ``original`` is what was extracted, ``text`` what it became by corrections; both in the plain
    form that ``quizzes.clauses`` reads. Accepting makes the passages; then nothing changes it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Đang kiểm tra"
        ACCEPTED = "accepted", "Đã chấp nhận"
        DROPPED = "dropped", "Đã bỏ"

    title = models.CharField("tên", max_length=300)
    file_name = models.CharField("tệp", max_length=255)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    original = models.TextField()
    text = models.TextField()
    rev = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    uploaded_by_name = models.CharField(max_length=255)
    uploaded_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    accepted_by_name = models.CharField(max_length=255, blank=True)
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "văn bản gốc"
        verbose_name_plural = "văn bản gốc"
        ordering = ["-uploaded_at", "-id"]

    def __str__(self) -> str:
        return self.title


class Passage(models.Model):
    """The official text of one clause in one accepted document."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="passages")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="passages")
    text = models.TextField()
    is_current = models.BooleanField(default=True)

    class Meta:
        verbose_name = "lời văn của mục"
        verbose_name_plural = "lời văn của các mục"
        ordering = ["document", "clause"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "clause"], name="passage_once_per_document"
            ),
            models.UniqueConstraint(
                fields=["clause"], condition=Q(is_current=True), name="one_current_passage"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clause} ({self.document_id})"


class Question(models.Model):
    """The lasting identity of a question (``KR-041``); what it says lives in its versions."""

    code = models.CharField(max_length=40, unique=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="questions")

    class Meta:
        verbose_name = "câu hỏi"
        verbose_name_plural = "câu hỏi"
        ordering = ["code"]
        permissions = [
            ("write_questions", "Biên soạn câu hỏi"),
            ("review_questions", "Thẩm định câu hỏi"),
        ]

    def __str__(self) -> str:
        return self.code


class QuestionVersion(models.Model):
    """One wording of a question. Once approved it is immutable but for its status: papers point
    at it for ever. A draft changes until it is handed in for review."""

    class Type(models.TextChoices):
        SINGLE = "single", "Một đáp án"
        MULTIPLE = "multiple", "Nhiều đáp án"
        TRUE_FALSE = "true_false", "Đúng hay sai"
        FILL = "fill", "Điền cụm từ"
        ORDER = "order", "Sắp xếp"
        MATCH = "match", "Ghép đôi"

    class Difficulty(models.TextChoices):
        EASY = "easy", "Dễ"
        MEDIUM = "medium", "Trung bình"
        HARD = "hard", "Khó"

    class Status(models.TextChoices):
        DRAFT = "draft", "Bản nháp"
        IN_REVIEW = "in_review", "Đang thẩm định"
        APPROVED = "approved", "Đã duyệt"
        MUST_REVIEW = "must_review", "Cần xem lại"
        RETIRED = "retired", "Đã thôi dùng"

    class Origin(models.TextChoices):
        BANK = "bank", "Tệp ngân hàng"
        DESK = "desk", "Soạn tại bàn"
        DERIVED = "derived", "Gợi ý từ văn bản"
        IMPORTED = "imported", "Nhập từ tệp"

    question = models.ForeignKey(Question, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("bản thứ")
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    origin = models.CharField(max_length=20, choices=Origin, default=Origin.BANK)
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="question_versions")
    type = models.CharField(max_length=20, choices=Type)
    difficulty = models.CharField(max_length=10, choices=Difficulty)
    stem = models.TextField()
    prompts = models.JSONField(default=list, help_text='for match: ["left side", ...]')
    choices = models.JSONField(help_text='[{"key": "a", "text": "..."}, ...] in bank order')
    answer = models.JSONField(
        help_text='keys of the right choices, sorted: ["b"]; order: all keys in the right order; '
        "match: the key of each prompt in turn"
    )
    quote = models.TextField(blank=True)
    explanation = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64)
    rev = models.PositiveIntegerField(default=0, help_text="grows with every change of a draft")
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
            models.UniqueConstraint(
                fields=["question"],
                condition=Q(status__in=["draft", "in_review"]),
                name="one_open_version_per_question",
            ),
        ]
        indexes = [models.Index(fields=["status", "difficulty"], name="version_pool")]

    def __str__(self) -> str:
        return f"{self.question} (bản {self.number})"


class VersionEvent(models.Model):
    """What happened to a version, who did it and when; only ever appended."""

    class Action(models.TextChoices):
        CREATED = "created", "Tạo bản nháp"
        EDITED = "edited", "Sửa bản nháp"
        SUBMITTED = "submitted", "Gửi thẩm định"
        SENT_BACK = "sent_back", "Trả lại để sửa"
        APPROVED = "approved", "Duyệt"
        FLAGGED = "flagged", "Chuyển sang cần xem lại"
        CONFIRMED = "confirmed", "Xem lại và giữ nguyên"
        RETIRED = "retired", "Thôi dùng"
        COMMENTED = "commented", "Góp ý"

    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="events")
    action = models.CharField(max_length=20, choices=Action)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    actor_name = models.CharField(max_length=255)
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = "việc đã làm với câu hỏi"
        verbose_name_plural = "việc đã làm với câu hỏi"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.version}: {self.action}"
