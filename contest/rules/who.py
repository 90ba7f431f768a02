"""Thể lệ: who may take part, in which division, and who never ranks. Pure.

Each function gives ``(sentences, list items)`` of one điều; no sentences leave it out.
"""

from __future__ import annotations

from contest.rules.facts import Rules, Who

Said = tuple[tuple[str, ...], tuple[str, ...]]
NOTHING: Said = ((), ())


def joined(parts: tuple[str, ...], last: str = "hoặc") -> str:
    """ "A", "A hoặc B", "A, B hoặc C"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def conditions(who: Who) -> str:
    """The conditions as one phrase after "người"; "" when there are none."""
    parts = []
    if who.memberships:
        parts.append(f"là {joined(who.memberships)}")
    if who.units:
        parts.append(f"thuộc {joined(who.units)} và các đơn vị trực thuộc")
    if who.kinds:
        parts.append(f"thuộc đơn vị loại {joined(who.kinds)}")
    if age := _age(who.min_age, who.max_age):
        parts.append(age)
    return ", ".join(parts)


def _age(youngest: int | None, oldest: int | None) -> str:
    least = "" if youngest is None else f"từ đủ {youngest} tuổi"
    if oldest is None:
        return f"{least} trở lên" if least else ""
    return f"{least} đến hết {oldest} tuổi (chưa đủ {oldest + 1} tuổi)".strip()


def who(rules: Rules) -> Said:
    """Who may take part, and who may only practise."""
    asked = conditions(rules.who)
    first = (
        f"Người có tài khoản dự thi, {asked}, và đã chọn đơn vị."
        if asked
        else "Mọi người có tài khoản dự thi và đã chọn đơn vị."
    )
    ages = [rules.who, *(each for _, each in rules.divisions)]
    sentences = [first]
    if any(each.min_age is not None or each.max_age is not None for each in ages):
        sentences.append(
            "Tuổi tính tại ngày vòng thi mở; người dự thi phải khai ngày sinh trước khi vào thi, "
            "chỉ khai năm sinh thì tính là ngày 01/01 của năm đó."
        )
    if rules.admits_top:
        sentences += _admitted(rules, rules.admits_top)
    sentences.append(
        "Điều kiện xét vào lúc bắt đầu mỗi lượt thi; kết quả được tính cho đơn vị của người dự "
        "thi lúc bắt đầu lượt được tính."
    )
    return tuple(sentences), (_unranked(rules),)


def _admitted(rules: Rules, top: int) -> list[str]:
    of = ", xét trong bảng của mình" if rules.divisions else ""
    if rules.admits_from == "table":
        source = f"trong bảng tổng hợp các vòng trước{of}"
    else:
        source = f"trong kết quả chính thức của ít nhất một vòng trước{of}"
    return [
        f"Chỉ người xếp từ hạng {top} trở lên {source}, kể cả những người cùng hạng, được dự "
        "vòng này.",
        "Chỉ vào thi được khi mọi vòng trước đã công bố kết quả chính thức.",
    ]


def _unranked(rules: Rules) -> str:
    people = "Thành viên Ban Tổ chức, Tổ Thư ký, người ra đề, người làm nhiệm vụ của cuộc thi"
    if rules.excluded_units:
        units = joined((*rules.excluded_units, "các đơn vị trực thuộc"), "và")
        people += f", người thuộc {units}"
    return (
        f"{people} được làm thử, nhưng lượt bắt đầu trong thời gian đó không được xếp hạng, không "
        "được xét giải và không tính vào số liệu."
    )


def divisions(rules: Rules) -> Said:
    """Which division a person belongs to."""
    if not rules.divisions:
        return NOTHING
    items = tuple(
        f"{name}: {_of_division(each, is_first=not place)}."
        for place, (name, each) in enumerate(rules.divisions)
    )
    return (
        "Người dự thi thuộc bảng đầu tiên, theo thứ tự dưới đây, mà mình đủ điều kiện vào lúc "
        "bắt đầu lượt thi; người không đủ điều kiện của bảng nào thì không được dự thi.",
        "Mỗi bảng được xếp hạng riêng; mỗi người được xếp ở bảng của lượt được tính.",
    ), items


def _of_division(who: Who, *, is_first: bool) -> str:
    if asked := conditions(who):
        return f"người {asked}"
    everybody = "mọi người" if is_first else "những người còn lại"
    return f"{everybody} trong đối tượng dự thi"
