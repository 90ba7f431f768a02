"""Load the register of units; running it again changes nothing and says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.units import UNITS_FILE, UnitsFileError, load_units


class Command(BaseCommand):
    help = "Create or update units from a YAML file (by default the register that ships)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, default=UNITS_FILE)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = load_units(options["path"])
        except UnitsFileError as error:
            raise CommandError(f"Nothing was loaded.\n{error}") from error
        if counts.changed:
            self.stdout.write(
                f"Units: {counts.created} created, {counts.updated} updated, "
                f"{counts.unchanged} unchanged. Former names: {counts.old_names_added} added, "
                f"{counts.old_names_removed} removed."
            )
        else:
            self.stdout.write(f"Nothing to change: {counts.unchanged} units are up to date.")
        if counts.not_in_file:
            self.stdout.write(f"Not in the file, left alone: {', '.join(counts.not_in_file)}.")
