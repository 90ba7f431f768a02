"""What may be done with a version, by whom and when: the buttons of its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from quizzes.access import may_review, may_write
from quizzes.desk import services as desk
from quizzes.desk import soundness
from quizzes.desk.services import DeskError
from quizzes.models import QuestionVersion

Status = QuestionVersion.Status


@dataclass(frozen=True, slots=True)
class Deed:
    """One button. ``note`` is what to write with it: a label, or "" for nothing;
    ``other_hand`` keeps it from those who wrote the version."""

    name: str
    label: str
    done: str
    service: Callable[..., object]
    allowed: Callable[[User], bool]
    statuses: tuple[str, ...]
    note: str = ""
    other_hand: bool = False

    def do(
        self, *, actor: User, version: QuestionVersion, rev: int, note: str, now: datetime
    ) -> object:
        """Call the service. Raises ``DeskError`` when it refuses, or when the page showed
        another wording (``rev``): nobody approves what they have not seen."""
        if rev != version.rev:
            raise DeskError(desk.CHANGED)
        said = {"note": note} if self.note else {}
        return self.service(actor=actor, version=version, now=now, **said)


DEEDS = (
    Deed(
        "submit",
        "Gửi thẩm định",
        "Đã gửi thẩm định.",
        desk.submit,
        may_write,
        (Status.DRAFT,),
    ),
    Deed(
        "approve",
        "Duyệt câu hỏi",
        "Đã duyệt. Câu hỏi có thể được bốc vào đề của các vòng công bố từ nay.",
        desk.approve,
        may_review,
        (Status.IN_REVIEW,),
        note="Nhận xét (có thể để trống)",
        other_hand=True,
    ),
    Deed(
        "confirm",
        "Xem lại: vẫn đúng, dùng tiếp",
        "Đã xác nhận, câu hỏi được dùng tiếp.",
        desk.confirm,
        may_review,
        (Status.MUST_REVIEW,),
        note="Vì sao vẫn đúng với lời văn mới",
        other_hand=True,
    ),
    Deed(
        "send_back",
        "Trả lại để sửa",
        "Đã trả lại bản nháp cho người soạn.",
        desk.send_back,
        may_review,
        (Status.IN_REVIEW,),
        note="Điều cần sửa",
    ),
    Deed(
        "revise",
        "Soạn bản mới",
        "Đây là bản nháp mới; bản đang dùng vẫn dùng cho tới khi bản này được duyệt.",
        desk.revise,
        may_write,
        (Status.APPROVED, Status.MUST_REVIEW, Status.RETIRED),
    ),
    Deed(
        "comment",
        "Gửi góp ý",
        "Đã ghi góp ý.",
        desk.comment,
        lambda user: may_write(user) or may_review(user),
        tuple(Status),
        note="Góp ý",
    ),
    Deed(
        "discard",
        "Bỏ bản nháp",
        "Đã bỏ bản nháp.",
        desk.discard,
        may_write,
        (Status.DRAFT,),
        note="Lý do",
    ),
    Deed(
        "retire",
        "Thôi dùng câu hỏi",
        "Câu hỏi không còn được bốc vào đề của các vòng công bố từ nay.",
        desk.retire,
        may_review,
        desk.IN_USE,
        note="Lý do",
    ),
)


def deeds_for(user: User, version: QuestionVersion) -> list[Deed]:
    """The deeds open to this person with this version now, the nearest first."""
    is_writer = user.pk in soundness.writers(version)
    return [
        deed
        for deed in DEEDS
        if version.status in deed.statuses
        and deed.allowed(user)
        and not (deed.other_hand and is_writer)
    ]
