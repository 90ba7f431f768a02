"""A filter for the documents' pages."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def lookup(found: Mapping[str, str], key: str) -> str | None:
    """What a mapping has under a key that only a variable knows."""
    return found.get(key)
