"""The sources of a partition: records, flags, bounds, and going on from what was written."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from schemas import Reason, SourceRecord
from schemas.source import Measure, SourceState
from streams.core.drift.memory import SourceNote, SourcesMemory
from streams.core.drift.sample import Sample
from streams.core.drift.source import ACCEPTED_AFTER
from streams.units import DAY_MS, HOUR_MS

MONDAY_MS = (168 * 2_900 + 96) * HOUR_MS
WIRE = "wire.example"


@dataclass
class Stream:
    """Messages of some sources, one after another, into one memory."""

    memory: SourcesMemory = field(default_factory=lambda: SourcesMemory(100))
    position: int = 0
    time_ms: int = MONDAY_MS
    rng: random.Random = field(default_factory=lambda: random.Random(5))  # noqa: S311 - no secret
    written: dict[str, bytes] = field(default_factory=dict)  # as a compacted topic holds it
    notes: list[SourceNote] = field(default_factory=list)

    def send(self, sample: Sample, source: str = WIRE, after_ms: int = 1_000) -> list[SourceNote]:
        """Let a message arrive; return what is written with it."""
        self.time_ms += after_ms
        self.position += 1
        notes = self.memory.see(source, sample, self.position, self.time_ms)
        for note in notes:
            if note.record is None:
                del self.written[note.key]
            else:
                self.written[note.key] = note.record.model_dump_json().encode()
        self.notes += notes
        return notes

    def story(self, source: str = WIRE, after_ms: int = 1_000) -> list[SourceNote]:
        """Let an article of the usual kind arrive."""
        chars = self.rng.randint(1_500, 6_000)
        share = self.rng.uniform(0.5, 0.8)
        sample = self.sample(chars, int(chars / share), is_titled=True, source=source)
        return self.send(sample, source, after_ms)

    def teaser(self, source: str = WIRE, after_ms: int = 1_000) -> list[SourceNote]:
        """Let a page arrive of which only a teaser was found."""
        sample = self.sample(self.rng.randint(80, 200), 5_000, is_titled=True, source=source)
        return self.send(sample, source, after_ms)

    def sample(self, chars: int, chars_in: int, *, is_titled: bool, source: str = WIRE) -> Sample:
        """Return the sample of an article that nobody sent before."""
        return Sample(
            f"{source}/{self.position + 1}",
            chars_in,
            chars,
            has_title=is_titled,
            has_date=True,
            removed={Reason.OUTSIDE: chars_in - chars},
        )

    def rejected(self, source: str = WIRE) -> list[SourceNote]:
        """Let a message arrive that is rejected."""
        return self.send(Sample(f"news.raw/0/{self.position}", rejected="no_text"), source)

    def record(self, source: str = WIRE) -> SourceRecord:
        """Return the record that was written last."""
        return SourceRecord.model_validate_json(self.written[source])

    def restarted(self) -> "Stream":
        """Return the stream as it goes on with the records that were written."""
        records = [SourceRecord.model_validate_json(value) for value in self.written.values()]
        memory = SourcesMemory(100, records, until=self.position + 1)
        return Stream(memory, self.position, self.time_ms, self.rng, dict(self.written))


def steady(articles: int = 40) -> Stream:
    """Return a stream of one source with so many articles of the usual kind."""
    stream = Stream()
    for _ in range(articles):
        stream.story()
    return stream


def records_of(notes: Iterable[SourceNote]) -> Iterator[SourceRecord]:
    """Yield the records among notes."""
    yield from (note.record for note in notes if note.record)


def test_a_new_layout_is_flagged_within_ten_articles() -> None:
    """The record says what was before, what is now, since when, and names two articles."""
    stream = steady()
    changed_at = stream.time_ms
    needed = next(number for number in range(1, 12) if stream.teaser() and number > 1)
    assert needed <= 10
    (change,) = stream.record().changes
    assert stream.record().states == (SourceState.LAYOUT_CHANGED,)
    assert change.drift is SourceState.LAYOUT_CHANGED
    assert set(change.measures) == {Measure.KEPT_SHARE, Measure.CHARS}
    assert round(change.since.timestamp() * 1000) == changed_at + 1_000
    assert change.before.chars is not None
    assert change.after is not None
    assert change.after.chars is not None
    assert change.before.chars > 1_500
    assert change.after.chars < 210
    assert change.before.removed[Reason.OUTSIDE] < change.after.removed[Reason.OUTSIDE]
    assert change.examples == (f"{WIRE}/{stream.position - 1}", f"{WIRE}/{stream.position}")


def test_a_site_whose_titles_are_no_longer_found_is_flagged() -> None:
    """Its texts are as they were."""
    stream = steady()
    for _ in range(10):
        stream.send(stream.sample(3_000, 4_600, is_titled=False))
    (change,) = stream.record().changes
    assert change.measures == (Measure.TITLE,)
    assert change.before.title_rate == 1
    assert change.after is not None
    assert change.after.title_rate is not None
    assert change.after.title_rate <= 0.2


def test_titles_that_were_there_for_the_most_part_are_missed() -> None:
    """A tenth of the articles never had one; that was no change."""
    stream = Stream()
    for number in range(150):
        stream.send(stream.sample(3_000, 5_000, is_titled=number % 10 > 0))
    assert stream.record().states == (SourceState.STEADY,)
    for _ in range(10):
        stream.send(stream.sample(3_000, 5_000, is_titled=False))
    assert [change.measures for change in stream.record().changes] == [(Measure.TITLE,)]


def test_a_site_whose_pages_are_rejected_is_flagged() -> None:
    """Nothing of it comes out, and the examples say where the raw messages stand."""
    stream = steady()
    for _ in range(10):
        stream.rejected()
    (change,) = stream.record().changes
    assert Measure.REJECTED in change.measures
    assert change.after is not None
    assert change.after.rejections["no_text"] >= 8
    assert all(name.startswith("news.raw/0/") for name in change.examples)


def test_half_rejected_and_half_cut_to_a_teaser_is_one_change() -> None:
    """A message that is rejected has lost all of its text."""
    stream = steady()
    for number in range(10):
        stream.rejected() if number % 2 else stream.teaser()
    assert stream.record().states == (SourceState.LAYOUT_CHANGED,)


def test_a_few_odd_articles_are_no_change() -> None:
    """Seven short ones in a row."""
    stream = steady()
    for _ in range(7):
        stream.teaser()
    assert stream.record().states != (SourceState.LAYOUT_CHANGED,)
    for _ in range(20):
        stream.story()
    assert not any(record.changes for record in records_of(stream.notes))


def test_versions_of_one_article_count_once() -> None:
    """A live blog that is sent again every minute is one article."""
    stream = steady()
    for length in range(30):
        stream.send(Sample(f"{WIRE}/live", 40_000 + length, 39_000, has_title=True, has_date=True))
    assert not any(record.changes for record in records_of(stream.notes))


def test_a_site_that_is_as_before_loses_its_flag() -> None:
    """The record of that says so."""
    stream = steady()
    for _ in range(12):
        stream.teaser()
    assert stream.record().changes
    for _ in range(10):
        stream.story()
    assert stream.record().states == (SourceState.STEADY,)
    assert stream.record().changes == ()


def test_what_stands_for_a_week_is_the_new_usual() -> None:
    """Of another change after that, it is the figure before."""
    stream = steady()
    for _ in range(ACCEPTED_AFTER + 20):
        stream.teaser(after_ms=4 * HOUR_MS)
    assert stream.record().states == (SourceState.STEADY,)
    for _ in range(10):
        stream.story()
    (change,) = stream.record().changes
    assert change.before.chars is not None
    assert change.before.chars < 210


def test_a_source_is_learnt_before_it_is_judged() -> None:
    """Fewer than thirty articles show nothing."""
    stream = steady(15)
    for _ in range(40):
        stream.teaser()
    assert not any(record.changes for record in records_of(stream.notes))


def test_a_record_an_hour_and_one_with_each_change() -> None:
    """However many articles come: of new sources, one more when they are learnt."""
    stream = steady(500)  # nine minutes
    assert [record.states for record in records_of(stream.notes)] == [
        (SourceState.LEARNING,),
        (SourceState.STEADY,),
    ]
    before = len(stream.notes)
    for _ in range(3 * 60):
        stream.story(after_ms=60_000)
    assert len(stream.notes) - before == 3
    assert len(stream.written[WIRE]) < 4_000


def test_the_hour_before_is_in_the_record() -> None:
    """With all its messages, and what was removed."""
    stream = steady(30)
    stream.rejected()
    stream.story(after_ms=HOUR_MS)
    hour = stream.record().hour
    assert hour is not None
    assert hour.start.timestamp() * 1000 == MONDAY_MS
    assert hour.figures.messages == 31
    assert hour.figures.rejections == {"no_text": 1}
    assert 0.2 < hour.figures.removed[Reason.OUTSIDE] < 0.5


def every_hour(stream: Stream, hours: int, sources: Iterable[str]) -> None:
    """Send an article of each source in every hour."""
    for _ in range(hours):
        for number, source in enumerate(sources):
            stream.story(source, after_ms=0 if number else HOUR_MS)


def test_a_regular_source_that_falls_silent_is_flagged_by_the_time_of_the_others() -> None:
    """The record names the gap, and the last two articles."""
    stream = Stream()
    every_hour(stream, 24 * 14, [WIRE, "other.example"])
    last = stream.position - 1
    every_hour(stream, 8, ["other.example"])
    assert stream.record().states == (SourceState.STEADY,)
    every_hour(stream, 8, ["other.example"])
    (change,) = stream.record().changes
    assert change.drift is SourceState.QUIET
    assert change.longest_gap_hours == 0
    assert change.silent_hours is not None
    assert 9 <= change.silent_hours <= 12
    assert change.examples[-1] == f"{WIRE}/{last}"
    assert stream.memory.flagged[SourceState.QUIET] == 1
    stream.story()
    assert stream.record().states == (SourceState.STEADY,)


def test_a_source_that_falls_silent_again_is_flagged_again() -> None:
    """A day after it came back."""
    stream = Stream()
    every_hour(stream, 24 * 14, [WIRE, "other.example"])
    every_hour(stream, 15, ["other.example"])
    every_hour(stream, 48, [WIRE, "other.example"])
    every_hour(stream, 24, ["other.example"])
    assert stream.record().states == (SourceState.QUIET,)
    assert stream.memory.flagged[SourceState.QUIET] == 2


def test_after_an_outage_of_all_nobody_is_quiet() -> None:
    """No message of any source came for two days."""
    stream = Stream()
    sources = [f"{number}.example" for number in range(20)]
    every_hour(stream, 24 * 14, sources)
    stream.time_ms += 48 * HOUR_MS
    every_hour(stream, 1, sources)
    assert not any(record.changes for record in records_of(stream.notes))


def test_a_quiet_source_is_forgotten_after_four_weeks() -> None:
    """Its record is taken off the topic."""
    stream = Stream()
    every_hour(stream, 24 * 14, [WIRE, "other.example"])
    every_hour(stream, 24 * 29, ["other.example"])
    assert WIRE not in stream.written
    assert len(stream.memory) == 1


def test_the_number_of_sources_is_bounded() -> None:
    """The one that was not seen for longest goes, and so does its record."""
    stream = Stream(SourcesMemory(3))
    for name in "abcadbe":
        stream.story(name)
    assert sorted(stream.written) == ["b", "d", "e"]
    assert stream.memory.forgotten == 3


def test_whoever_invents_sources_fills_no_memory() -> None:
    """Nothing is left of those that were forgotten."""
    stream = Stream(SourcesMemory(10))
    for number in range(2_000):
        stream.story(f"{number}.example")
    assert len(stream.memory._due) <= 80
    assert len(stream.memory._due_at) == 10


def test_what_a_rebuild_changed_is_written_a_few_at_a_time() -> None:
    """As when the topic of sources was emptied, and the window knows thousands."""
    memory = SourcesMemory(1_000)
    packed = Sample("a", 4_000, 3_000).pack()
    for number in range(120):
        memory.restore(f"{number}.example", f"{number}", packed, number, MONDAY_MS)
    written = [len(memory.see(WIRE, Sample(f"{n}", 10, 5), 200 + n, MONDAY_MS)) for n in range(5)]
    assert written == [51, 50, 20, 0, 0]


def test_an_unknown_source_is_none() -> None:
    """It is whoever does not say who it is."""
    assert not steady(1).story("unknown")


def test_spellings_of_a_source_are_one() -> None:
    """As everywhere else."""
    stream = Stream()
    stream.story("Wire.Example")
    assert list(stream.written) == [WIRE]
    assert stream.story("WIRE.EXAMPLE") == []


def test_arrivals_that_run_backwards_do_no_harm() -> None:
    """A new leader's clock may be behind."""
    stream = steady()
    for _ in range(30):
        stream.story(after_ms=-1_000)
    assert stream.record().last_seen.timestamp() * 1000 <= MONDAY_MS + 40_000


