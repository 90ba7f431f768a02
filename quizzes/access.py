"""Gatekeepers of the desk: who may write questions, who may review them."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.access import Visitor
from accounts.models import User
from quizzes.models import Document, QuestionVersion

NO_DESK = "Trang này dành cho người biên soạn và thẩm định câu hỏi."
NO_REVIEW = "Việc này dành cho người thẩm định câu hỏi."
NO_WRITING = "Việc này dành cho người biên soạn câu hỏi."


def may_write(user: Visitor) -> bool:
    """Authors hold the permission ``quizzes.write_questions``."""
    return user.is_authenticated and user.has_perm("quizzes.write_questions")


def may_review(user: Visitor) -> bool:
    """Reviewers hold the permission ``quizzes.review_questions``."""
    return user.is_authenticated and user.has_perm("quizzes.review_questions")


def require_desk(user: Visitor) -> User:
    """An author or reviewer, or ``PermissionDenied``."""
    if not isinstance(user, User) or not (may_write(user) or may_review(user)):
        raise PermissionDenied(NO_DESK)
    return user


def require_author(user: Visitor) -> User:
    """An author, or ``PermissionDenied``."""
    if not isinstance(user, User) or not may_write(user):
        raise PermissionDenied(NO_WRITING)
    return user


def desk_version(user: Visitor, version_id: int) -> QuestionVersion:
    """Any version, for an author or reviewer; ``PermissionDenied`` or 404 otherwise."""
    require_desk(user)
    versions = QuestionVersion.objects.select_related("question__programme", "clause")
    found = versions.filter(pk=version_id).first()
    if found is None:
        raise Http404("Không tìm thấy câu hỏi này.")
    return found


def desk_document(user: Visitor, document_id: int) -> Document:
    """Any document, for an author or reviewer; ``PermissionDenied`` or 404 otherwise."""
    require_desk(user)
    found = Document.objects.filter(pk=document_id).first()
    if found is None:
        raise Http404("Không tìm thấy văn bản này.")
    return found
