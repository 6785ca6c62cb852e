"""What cleanwire overrides, reads or sets inside of others, and what would break if it changed.

A row is a member that is private there, or public and overridden here. tests/test_inside.py reads
the table: it fails when a member is missing or has another shape, and when the code reaches into
something that stands in no row. Before a bound in pyproject.toml is moved, read what follows each
row that the test names, then write the version here.
"""

from typing import Final, NamedTuple

CHECKED_WITH: Final = {
    "aiokafka": "0.14.0",
    "faust-streaming": "0.15.3",
    "mode-streaming": "0.7.1",
    "pydantic": "2.14.4",
    "trafilatura": "2.3.1",
}


class Inside(NamedTuple):
    """A member of somebody else's class.

    `shape` is the signature without types, or for an attribute the place whose source must name it.
    """

    ours: str  # the file that overrides, reads or sets it
    owner: str  # module:Class
    member: str
    shape: str
    why: str
    if_changed: str


_APP = "faust.app.base:App"
_THREAD = "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread"
_CONSUMER = "aiokafka.consumer.consumer:AIOKafkaConsumer"
_FETCHER = "aiokafka.consumer.fetcher:Fetcher"
_STORE = "faust.stores.base:Store"
_COMMITS = "silent: Faust commits offsets of its own"
_LATER = "silent: transactions that follow directly wait for 20 or 100 ms"

