"""Measuring the product: load on a server of its own, and long boards (docs/performance.md)."""

SETTINGS = "bench._settings"
