"""Which questions a paper may be drawn from."""

from __future__ import annotations

from quizzes.models import Programme, QuestionVersion


def drawable_versions(programme: Programme, difficulty: str = "") -> list[int]:
    """Ids of the approved versions of a programme, of one difficulty or of any (""), sorted."""
    approved = QuestionVersion.objects.filter(
        question__programme=programme, status=QuestionVersion.Status.APPROVED
    )
    if difficulty:
        approved = approved.filter(difficulty=difficulty)
    return list(approved.order_by("id").values_list("id", flat=True))


def pool_sizes() -> dict[tuple[int, str], int]:
    """``{(programme id, difficulty or ""): approved questions}`` for the console's hints."""
    approved = QuestionVersion.objects.filter(status=QuestionVersion.Status.APPROVED)
    sizes: dict[tuple[int, str], int] = {}
    for programme, difficulty in approved.values_list("question__programme_id", "difficulty"):
        for key in ((programme, difficulty), (programme, "")):
            sizes[key] = sizes.get(key, 0) + 1
    return sizes
