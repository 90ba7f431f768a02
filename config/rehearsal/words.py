"""What a rehearsal found, in plain Vietnamese. Pure; every sentence says a figure measured."""

from __future__ import annotations

from config.rehearsal.figures import BOUND_S, RUSH_S, Findings, Found, Wave
from contest.wording import number

# From this share of one core on there is hardly anything left for what was not rehearsed.
NEARLY_ALL = 0.8
# Other programs that took this much of a core made the result worse than the machine is.
DISTURBED = 0.3
LEAST_DISK_MB = 1_000

_START, _WORK, _FINISH = (
    "cùng bấm Bắt đầu trong 10 giây",
    "cùng làm bài",
    "nộp bài trong phút cuối",
)


def report(found: Findings) -> list[str]:
    """All there is to say, the verdict last."""
    parts = [(_START, found.start), (_WORK, found.work), (_FINISH, found.finish)]
    lines: list[str] = []
    for name, part in parts:
        lines += [f"{name[:1].upper()}{name[1:]}{_pace(name, part)}:", *_waves(part)]
    return [*lines, *_facts(found), "", *verdict(found)]


def verdict(found: Findings) -> list[str]:
    """What this server holds, whether that is enough, and what to do if not."""
    return [*_held(found), _enough(found), *advice(found)]


def advice(found: Findings) -> list[str]:
    """What the organiser should do, most urgent first."""
    tips = []
    if found.lost:
        tips.append(
            f"{number(found.lost)} lượt đã báo “đã lưu” hoặc “đã nộp” mà cơ sở dữ liệu không có. "
            "Đừng mở vòng thi trên máy này; hãy báo người quản trị xem lại đĩa và cơ sở dữ liệu."
        )
    if not found.start.is_enough:
        tips.append(_about_start(found))
    if not (found.work.is_enough and found.finish.is_enough):
        tips.append(_about_machine(found))
    if found.server_mb > found.free_mb:
        tips.append(
            "Bộ nhớ trống ít hơn phần máy chủ đã dùng khi diễn tập: nên tắt bớt chương trình khác "
            "hoặc thêm bộ nhớ."
        )
    if found.disk_free_mb is not None and found.disk_free_mb < LEAST_DISK_MB:
        tips.append("Đĩa sắp đầy, bài thi sẽ không lưu được: hãy dọn đĩa hoặc thêm đĩa.")
    return [f"- {tip}" for tip in tips]


def _enough(found: Findings) -> str:
    people = f"Với {number(found.people)} người dự kiến"
    if found.lost:
        return f"{people}: KHÔNG dùng được, vì có bài đã báo lưu mà mất."
    if not found.is_enough:
        return f"{people}: CHƯA ĐỦ."
    busiest = max(_cores(part) for part in (found.start, found.work, found.finish))
    if busiest >= NEARLY_ALL:
        return (
            f"{people}: ĐỦ, nhưng sát: lúc nặng nhất máy chủ đã dùng {_percent(busiest)} một nhân. "
            "Nên chừa thêm, ví dụ cho các khối vào thi lệch giờ nhau."
        )
    return f"{people}: ĐỦ. Lúc nặng nhất máy chủ dùng {_percent(busiest)} một nhân."


def _held(found: Findings) -> list[str]:
    held, unknown = [], []
    for name, part in ((_START, found.start), (_WORK, found.work), (_FINISH, found.finish)):
        if part.held is None:
            unknown.append(name)
        elif part.is_enough:
            held.append(f"ít nhất {number(part.people)} người {name}")
        else:
            held.append(f"khoảng {number(about(part.people))} người {name}")
    lines = [f"Máy chủ này giữ được {_list(held)}."] if held else []
    if unknown:
        lines.append(f"Chưa mức nào đã thử được giữ trọn khi mọi người {_list(unknown)}.")
    return lines


def _list(items: list[str]) -> str:
    """ "a", "a và b", "a, b và c"."""
    return " và ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else items[0]


def about(people: int) -> int:
    """The figure without what is not known so exactly: two digits, rounded down."""
    grain = int(10 ** max(0, len(str(people)) - 2))
    return people // grain * grain


def _about_start(found: Findings) -> str:
    if found.start.held is None:
        return (
            "Nên diễn tập lại với ít người hơn hoặc với --minutes lớn hơn; nếu vẫn vậy, cần máy "
            "mạnh hơn."
        )
    return (
        "Nên cho vào thi thành nhiều đợt, ví dụ hẹn giờ theo khối hoặc theo xã, mỗi đợt không quá "
        f"{number(about(found.start.people))} người trong {RUSH_S} giây; hoặc dùng máy mạnh hơn."
    )


