"""How people write names of units: kind words, abbreviations, places added at the end. Pure.

Everything here works on folded words: ``["xa", "dong", "khe"]``.
"""

from __future__ import annotations

import re

from accounts.text import fold

_MOST_VARIANTS = 8
_MOST_WORDS = 12
_FEWEST_LEFT = 2  # one word alone would find units by chance

_SHORT = {
    "tp": "thanh pho", "tt": "thi tran", "tx": "thi xa",
    "hcm": "ho chi minh", "tphcm": "thanh pho ho chi minh", "hn": "ha noi",
    "ub": "uy ban", "ubnd": "uy ban nhan dan", "hdnd": "hoi dong nhan dan",
    "mttq": "mat tran to quoc", "ubmttq": "uy ban mat tran to quoc",
    "ubkt": "uy ban kiem tra", "vp": "van phong", "ldld": "lien doan lao dong",
    "dtn": "doan thanh nien", "hlhpn": "hoi lien hiep phu nu", "lhpn": "lien hiep phu nu",
    "hnd": "hoi nong dan", "ccb": "cuu chien binh", "bch": "ban chi huy",
    "bchqs": "bo chi huy quan su", "bdbp": "bo doi bien phong",
    "gd": "giao duc", "dt": "dao tao", "gddt": "giao duc dao tao",
    "khcn": "khoa hoc cong nghe", "nnmt": "nong nghiep moi truong",
    "vhttdl": "van hoa the thao du lich", "ptdtnt": "pho thong dan toc noi tru",
}  # fmt: skip
# What a name may open with; "hung dao" names "Xã Hưng Đạo" as fully as the whole name does.
_KIND_OF_NAME = re.compile(r"(xa|phuong|thi tran|tinh|thanh pho|truong thpt|truong|so) ")
_OFFICE = r"(?:(?:uy ban nhan dan|hoi dong nhan dan|dang uy) )?"
_DISTRICT_OR_SCHOOL = re.compile(rf"{_OFFICE}(huyen|thi xa|quan|truong) ")
_OPENING = re.compile(
    rf"{_OFFICE}(?:(?:xa|phuong|thi tran|thi xa|huyen|quan|thanh pho|tinh|truong) )?"
)
_KINDS = re.compile(r"\b(?:uy ban nhan dan|xa|phuong|thi tran|thi xa|huyen|quan|thanh pho|tinh)\b")

# A commune often has the name of its old district: "xã Trùng Khánh, huyện Trùng Khánh".
_TWICE = re.compile(r"\b(\w+ \w+) (?:huyen )?\1\b")


def words_of(text: str, most: int | None = None) -> list[str]:
    """The folded words of ``text`` without punctuation, at most ``most``."""
    return re.findall(r"\w+", fold(text))[:most]


def spellings(name: str) -> set[str]:
    """The folded name with and without its kind word, punctuation dropped."""
    whole = " ".join(words_of(name))
    return {whole, _KIND_OF_NAME.sub("", whole, count=1) if _KIND_OF_NAME.match(whole) else whole}


def bare(name: str) -> str:
    """The folded name without any kind word: "Thị trấn Đông Khê (huyện Thạch An)" is
    "dong khe thach an"."""
    return _without_kinds(" ".join(words_of(name)))


def has_words(text: str, words: list[str]) -> bool:
    """Whether every word begins a word of ``text``, which may have marks."""
    parts = words_of(text)
    return all(any(part.startswith(word) for part in parts) for word in words)


def without_district(words: list[str]) -> list[str]:
    """The words less "huyện", which no unit of today has in its name; never an empty list."""
    return [word for word in words if word != "huyen"] or words


def full_variants(words: list[str]) -> list[list[str]]:
    """Other ways to write the same name, the nearest first: abbreviations in full, "(tỉnh) Cao
    Bằng" left off the end, kind words dropped. A district or a school is no commune, so their
    kind words stay."""
    whole = _expanded(words)
    texts = _without_province(whole)
    if not _DISTRICT_OR_SCHOOL.match(whole):
        texts += [_OPENING.sub("", texts[-1], count=1), _without_kinds(texts[-1])]
    return _distinct(texts)


def variants(words: list[str]) -> list[list[str]]:
    """What may have been meant, the nearest first, at most eight: the full variants, then with
    all kind words dropped, then trailing words dropped one at a time."""
    texts = _without_province(_expanded(words))
    shortest = texts[-1]
    plain = _without_kinds(shortest)
    texts += [_OPENING.sub("", shortest, count=1), plain]
    left = plain.split()
    texts += [" ".join(left[:count]) for count in range(len(left) - 1, _FEWEST_LEFT - 1, -1)]
    found = _distinct(texts)
    # Of a long text the last variants, of few words, are the ones that still find something.
    return found if len(found) <= _MOST_VARIANTS else found[:4] + found[4 - _MOST_VARIANTS :]


def _expanded(words: list[str]) -> str:
    return _TWICE.sub(r"\1", " ".join(_SHORT.get(word, word) for word in words))


def _without_province(text: str) -> list[str]:
    """The text, then less "Cao Bằng" at its end, then less "tỉnh" or "thành phố" before that:
    "công an tỉnh Cao Bằng" needs its "tỉnh", "xã Bảo Lạc tỉnh Cao Bằng" does not."""
    name = text.removesuffix(" cao bang")
    # Of "thành phố Cao Bằng" only the kind word would be left: there it is the name itself.
    if name == text or not _without_kinds(name):
        return [text]
    return [text, name, re.sub(r" (tinh|thanh pho)$", "", name)]


def _without_kinds(text: str) -> str:
    return " ".join(_KINDS.sub(" ", text).split())


def _distinct(texts: list[str]) -> list[list[str]]:
    return [text.split()[:_MOST_WORDS] for text in dict.fromkeys(texts) if text]
