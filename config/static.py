"""Static files: without comments, compressed, named by content hash, immutable in browsers."""

from __future__ import annotations

import re

from django.core.files.base import ContentFile, File
from servestatic.storage import CompressedManifestStaticFilesStorage

_OURS = ("css/", "js/")  # comments of packages hold their licences
# Comments with lines of their own: a fifth of what a phone would load for an exam.
_COMMENTS = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*\n", re.DOTALL | re.MULTILINE)


class HashedModulesStorage(CompressedManifestStaticFilesStorage):
    """Also rewrites ``import`` lines inside our ES modules to the hashed names."""

    support_js_module_import_aggregation = True

    def _save(self, name: str, content: File[bytes]) -> str:
        if name.startswith(_OURS):
            text = b"".join(content.chunks()).decode()  # from its beginning, whoever read it
            content = ContentFile(without_comments(text).encode())
        saved: str = super()._save(name, content)
        return saved


def without_comments(text: str) -> str:
    """A style sheet or script without the comments that have lines of their own."""
    return _COMMENTS.sub("", text)
