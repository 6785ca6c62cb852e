"""What does not fit is named with the command that leads out, and where that leads is right."""

from collections.abc import Mapping
from dataclasses import replace

from aiokafka import TopicPartition

from streams.kafka.delivery import starts
from streams.kafka.delivery.judging import PartitionFacts, misfit
from streams.kafka.delivery.ledger import MAX_NOTE_BYTES, Ledger, read_ledger
from streams.kafka.mending.mend import Mended, Outcomes, RawPlaces, Redo, mend
from streams.topology import Names

NAMES = Names("news", ("news.raw",))
RAW = TopicPartition("news.raw", 0)
OTHER_RAW = TopicPartition("news.raw", 1)
PREPARED = TopicPartition(NAMES.prepared, 0)
CHANGELOG = TopicPartition(NAMES.changelog, 0)
IDS = {"news.raw": "r1", NAMES.prepared: "p1", NAMES.changelog: "c1"}
KNOWN = {"news.raw": frozenset({0}), NAMES.prepared: frozenset({0})}
# 100 raw messages read, 90 of them prepared and 80 decided.
OF_RAW = Ledger(ids=IDS, known=KNOWN, next_offset=100)
OF_PREPARED = Ledger(ids=IDS, known=KNOWN, next_offset=80, raw={"news.raw": {0: 85}})
AT = {RAW: 100, PREPARED: 80, CHANGELOG: 70}
ENDS = {RAW: 100, PREPARED: 90, CHANGELOG: 75}


def facts(
    committed: Mapping[TopicPartition, int] = AT,
    ends: Mapping[TopicPartition, int] = ENDS,
    begins: Mapping[TopicPartition, int] | None = None,
    ids: Mapping[str, str] = IDS,
    ledgers: Mapping[TopicPartition, Ledger] | None = None,
    *,
    outputs_hold_records: bool = True,
) -> PartitionFacts:
    """Return what a worker sees; by default all is as it was left."""
    kept = {RAW: OF_RAW, CHANGELOG: OF_PREPARED} if ledgers is None else ledgers
    return PartitionFacts(
        NAMES,
        tuple(tp for tp in ends if tp.topic != NAMES.changelog),
        ids,
        dict.fromkeys(ends, 0) | dict(begins or {}),
        ends,
        committed,
        {tp: ledger for tp, ledger in kept.items() if committed.get(tp, -1) >= 0},
        outputs_hold_records,
    )


def says(seen: PartitionFacts) -> str:
    """Return what is refused."""
    found = misfit(seen)
    assert found is not None
    return found


def test_what_was_left_in_order_is_taken_up() -> None:
    """So is a fresh installation, and one that an older release has left."""
    assert misfit(facts()) is None
    fresh = dict.fromkeys(AT, -1)
    assert misfit(facts(fresh, dict.fromkeys(ENDS, 9), outputs_hold_records=False)) is None
    assert misfit(facts(ledgers={})) is None


def test_a_partition_that_was_added_is_new() -> None:
    """It has no offset, as one that lost it; but it was never known."""
    assert misfit(facts({**AT, OTHER_RAW: -1}, {**ENDS, OTHER_RAW: 50})) is None


def test_a_log_that_ends_before_the_committed_offset_was_cut() -> None:
    """Raw or prepared: what is appended now would be taken for what was read."""
    for tp in (RAW, PREPARED):
        found = says(facts(ends={**ENDS, tp: AT[tp] - 1}))
        assert f"{tp.topic}[0] was read up to {AT[tp]}, but ends at {AT[tp] - 1}" in found
        assert "cleanwire reset offsets" in found


def test_one_lost_offset_is_seen_beside_others() -> None:
    """Of a prepared or a raw partition; the others say that there was one."""
    for tp in (RAW, PREPARED):
        found = says(facts({**AT, tp: -1}))
        assert f"no committed offset for {tp.topic}[0]" in found
        assert "cleanwire reset offsets" in found