INSIDE: Final = (
    *(
        Inside("on_faust/app.py", _APP, *row)
        for row in (
            (
                "BootStrategy",
                (
                    "(app, *, enable_web=None, enable_kafka=None, enable_kafka_producer=None, "
                    "enable_kafka_consumer=None, enable_sensors=None)"
                ),
                "no web server of Faust's",
                "loud: a second port is open",
            ),
            ("_new_transport", "(self)", "our consumer", _COMMITS),
            (
                "FlowControlQueue",
                "(self, maxsize=None, *, clear_on_resume=False)",
                "what was fetched while flow was suspended stays",
                "status 71: records are passed over",
            ),
            (
                "_on_partitions_revoked",
                "(self, revoked)",
                "the transaction in hand ends before partitions go",
                "status 72 at each rebalance",
            ),
            (
                "_on_partitions_assigned",
                "(self, assigned, generation_id=0)",
                "the former owner is fenced before anything is read",
                "loud: no lane takes a record; the watchdog ends the worker",
            ),
            ("_crash", "(self, reason)", "a status of ours", "silent: status 1"),
            ("start", "(self)", "a status of ours", "silent: status 1"),
            ("stop", "(self)", "ends in time", "silent: killed by the supervisor"),
            ("on_first_start", "(self)", "checks before the group is joined", "status 70 at start"),
            ("on_start", "(self)", "probes and watchdog", "loud: no probe answers"),
            ("on_stop", "(self)", "the transaction in hand ends", "slower: it is done again"),
            ("_consumer", "App.consumer", "how far was fetched", "status 70 in the watchdog"),
        )
    ),
    Inside(
        "on_faust/app.py",
        "faust.app.base:BootStrategy",
        "enable_web",
        "BootStrategy",
        "no web server of Faust's",
        "loud: a second port is open",
    ),
    *(
        Inside("on_faust/consumer.py", _THREAD, *row)
        for row in (
            ("__post_init__", "(self)", "our own fields", "loud at start"),
            (
                "_create_worker_consumer",
                "(self, transport)",
                "read_committed, a shorter wait",
                "status 70 at start: the isolation level is checked",
            ),
            ("on_start", "(self)", "the isolation level is checked", "silent: it is not"),
            (
                "on_partitions_assigned",
                "(self, assigned, generation_id=0)",
                "heartbeats while partitions are taken over",
                "silent: sessions end on slow links",
            ),
            ("_commit", "(self, offsets)", "offsets travel in transactions", _COMMITS),
            ("seek_to_committed", "(self)", "starts where the lanes go on", "status 71"),
            (
                "_fetch_records",
                "(self, consumer, active_partitions, timeout=None, max_records=None)",
                "tags records with what precedes them",
                "status 70 at the first record",
            ),
        )
    ),
    Inside(
        "on_faust/consumer.py",
        "faust.transport.drivers.aiokafka:Consumer",
        "_new_consumer_thread",
        "(self)",
        "our thread",
        _COMMITS,
    ),
    Inside(
        "on_faust/consumer.py",
        "faust.transport.drivers.aiokafka:Consumer",
        "_thread",
        "ThreadDelegateConsumer.__init__",
        "how far was fetched",
        "status 70 in the watchdog",
    ),
    Inside(
        "on_faust/consumer.py",
        "faust.transport.drivers.aiokafka:Consumer",
        "_to_message",
        "(self, tp, record)",
        "one message of what was fetched together, with the generation of the fetch",
        "status 70 at the first record",
    ),
    Inside(
        "on_faust/consumer.py",
        "faust.transport.drivers.aiokafka:Transport",
        "Consumer",
        "(*args, **kwargs)",
        "our consumer",
        _COMMITS,
    ),
    Inside(
        "on_faust/consumer.py",
        "faust.types.tuples:ConsumerMessage",
        "__init__",
        "(self, topic, partition, offset, timestamp, timestamp_type, headers, key, value, "
        "checksum, serialized_key_size=None, serialized_value_size=None, tp=None, "
        "time_in=None, time_out=None, time_total=None, generation_id=None)",
        "is made by position",
        "silent: fields are mixed up",
    ),
    *(
        Inside("on_faust/consumer.py", *row)
        for row in (
            (
                _CONSUMER,
                "_isolation_level",
                "AIOKafkaConsumer.start",
                "read_committed",
                "status 70 at start: the isolation level is checked",
            ),
            (
                _CONSUMER,
                "_fetch_max_wait_ms",
                "AIOKafkaConsumer.start",
                "an empty fetch holds up recovery",
                "slower",
            ),
            (_CONSUMER, "_fetcher", "AIOKafkaConsumer.start", "what is drained", "status 70"),
            (_CONSUMER, "_coordinator", "AIOKafkaConsumer.start", "the generation", "status 70"),
            (_CONSUMER, "_subscription", "AIOKafkaConsumer.__init__", "positions", "status 70"),
            (
                "aiokafka.consumer.group_coordinator:GroupCoordinator",
                "_start_heartbeat_task",
                "(self)",
                "heartbeats while partitions are taken over",
                "status 70 at the first assignment",
            ),
            (
                "aiokafka.consumer.group_coordinator:GroupCoordinator",
                "_push_error_to_user",
                "(self, exc)",
                "Faust logs what the group refuses for good, and stands by",
                "status 73 in the place of 2 or 77",
            ),
            (_FETCHER, "_isolation_level", "Fetcher.__init__", "is checked", "status 70"),
            (
                _FETCHER,
                "_fetch_max_wait_ms",
                "Fetcher._get_actions_per_node",
                "an empty fetch holds up a take-over",
                "slower",
            ),
            (_FETCHER, "_subscriptions", "Fetcher.__init__", "a reassignment", "status 70"),
            (_FETCHER, "_create_fetch_waiter", "(self)", "waits without polling", "status 70"),
            (
                "aiokafka.consumer.subscription_state:TopicPartitionState",
                "_position",
                "TopicPartitionState.__init__",
                "the next offset, None when unknown",
                "status 70",
            ),
        )
    ),
    Inside(
        "header_names.py",
        _FETCHER,
        "MemoryRecords",
        "Fetcher._proc_fetch_request",
        "a header name in other bytes than UTF-8 must not end the worker",
        "silent: it does, status 70",
    ),
    Inside(
        "header_names.py",
        "aiokafka.record.default_records:_DefaultRecordBatchPy",
        "_buffer",
        "_DefaultRecordBatchPy._read_msg",
        "the same: names are decoded from it",
        "status 70 at such a record",
    ),
    Inside(
        "on_faust/recovery.py",
        "faust.tables.recovery:Recovery",
        "_wait",
        "(self, coro, timeout=None)",
        "a recovery may take as long as it moves",
        "silent: given up after 30 s",
    ),
    Inside(
        "on_faust/recovery.py",
        "faust.tables.recovery:Recovery",
        "_build_offsets",
        "(self, consumer, tps, destination, title)",
        "the table is read in bulk; `title` is a caption of its log, but tells the two calls apart",
        "silent: Faust's own recovery, ten times as slow",
    ),
    Inside(
        "on_faust/recovery.py",
        "faust.tables.manager:TableManager",
        "recovery",
        "(self)",
        "our recovery",
        "silent: as before",
    ),
    Inside(
        "on_faust/recovery.py",
        "faust.tables.manager:TableManager",
        "_recovery",
        "TableManager.recovery",
        "our recovery",
        "silent: as before",
    ),
    *(
        Inside("on_faust/table.py", owner, member, shape, "one store for each partition", "loud")
        for owner, member, shape in (
            ("mode.services:Service", "__post_init__", "(self)"),
            (_STORE, "apply_changelog_batch", "(self, batch, to_key, to_value)"),
            (
                _STORE,
                "on_rebalance",
                "(self, assigned, revoked, newly_assigned, generation_id=0)",
            ),
            (_STORE, "persisted_offset", "(self, tp)"),
            (_STORE, "reset_state", "(self)"),
            (_STORE, "backup_partition", "(self, tp, flush=True, purge=False, keep=1)"),
            (_STORE, "restore_backup", "(self, tp, latest=True, backup_id=0)"),
            ("faust.tables.base:Collection", "_new_store", "(self)"),
        )
    ),
    Inside(
        "on_faust/table.py",
        "faust.transport.drivers.aiokafka:Producer",
        "_ensure_producer",
        "(self)",
        "the changelog is written in batches",
        "status 70 at the first article",
    ),
    Inside(
        "on_faust/table.py",
        "faust.tables.base:Collection",
        "changelog_topic_name",
        "(self)",
        "asked for with each article, so kept",
        "slower",
    ),
    Inside(
        "on_faust/table.py",
        "faust.tables.base:Collection",
        "_window_ranges",
        "(self, timestamp)",
        "the hour of an article, as Faust keys it",
        "status 70 at the first article",
    ),
    Inside(
        "on_faust/table.py",
        "faust.tables.base:Collection",
        "on_recovery_completed",
        "(self, active_tps, standby_tps)",
        "the window is rebuilt",
        "loud: no verdict without a window",
    ),
    Inside(
        "delivery/starts.py",
        "aiokafka.admin.client:AIOKafkaAdminClient",
        "_send_request",
        "(self, request, node_id=None)",
        "the public call takes a refusal for a group without offsets",
        "status 70 at take-over",
    ),
    *(
        Inside(
            ours,
            "aiokafka.admin.client:AIOKafkaAdminClient",
            "_send_request",
            "(self, request, node_id=None)",
            why,
            if_changed,
        )
        for ours, why, if_changed in (
            ("connection.py", "it asks for metadata of all topics", "slower: producers ask"),
            ("topics/topic_facts.py", "it knows no ids of topics", "status 70 at start"),
            ("topics/log_bounds.py", "it does not ask where logs end", "status 70 at take-over"),
            ("topics/altering.py", "it has no incremental change", "loud: --alter fails"),
        )
    ),
    *(
        Inside("delivery/producer.py", "aiokafka.client:AIOKafkaClient", *row)
        for row in (
            ("bootstrap", "(self)", "metadata that another client has", "loud: no producer starts"),
            ("_md_synchronizer", "(self)", "the same", "status 70 at take-over"),
            ("_sync_task", "AIOKafkaClient.bootstrap", "the same", "loud: it is not cancelled"),
        )
    ),
    Inside(
        "on_faust/app.py",
        "faust.transport.drivers.aiokafka:Producer",
        "_producer",
        "Producer.on_start",
        "connects before the first changelog record",
        "status 70 at the first assignment",
    ),
    Inside(
        "on_faust/consumer.py",
        "faust.transport.consumer:ThreadDelegateConsumer",
        "subscribe",
        "(self, topics)",
        "joins when the checks are done",
        "silent: a worker takes over before it is checked",
    ),
    Inside(
        "delivery/producer.py",
        "aiokafka.client:AIOKafkaClient",
        "send",
        "(self, node_id, request, *, group=<ConnectionGroup.DEFAULT: 0>)",
        "requests that are not answered are noticed",
        "silent: a late request may end the next transaction",
    ),
    Inside(
        "delivery/producer.py",
        "aiokafka.producer.producer:AIOKafkaProducer",
        "_txn_manager",
        "AIOKafkaProducer.__init__",
        "whether another producer has taken over",
        "status 70 in the place of 72",
    ),
    *(
        Inside("delivery/sender.py", f"aiokafka.producer.sender:{owner}", *row)
        for owner, *row in (
            ("Sender", "_do_add_partitions_to_txn", "(self, tps)", "our handler", _LATER),
            ("Sender", "_send_produce_req", "(self, node_id, batches)", "our handler", _LATER),
            ("Sender", "_do_txn_offset_commit", "(self, offsets, group_id)", "our handler", _LATER),
            (
                "Sender",
                "_find_coordinator",
                "(self, coordinator_type, coordinator_key)",
                "whom our handlers ask",
                "status 70 at the first transaction",
            ),
            ("AddPartitionsToTxnHandler", "handle_response", "(self, resp)", "asks soon", _LATER),
            ("TxnOffsetCommitHandler", "handle_response", "(self, resp)", "asks soon", _LATER),
            (
                "SendProduceReqHandler",
                "_default_backoff",
                "SendProduceReqHandler.do",
                "asks soon",
                _LATER,
            ),
            *(
                ("Sender", name, "Sender._send_produce_req", "its bookkeeping", "silent: it stalls")
                for name in ("_in_flight", "_muted_partitions")
            ),
            (
                "Sender",
                "_txn_manager",
                "Sender.__init__",
                "whose transaction it is",
                "status 70 at the first transaction",
            ),
        )
    ),
    Inside(
        "delivery/producer.py",
        "aiokafka:AIOKafkaProducer",
        "_sender",
        "AIOKafkaProducer.__init__",
        "our sender in its place",
        "status 70 at take-over",
    ),
    *(
        Inside(
            "core/article/construct.py",
            "pydantic:BaseModel",
            slot,
            "BaseModel",
            "models of values that are known to be right, in a fifth of the time",
            "loud in the tests of every model",
        )
        for slot in ("__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
    ),
    Inside(
        "core/page/extractor.py",
        "trafilatura:core",
        "_extract_and_compare",
        "(cleaned_tree, cleaned_tree_backup, tree, options)",
        "a result that nobody could double is not compared, nor the page copied for it",
        "loud in the tests of the extractor",
    ),
    Inside(
        "core/page/extractor.py",
        "trafilatura:core",
        "trafilatura_sequence",
        "(tree, options, url=None)",
        "its text alone, without another copy of the page",
        "loud in the tests of the extractor",
    ),
    Inside(
        "core/text/charset.py",
        "codecs:CodecInfo",
        "_is_text_encoding",
        "CodecInfo",
        "zlib and the like inflate and must not be reachable",
        "loud in the tests of charsets: nothing is decoded",
    ),
)
