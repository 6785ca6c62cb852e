"""What `make bench-peers` measures with: its feed, its jobs, and its comparison of ratios."""

import json
from collections import Counter
from pathlib import Path

from aiokafka.partitioner import murmur2

from benchmarks.made_news import KEYS, PARTITIONS, articles
from benchmarks.peers import jobs, ratios


def test_the_feed_has_copies_and_edited_copies() -> None:
    """The same at each call, of the size that the table names."""
    feed = list(articles(1_000))
    assert feed == list(articles(1_000))
    by_title = Counter(article.title for article in feed)
    assert 250 < len(feed) - len(by_title) < 350
    assert 4_700 < sum(len(article.as_json()) for article in feed) / 1_000 < 5_100


def test_its_keys_lead_to_one_partition_each() -> None:
    """Else what one system sees of a partition, another would not."""
    assert [(murmur2(key.encode()) & 0x7FFFFFFF) % PARTITIONS for key in KEYS] == [0, 1, 2, 3]


def test_the_simple_job_counts_what_it_has_seen() -> None:
    """By paragraphs."""
    work = jobs.simple()
    values = [json.dumps({"content": text}).encode() for text in ("a\nb", "b\nc", "c\nb")]
    assert [json.loads(work(value))["seen"] for value in values] == [0, 1, 2]


def test_the_put_together_job_finds_copies() -> None:
    """Exact ones by their hash, others by the index."""

    class Nothing:
        def find_and_add(self, number: int, shingles: list[str]) -> int | None:
            assert shingles
            return 7 if number == 1 else None

    work = jobs.put_together(Nothing())
    texts = [
        "The ferry sails again today.",
        "The library opens on Sunday.",
        "The ferry sails again today.",
    ]
    values = [json.dumps({"content": f"{text}\nShare"}).encode() for text in texts]
    done = [json.loads(work(value)) for value in values]
    assert [each["copy_of"] for each in done] == [None, 7, 0]
    assert done[0]["content"] == texts[0]


def test_a_lost_fifth_is_told(tmp_path: Path) -> None:
    """What was recorded and what is measured now, where both are known."""
    file = tmp_path / "recorded.toml"
    ratios.write({"a : loop": 0.5, "a : quix": 0.2}, file)
    recorded = ratios.read(file)
    assert ratios.worse({"a : loop": 0.41}, recorded) == []
    assert ratios.worse({"a : loop": 0.39}, recorded) == ["a : loop: 0.390, recorded 0.500"]
