"""What a Vietnamese syllable may look like. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TONES = "\u0300\u0301\u0303\u0309\u0323"
_RISING_OR_HEAVY = {"\u0301", "\u0323"}
_ONSETS = (
    *("ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr"),
    *"bcdđghklmnprstvx",
)
# Every rhyme without its tone; "uy" and the like also follow consonants ("tuyên", "khuya").
_RHYMES = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in
    inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe
    oem oen oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân
    uâng uât uây uc uê uêch uênh ui um un ung uơ up ut uy uya uych uyên uyêt uyn uynh uyp uyt uyu
    uô uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    y yêm yên yêng yêt yêu
    """.split()  # noqa: SIM905
)
_FRONT = re.compile("[iêey]")
_STOPPED = re.compile("(?:c|ch|p|t)$")


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    """Whether a word of any case is spelled as one Vietnamese syllable: "nghị", "uỷ", "Đảng"."""
    parts = unicodedata.normalize("NFD", word.lower())
    tones = [mark for mark in parts if mark in TONES]
    bare = unicodedata.normalize("NFC", "".join(c for c in parts if c not in TONES))
    if len(tones) > 1 or not bare.isalpha():
        return False
    stopped = _STOPPED.search(bare) is not None
    if stopped and (not tones or tones[0] not in _RISING_OR_HEAVY):
        return False
    return bare in _RHYMES or any(_fits(bare, onset) for onset in _ONSETS)


def tone_places_settled(text: str) -> str:
    """A key under which "uỷ" and "ủy", "hoà" and "hòa" are the same. Not for showing."""
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", re.sub(rf"([ou])([{TONES}])([aey])", r"\1\3\2", parts))


def _fits(bare: str, onset: str) -> bool:
    """Whether the syllable, without its tone, is this onset and a rhyme that may follow it."""
    rhyme = bare.removeprefix(onset)
    if rhyme == bare:
        return False
    if onset == "gi":
        return rhyme in _RHYMES or bare in ("gi", "gin") or f"i{rhyme}" in _RHYMES
    if onset == "qu":
        return rhyme in _RHYMES and rhyme[0] not in "uưo"
    if onset in ("c", "ng"):
        return rhyme in _RHYMES and not _FRONT.match(rhyme)
    if onset in ("k", "gh", "ngh"):
        return rhyme in _RHYMES and _FRONT.match(rhyme) is not None
    return rhyme in _RHYMES and not rhyme.startswith("yê")