def test_without_any_ledger_the_outputs_tell() -> None:
    """An older release, or all offsets gone: whatever has no offset may have been read."""
    lost = dict.fromkeys(AT, -1)
    assert "cleanwire reset offsets" in says(facts(lost, ledgers={}))
    assert misfit(facts(lost, dict.fromkeys(ENDS, 0), ledgers={})) is None


def test_a_topic_made_anew_is_seen_by_its_id() -> None:
    """Whatever its offsets are: a new log may be longer already."""
    for topic, way in {
        "news.raw": "reset offsets",
        NAMES.prepared: "reset offsets",
        NAMES.changelog: "reset window",
    }.items():
        found = says(facts(ids={**IDS, topic: "new"}))
        assert topic in found
        assert f"cleanwire {way}" in found


def test_a_topic_that_was_missing_at_a_take_over_is_not_forgotten() -> None:
    """A worker that runs on while it is deleted would take the new one for the first."""
    ids = {topic: id_ for topic, id_ in IDS.items() if topic != RAW.topic}
    gone = facts({PREPARED: 80, CHANGELOG: 70}, {PREPARED: 90, CHANGELOG: 75}, ids=ids)
    assert misfit(gone) is None
    ledger = starts._place(gone, PREPARED, "scope=all").ledger
    there_again = facts(AT | {RAW: -1}, ids=IDS | {RAW.topic: "r2"}, ledgers={CHANGELOG: ledger})
    assert "news.raw was deleted and made anew" in says(there_again)
    without_ids = facts(AT | {RAW: -1}, ids={}, ledgers={CHANGELOG: ledger})
    assert "no committed offset for news.raw[0]" in says(without_ids)


def test_brokers_without_ids_are_no_reason_to_refuse() -> None:
    """Kafka before 3.1 tells none."""
    assert misfit(facts(ids={})) is None


def test_a_window_whose_end_was_lost_is_refused() -> None:
    """The offset of the changelog says up to where it was written."""
    found = says(facts(ends={**ENDS, CHANGELOG: 69}))
    assert "cleanwire reset window" in found


def test_an_offset_that_was_set_back_by_hand_is_refused() -> None:
    """What lies between would be published again."""
    assert "set back from 80 to 79" in says(facts({**AT, PREPARED: 79}))


def test_expired_records_are_named() -> None:
    """As before."""
    assert "has expired unread" in says(facts(begins={RAW: 101}))


def mended(seen: PartitionFacts, outcomes: Outcomes | None = None) -> Mended:
    """Return the way out; what it leads to must be taken up."""
    found = mend(seen, outcomes or Outcomes())
    after = dict(seen.committed) | dict(found.offsets)
    after[CHANGELOG] = max(seen.committed.get(CHANGELOG, -1), 0)
    ledgers = {
        seen.changelog_of(tp) or tp: replace(
            ledger, next_offset=found.offsets[tp], is_unfinished=False
        )
        for tp, ledger in found.ledgers.items()
    }
    assert misfit(replace(seen, committed=after, ledgers=ledgers)) is None
    return found


def test_what_fits_is_left_as_it_is() -> None:
    """A reset without need changes no offset and does nothing again."""
    found = mended(facts())
    assert found.offsets == {RAW: 100, PREPARED: 80}
    assert found.redo == ()


def test_after_prepared_was_made_anew_its_articles_are_prepared_again() -> None:
    """Those that were not decided; and positions in the window go on where they were."""
    found = mended(
        facts({**AT, PREPARED: -1}, {**ENDS, PREPARED: 0}, ids={**IDS, NAMES.prepared: "p2"})
    )
    assert found.offsets == {RAW: 100, PREPARED: 0}
    assert found.redo == (Redo(RAW, 85, 100),)
    assert found.ledgers[PREPARED].base == 80
    assert found.ledgers[PREPARED].is_unfinished


