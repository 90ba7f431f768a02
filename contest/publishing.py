"""What was announced to everybody and never changes again, as hashes."""

from __future__ import annotations

from contest.models import Round, RoundResult
from contest.papers import seed_commitment


def published_hashes() -> dict[str, str]:
    """``{name: SHA-256 in hexadecimal}`` of everything published, such as
    ``{"round:7:commitment": "9f86...", "round:7:result:2": "41c0..."}``; a restored backup must
    give the same ones.
    """
    published = Round.objects.filter(published_at__isnull=False).order_by("pk")
    results = RoundResult.objects.order_by("round", "number")
    return {
        f"round:{pk}:commitment": seed_commitment(secret)
        for pk, secret in published.values_list("pk", "secret")
    } | {
        f"round:{round}:result:{number}": root
        for round, number, root in results.values_list("round", "number", "root")
    }
