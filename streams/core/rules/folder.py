"""The rules that come with cleanwire and those of a directory of one's own, kept up to date."""

from functools import lru_cache
from pathlib import Path

from streams.core.rules.apply import Rules, installed_rules, read_rules

Stamp = tuple[tuple[str, int, int], ...]


def rules_in(directory: str | None) -> Rules:
    """Return the installed rules, and before them those of `directory`, as its files are now.

    A change is seen with the next call: names, sizes and times of the files are compared.

    Raises:
        OSError: the directory cannot be read.
        ValueError: a file cannot be read; the message names it and everything that is wrong in it.
    """
    return _rules(directory, _stamp(Path(directory))) if directory else installed_rules()


def _stamp(directory: Path) -> Stamp:
    found = [(path.name, path.stat()) for path in directory.iterdir() if path.suffix == ".toml"]
    return tuple(sorted((name, stat.st_mtime_ns, stat.st_size) for name, stat in found))


@lru_cache(maxsize=2)
def _rules(directory: str, _: Stamp) -> Rules:
    own, installed = read_rules(Path(directory)), installed_rules()
    return {
        domain: (*own.get(domain, ()), *installed.get(domain, ()))
        for domain in own.keys() | installed.keys()
    }
