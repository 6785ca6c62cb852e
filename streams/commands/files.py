"""Files from a command line: named, in directories, by pattern, packed, or standard input."""

import glob
import gzip
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

STDIN = "standard input"
_GZIP = b"\x1f\x8b"

# What in a directory is taken for articles. A file that is named is always looked at.
ARTICLE_SUFFIXES = frozenset(
    {".txt", ".text", ".html", ".htm", ".xhtml", ".json", ".jsonl", ".ndjson", ".xml", ".rss"}
    | {".atom", ".rdf", ".md"}
)


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read: its path (none for standard input), and its name below what was asked for."""

    path: Path | None
    name: str
    below: str

    @property
    def suffix(self) -> str:
        """The suffix in lower case, of what is in it when it is packed."""
        path = Path(self.below)
        return Path(path.stem if path.suffix.lower() == ".gz" else path.name).suffix.lower()

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open it for reading bytes, unpacked.

        Raises:
            OSError: if it cannot be opened.
        """
        with ExitStack() as stack:
            # Not sys.stdin's own buffer: Python cannot end while a thread waits in that.
            where = 0 if self.path is None else self.path
            reader: Any = stack.enter_context(open(where, "rb", closefd=where != 0))
            if reader.peek(2)[:2] == _GZIP:
                reader = stack.enter_context(gzip.GzipFile(fileobj=reader))
            yield reader


def input_files(paths: list[Path]) -> Iterator[InputFile]:
    """Yield the files that `paths` name: directories with all below them, patterns, `-`.

    A path that is not there is yielded too: opening it says so.
    """
    for path in paths:
        if str(path) == "-":
            yield InputFile(None, STDIN, "stdin")
        elif path.is_dir():
            for file in sorted(path.rglob("*")):
                found = InputFile(file, str(file), str(file.relative_to(path)))
                if found.suffix in ARTICLE_SUFFIXES and file.is_file():
                    yield found
        elif not path.exists() and (matches := sorted(glob.glob(str(path), recursive=True))):  # noqa: PTH207 - a pattern may be absolute
            yield from input_files([Path(match) for match in matches])
        else:
            yield InputFile(path, str(path), path.name)
