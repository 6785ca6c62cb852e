"""Files from a command line: named, in directories, by pattern, packed, or standard input."""

import glob
import gzip
from collections import Counter
from collections.abc import Callable, Iterator
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
# Kinds of files passed over that are named.
NAMED_SUFFIXES = 5


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or a line of one, that is no raw message, and why."""

    name: str
    why: str


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


def input_files(
    paths: list[Path], say: Callable[[str, str], None] = lambda *_: None
) -> Iterator[InputFile | Unreadable]:
    """Yield the files that `paths` name: directories with all below them, patterns, `-`.

    A path that is not there is yielded too: opening it says so. `say` hears of files in a
    directory that are passed over; a directory in which nothing else is, is refused.
    """
    for path in paths:
        if str(path) == "-":
            yield InputFile(None, STDIN, "stdin")
        elif path.is_dir():
            yield from _in_directory(path, say)
        elif path.exists() or not glob.has_magic(str(path)):
            yield InputFile(path, str(path), path.name)
        elif matches := sorted(glob.glob(str(path), recursive=True)):  # noqa: PTH207 - a pattern may be absolute
            yield from input_files([Path(match) for match in matches], say)
        else:
            yield Unreadable(str(path), "no file has such a name")


def _in_directory(
    folder: Path, say: Callable[[str, str], None]
) -> Iterator[InputFile | Unreadable]:
    passed_over: Counter[str] = Counter()
    has_articles = False
    for file in sorted(folder.rglob("*")):
        if not file.is_file():
            continue
        found = InputFile(file, str(file), str(file.relative_to(folder)))
        if found.suffix in ARTICLE_SUFFIXES:
            has_articles = True
            yield found
        elif not file.name.startswith("."):
            passed_over[found.suffix or "without suffix"] += 1
    kinds = ", ".join(suffix for suffix, _ in passed_over.most_common(NAMED_SUFFIXES))
    counted = f"{passed_over.total():,} passed over ({kinds}): to have them read, name them"
    if not has_articles:
        suffixes = " ".join(sorted(ARTICLE_SUFFIXES))
        why = f"no file in it has a suffix of articles ({suffixes})"
        yield Unreadable(str(folder), f"{why}; {counted}" if passed_over else why)
    elif passed_over:
        say(str(folder), counted)