KINDS = st.lists(
    st.tuples(
        st.sampled_from(["story", "teaser", "rejected"]),
        st.sampled_from([WIRE, "other.example", "third.example"]),
        st.sampled_from([0, 1_000, HOUR_MS, 9 * HOUR_MS]),
    ),
    max_size=120,
)


@given(KINDS, st.integers(0, 120))
def test_a_restart_changes_nothing(messages: list[tuple[str, str, int]], cut: int) -> None:
    """Records and window give back what a memory knew: it goes on to write the same."""
    whole, broken = Stream(), Stream()
    since: list[tuple[str, Sample, int, int]] = []  # what the window holds of it
    for number, (kind, source, after_ms) in enumerate(messages):
        if number == cut:
            broken = broken.restarted()
            for row_source, sample, position, time_ms in since:
                broken.memory.restore(row_source, sample.name, sample.pack(), position, time_ms)
        whole.position = broken.position = number
        sample = (
            whole.sample(100 if kind == "teaser" else 2_000 + number, 4_000, is_titled=True)
            if kind != "rejected"
            else Sample(f"news.raw/0/{number}", rejected="no_text")
        )
        if kind == "rejected" and number < cut:
            continue  # these the window does not hold
        whole.send(sample, source, after_ms)
        broken.send(sample, source, after_ms)
        since.append((source, sample, number + 1, whole.time_ms))
    assert broken.written == whole.written


@given(KINDS)
def test_notes_are_read_as_they_were_written(messages: list[tuple[str, str, int]]) -> None:
    """A memory that goes on from its own records writes the same again."""
    stream = Stream()
    for kind, source, after_ms in messages:
        getattr(stream, kind)(source) if kind == "rejected" else getattr(stream, kind)(
            source, after_ms
        )
    for value in stream.written.values():
        record = SourceRecord.model_validate_json(value)
        memory = SourcesMemory(10, [record])
        (known,) = memory._sources.values()
        assert known.record() == record


def test_notes_of_another_release_are_left() -> None:
    """The source is learnt anew."""
    record = steady().record().model_copy(update={"memory": {"version": 0}})
    assert len(SourcesMemory(10, [record])) == 0


def test_a_week_of_a_log_made_anew_counts() -> None:
    """Positions that begin again at 0 are no reason to leave articles out."""
    stream = steady(100)
    records = [stream.record()]
    memory = SourcesMemory(10, records, until=5)
    memory.restore(WIRE, "wire.example/x", Sample("x", 10, 5).pack(), 3, MONDAY_MS + DAY_MS)
    (known,) = memory._sources.values()
    assert [*known.recent][-1] == "wire.example/x"