def _about_machine(found: Findings) -> str:
    if found.is_server_mode:
        return (
            "Nên chạy thêm tiến trình máy chủ hoặc dùng máy mạnh hơn rồi diễn tập lại: ở đây chỉ "
            "đo một tiến trình."
        )
    return (
        "Nên dùng máy mạnh hơn, hoặc chuyển sang chế độ máy chủ với nhiều tiến trình (xem "
        "docs/running.md) rồi diễn tập lại."
    )


def _pace(name: str, part: Found) -> str:
    """What stands for one person who works."""
    return f", mỗi người trả lời một câu sau mỗi {part.span_s:.0f} giây" if name == _WORK else ""


def _waves(part: Found) -> list[str]:
    if not part.tried:
        return ["  chưa thử được, vì quá ít người đã vào thi được."]
    return [f"  {wave_words(wave, part.span_s)}" for wave in part.tried]


def wave_words(wave: Wave, span_s: float) -> str:
    """One wave in a line: how many people it stands for, how fast the answers came."""
    errors = ", ".join(f"{what} ({number(times)} lần)" for what, times in wave.errors.items())
    outcome = "giữ được" if wave.is_held else "không giữ được"
    return (
        f"mức {number(round(wave.rate * span_s))} người, thử {_seconds(wave.seconds)} giây: "
        f"một nửa chờ dưới {_seconds(wave.p50_s)} giây, 99% chờ dưới {_seconds(wave.p99_s)} giây; "
        f"{'lỗi: ' + errors if errors else 'không lỗi'}; máy chủ dùng {_percent(wave.cores)} một "
        f"nhân: {outcome}"
    )


def _facts(found: Findings) -> list[str]:
    kept = (
        f"Đã báo lưu hoặc nộp: {number(found.acknowledged)} lượt; cơ sở dữ liệu có "
        f"{number(found.recorded)}; mất {number(found.lost)}."
    )
    board = (
        f"Người xem bảng xếp hạng: {number(found.watchers)}, nhận {number(found.frames)} lần cập "
        f"nhật, mất kết nối {number(found.watchers_lost)}."
        if found.watchers
        else "Không có người xem bảng xếp hạng."
    )
    memory = (
        f"Bộ nhớ: máy chủ dùng nhiều nhất {number(round(found.server_mb))} MB, máy còn trống "
        f"{number(found.free_mb)} MB."
    )
    return [kept, board, memory, _disk(found), *_limits(found)]


def _disk(found: Findings) -> str:
    grown = (
        f"Bản sao tạm lớn thêm {number(round(found.grown_mb, 1))} MB với "
        f"{number(found.attempts)} lượt thi"
    )
    if found.disk_free_mb is None:
        return f"{grown}."
    return f"{grown}; đĩa còn trống {number(found.disk_free_mb)} MB."


def _limits(found: Findings) -> list[str]:
    """How far these figures can be trusted."""
    one = (
        f"Đã đo một tiến trình với {found.threads} luồng HTTP trên máy {found.machine_cores} nhân; "
        f"“giữ được” là không lỗi và 99% số lượt được trả lời trong {_seconds(BOUND_S)} giây "
        "(đợt thử ngắn bị xét chặt hơn)."
    )
    lines = [one]
    if found.is_server_mode:
        lines.append(
            "Chỉ đo MỘT tiến trình máy chủ, không qua nginx; khi chạy nhiều tiến trình sức chứa "
            "khác đi và chưa được đo ở đây."
        )
    if max(_others(part) for part in (found.start, found.work, found.finish)) >= DISTURBED:
        lines.append(
            "Lúc đo, các chương trình khác trên máy cũng bận; khi máy rảnh kết quả có thể tốt hơn."
        )
    return [
        *lines,
        "Người diễn tập ở ngay trên máy này: đường truyền và điện thoại thật không có trong số đo.",
    ]


def _cores(part: Found) -> float:
    return part.held.cores if part.held else 0.0


def _others(part: Found) -> float:
    return max((wave.others for wave in part.tried), default=0.0)


def _percent(share: float) -> str:
    return f"{round(share * 100)}%"


def _seconds(value: float) -> str:
    """Hundredths below ten seconds, rounded up: an answer never came faster than said."""
    rounded = -(-value * 100 // 1) / 100
    return number(int(rounded) if rounded == int(rounded) else round(rounded, 2))
