"""Strict readers of environment variables: a wrong value stops the start with a clear message."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path


class EnvError(SystemExit):
    """A variable holds a value we cannot use; shown without a traceback, exit code 1."""

    def __init__(self, name: str, value: str, expected: str) -> None:
        super().__init__(f"Environment variable {name}={value!r}: expected {expected}.")


class Env:
    """Reads one mapping (normally ``os.environ``); an empty value counts as absent."""

    def __init__(self, source: Mapping[str, str] | None = None) -> None:
        self.source = os.environ if source is None else source

    def text(self, name: str, default: str = "") -> str:
        """The value without surrounding blanks, or ``default`` when absent."""
        return self.source.get(name, "").strip() or default

    def flag(self, name: str, default: bool = False) -> bool:
        """``1 true yes on`` / ``0 false no off`` in any case; anything else stops the start."""
        value = self.text(name).lower()
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off"}:
            return False
        if value:
            raise EnvError(name, value, "one of 1, true, yes, on, 0, false, no, off")
        return default

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number within ``least..most``; anything else stops the start."""
        value = self.text(name)
        if not value:
            return default
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            raise EnvError(name, value, f"a whole number from {least} to {most}")
        return int(value)

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """One of ``allowed`` in upper case; anything else stops the start."""
        value = self.text(name, default).upper()
        if value not in allowed:
            raise EnvError(name, value, "one of " + ", ".join(allowed))
        return value

    def words(self, name: str, default: str = "") -> list[str]:
        """A comma-separated list, blanks and empty items dropped."""
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def url(self, name: str, schemes: tuple[str, ...]) -> str:
        """A URL with one of ``schemes``, or "" when absent."""
        value = self.text(name)
        scheme, separator, _ = value.partition("://")
        if value and (scheme not in schemes or not separator):
            raise EnvError(
                name, value, "a URL that starts with " + " or ".join(f"{s}://" for s in schemes)
            )
        return value

    def secret(self, name: str, file: Path) -> str:
        """The variable, else the content of ``file``, which is made (mode 600) when missing."""
        if value := self.text(name):
            if len(value) < 40:
                raise EnvError(name, "...", "at least 40 characters")
            return value
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            # Two processes may start at once: written aside, then linked, the file appears
            # whole or not at all, and the second one finds it there.
            aside = file.with_name(f"{file.name}.{os.getpid()}")
            with open(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
                out.write(secrets.token_urlsafe(50))
            with contextlib.suppress(FileExistsError):
                os.link(aside, file)
            aside.unlink()
        return file.read_text().strip()
