"""Clean articles to Parquet by day: `cleanwire tail | python examples/to_parquet.py out`.

Needs pyarrow. A later version of an article is a row of its own: the highest `revision` counts.
"""

import json
import sys
import time
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

COLUMNS = ("id", "story_id", "revision", "verdict", "source", "url", "title", "language")
ROWS_A_FILE = 10_000


def row(article: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of an article; `day` is that of its arrival, in UTC."""
    flat = {name: article.get(name) for name in COLUMNS}
    dates = {name: article.get(name) for name in ("published_at", "arrived_at")}
    return flat | dates | {"text": article["text"], "day": article["arrived_at"][:10]}


def write(lines: Iterable[str], folder: Path) -> int:
    """Write JSON lines of clean articles below `folder`; return how many there were."""
    import pyarrow as pa  # noqa: PLC0415 - optional
    import pyarrow.parquet as pq  # noqa: PLC0415

    remaining, count = iter(lines), 0
    while rows := [row(json.loads(line)) for line in islice(remaining, ROWS_A_FILE)]:
        pq.write_to_dataset(
            pa.Table.from_pylist(rows),
            folder,
            partition_cols=["day"],
            basename_template=f"{time.time_ns()}-{{i}}.parquet",
        )
        count += len(rows)
    return count


if __name__ == "__main__":
    write(sys.stdin, Path(sys.argv[1]))
