"""Static files as they are served: style sheets in one piece, hashed names, compressed."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lightningcss import process_stylesheet
from whitenoise.storage import CompressedManifestStaticFilesStorage

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_IMPORT = re.compile(
    r"""@import\s+(?:url\(\s*)?["']?(?P<path>[^"')\s]+)["']?\s*\)?\s*(?P<layer>layer(?:\([^)]*\))?)?\s*(?P<media>[^;]*);"""
)
_URL = re.compile(r"""url\(\s*(["']?)(?!data:|https?:|/|\#)([^"')]+)\1\s*\)""")


class InliningManifestStorage(CompressedManifestStaticFilesStorage):
    """The manifest storage, with every ``@import`` of our own style sheets replaced by its text, and made small.

    The sheets stay small files in the repository, and a browser asks for one. Layers and media
    conditions of an import are kept around the text. A sheet that imports itself raises
    ``ValueError``, a missing one ``KeyError``.
    """

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        if not dry_run:
            paths = {**paths, **self._inline(paths)}
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _inline(self, paths: dict[str, Any]) -> dict[str, Any]:
        """Write the collected sheets in one piece, each made from the sources alone.

        What was collected before holds the text of before, also where only an imported sheet changed.
        """

        def read(name: str) -> str:
            source, path = paths[name]
            with source.open(path) as file:
                return str(file.read().decode("utf-8"))

        names = [name for name in paths if _is_ours(name)]
        for name in names:
            Path(self.path(name)).write_text(process_stylesheet(inlined(read, name)), "utf-8")
        return {name: (self, name) for name in names}


def _is_ours(name: str) -> bool:
    return name.startswith("css/") and name.endswith(".css")


def inlined(read: Any, name: str, above: tuple[str, ...] = ()) -> str:
    """Return the sheet ``name`` with its imports in place, relative addresses still right.

    ``read(name)`` returns a sheet's text; ``above`` are the sheets that led here.
    """
    if name in above:
        raise ValueError(f"{' imports '.join([*above, name])}: a circle of style sheets")
    folder = posixpath.dirname(name)

    def replaced(found: re.Match[str]) -> str:
        if "//" in found["path"]:
            raise ValueError(f"{name} imports {found['path']}: nothing may come from elsewhere")
        target = posixpath.normpath(posixpath.join(folder, found["path"]))
        text = _moved(inlined(read, target, (*above, name)), posixpath.dirname(target), folder)
        return _wrapped(text, found["layer"] or "", found["media"].strip())

    return _IMPORT.sub(replaced, _COMMENT.sub("", read(name)))


def _moved(text: str, source: str, goal: str) -> str:
    """Rewrite ``url(…)`` relative to ``source`` so that it holds in a sheet of ``goal``."""

    def replaced(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(source, found[2]))
        return f'url("{posixpath.relpath(target, goal or ".")}")'

    return _URL.sub(replaced, text)


def _wrapped(text: str, layer: str, media: str) -> str:
    if media:
        text = f"@media {media} {{\n{text}\n}}"
    if layer:
        name = layer.removeprefix("layer").strip("()")
        text = f"@layer {name} {{\n{text}\n}}"
    return text