def test_after_prepared_was_cut_what_is_gone_is_prepared_again() -> None:
    """It goes on at its end, at the position in the window where it was."""
    found = mended(facts(ends={**ENDS, PREPARED: 60}))
    assert found.offsets[PREPARED] == 60
    assert found.ledgers[PREPARED].base == 20
    assert found.redo == (Redo(RAW, 85, 100),)


def test_a_reset_that_broke_off_is_taken_up_again() -> None:
    """The ledger says that articles are missing still, although all offsets fit."""
    begun = {RAW: OF_RAW, CHANGELOG: replace(OF_PREPARED, is_unfinished=True)}
    assert "did not end" in says(facts(ledgers=begun))
    assert mended(facts(ledgers=begun)).redo == (Redo(RAW, 85, 100),)


def test_a_raw_topic_made_anew_is_read_from_its_beginning() -> None:
    """Nothing that is known of its offsets means its messages."""
    seen = facts({**AT, RAW: -1}, {**ENDS, RAW: 30}, ids={**IDS, "news.raw": "r2"})
    found = mended(seen, Outcomes(raw_next={RAW: 100}))
    assert found.offsets == {RAW: 0, PREPARED: 80}
    assert found.ledgers[PREPARED].raw == {}


def test_a_raw_log_that_was_cut_is_read_on_from_its_end() -> None:
    """And what stage 2 knows of it ends there as well."""
    found = mended(facts(ends={**ENDS, RAW: 60}))
    assert found.offsets[RAW] == 60
    assert found.ledgers[PREPARED].raw == {"news.raw": {0: 60}}


def test_a_lost_raw_offset_is_found_by_the_outcomes() -> None:
    """The last of them, wherever it is known from."""
    assert mended(facts({**AT, RAW: -1}), Outcomes(raw_next={RAW: 97})).offsets[RAW] == 97
    assert mended(facts({**AT, RAW: -1})).offsets[RAW] == 85


def test_a_lost_prepared_offset_is_that_of_the_ledger() -> None:
    """To the message, without a look at the outcomes."""
    assert mended(facts({**AT, PREPARED: -1})).offsets[PREPARED] == 80


def test_a_note_of_many_partitions_stays_within_what_kafka_takes() -> None:
    """What is least needed is left out."""
    many = replace(OF_PREPARED, raw={"news.raw": dict.fromkeys(range(1_000), 10**9)})
    note = many.write()
    assert len(note) <= MAX_NOTE_BYTES
    read = read_ledger(note)
    assert read is not None
    assert (read.ids, read.known, read.raw) == (IDS, KNOWN, {})


def test_places_are_told_apart() -> None:
    """By topic, partition and offset."""
    places = RawPlaces()
    for place in (("a", 0, 0), ("a", 0, 1_000_003), ("b", 1, 7)):
        places.add(place)
    assert ("a", 0, 1_000_003) in places
    for absent in (("a", 0, 1), ("a", 0, 1_000_004), ("a", 0, 9_000_000), ("a", 1, 0), ("b", 1, 8)):
        assert absent not in places


def test_a_raw_log_that_lost_its_end_goes_on_where_other_messages_stand() -> None:
    """Stage 2 lets go of what it knew of those places, else it would drop them as seen."""
    mended = mend(facts(ends={**ENDS, RAW: 95}), Outcomes(), {RAW: 60})
    assert mended.offsets[RAW] == 60
    assert mended.ledgers[PREPARED].raw == {"news.raw": {0: 60}}
    assert mended.ledgers[RAW].last is None


def test_a_prepared_log_that_lost_its_end_goes_on_with_the_first_that_waits() -> None:
    """What stage 1 has appended since stands where read records stood; positions go on."""
    mended = mend(facts(), Outcomes(prepared_waiting={PREPARED: 70}), {PREPARED: 80})
    assert mended.offsets[PREPARED] == 70
    assert mended.ledgers[PREPARED].base == 10
    assert 0 in mended.lost
