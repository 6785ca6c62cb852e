"""Every setting: one frozen object, a group a stage. See `cleanwire config`."""

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from streams.limits import LARGEST_ACCEPTED_VALUE, POOL_CLOCK_SHARE
from streams.settings.secret_files import with_secrets
from streams.topology import names

Ratio = Annotated[float, Field(ge=0, le=1)]
TopicName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9._-]{1,249}$")]


def _split(value: object) -> object:
    """Take `a, b` from the environment as two names."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


# A name, an IPv4 address, or an IPv6 address in brackets.
HOST_AND_PORT = r"([^\s:,/\[\]]+|\[[0-9a-fA-F:.]+\]):\d{1,5}"

# `a,b` in the environment, where pydantic-settings would want JSON.
Listed = (NoDecode, BeforeValidator(_split))


# Between a limit and what watches over it: a commit, a look once a second, a process that starts.
MARGIN_S = 5.0


class Group(BaseModel):
    """A group of settings. A name that does not exist is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Scope(StrEnum):
    """Which articles are compared with each other: all articles of one scope share a partition."""

    ALL = "all"
    SOURCE = "source"
    LANGUAGE = "language"
    HEADER = "header"


class HeadlineChange(StrEnum):
    """What an item is whose headline alone changed."""

    UPDATE = "update"
    DUPLICATE = "duplicate"


class SeenParagraphs(StrEnum):
    """What happens to a paragraph that another story had first."""

    MARK = "mark"
    DROP = "drop"


class DedupeMode(StrEnum):
    """`route` sends copies to duplicates; `mark` sends everything to clean with its verdict."""

    ROUTE = "route"
    MARK = "mark"


class Cleanup(StrEnum):
    """What Kafka does with old records of the output topics."""

    DELETE = "delete"
    COMPACT = "compact"


class SaslMechanism(StrEnum):
    """How the password is shown to Kafka."""

    PLAIN = "PLAIN"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    SCRAM_SHA_512 = "SCRAM-SHA-512"


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Removals(StrEnum):
    """Whether an article has all that was taken out of it, or only how much by reason."""

    FULL = "full"
    COUNTS = "counts"


class LogFormat(StrEnum):
    """Form of the log."""

    TEXT = "text"
    JSON = "json"


class CleanSettings(Group):
    """Stage 1."""

    max_value_bytes: int = Field(
        default=1_000_000,
        ge=1_000,
        le=LARGEST_ACCEPTED_VALUE,
        description=(
            "Raw messages larger than this are rejected, in bytes; of an HTML page what is left"
            " without scripts and styles counts."
        ),
    )
    time_limit_s: float = Field(
        default=5.0,
        gt=0,
        le=60,
        description=(
            "Seconds of CPU time that cleaning one article may take;"
            " it is rejected when a second try takes longer too."
        ),
    )
    pool_processes: int = Field(
        default=1,
        ge=1,
        le=64,
        description=("Number of processes that clean articles, besides the worker's own process."),
    )
    max_removed_share: Ratio = Field(
        default=1.0,
        description=(
            "Share of a text that the rules of its source may remove. Beyond it they remove"
            " nothing, and the article has the flag `residue_guard`."
        ),
    )
    removals: Removals = Field(
        default=Removals.FULL,
        description=(
            "Whether an article has all the text that was taken out of it, each span with its"
            " place, reason and rule (`full`), or only how many characters by reason (`counts`)."
        ),
    )
    tied_sources: dict[str, str] = Field(
        default_factory=dict,
        description=(
            "Sources that are accepted from one place alone, as JSON: the source, and `topic:` with"
            " its raw topic or `key:` with how the keys of its records begin. Kafka's ACLs then"
            " decide who can send in its name; other messages that do are rejected."
        ),
    )

    @field_validator("tied_sources")
    @classmethod
    def _places(cls, value: dict[str, str]) -> dict[str, str]:
        for source, place in value.items():
            kind, _, name = place.partition(":")
            if kind not in {"topic", "key"} or not name:
                raise ValueError(
                    f"{source} is tied to {place!r}, which is neither topic:NAME nor key:PREFIX"
                )
        return value


class DedupeSettings(Group):
    """Stage 2."""

    scope: Scope = Field(
        default=Scope.ALL,
        description=(
            "Which articles are compared with each other: all of them, those of one source,"
            " those of one declared language, or those with the same value in a header."
        ),
    )
    scope_header: str = Field(
        default="scope",
        description=(
            "With the scope `header`: the Kafka header whose value names an article's scope."
        ),
    )
    partitions: int = Field(
        default=1,
        ge=1,
        le=256,
        description=(
            "Number of partitions of the prepared topic, over which scopes are spread. The "
            "scope `all` needs 1."
        ),
    )
    window_hours: int = Field(
        default=72,
        ge=1,
        le=24 * 30,
        description=(
            "Hours for which articles are remembered and compared. Of the copies measured, "
            "98 % came within 72 hours."
        ),
    )
    mode: DedupeMode = Field(
        default=DedupeMode.ROUTE,
        description=(
            "`route` sends copies to the duplicates topic. `mark` publishes them on the "
            "clean topic too, with their verdict, for a trial run."
        ),
    )
    seen_paragraphs: SeenParagraphs = Field(
        default=SeenParagraphs.MARK,
        description=(
            "What to do with a paragraph that an earlier story already had: `mark` keeps it"
            " and says where it was first seen, `drop` removes it."
        ),
    )
    headline_change: HeadlineChange = Field(
        default=HeadlineChange.UPDATE,
        description=(
            "What an item is that comes again under its id or address with the same text and "
            "another headline: `update` publishes it, `duplicate` holds it back."
        ),
    )
    containment: Ratio = Field(
        default=0.60,
        description=(
            "Share of text that an article must have in common with an earlier one to be "
            "its copy or update."
        ),
    )
    related: Ratio = Field(
        default=0.40,
        description=(
            "Share of text in common from which a new article names the earlier one in "
            "`related_to`."
        ),
    )
    furniture_stories: int = Field(
        default=3,
        ge=2,
        description=(
            "Number of a source's stories in which a line must appear to count as "
            "furniture, a standing line that is removed."
        ),
    )
    furniture_share: Ratio = Field(
        default=0.30,
        description=(
            "Share of a source's latest stories in which a line must appear to count as furniture."
        ),
    )
    furniture_max_removed: Ratio = Field(
        default=0.40,
        description=(
            "Share of a text that may be removed as furniture. Beyond it nothing is removed."
        ),
    )
    never_suppress: Annotated[tuple[str, ...], *Listed] = Field(
        default=(), description="Sources whose articles are always published, even as copies."
    )
    trust: dict[str, Annotated[int, Field(ge=0, le=10)]] = Field(
        default_factory=dict,
        description=(
            "How much a source is trusted, from 0 to 10; 5 if it is not named. An article "
            "is not held back as a copy of a less trusted source's."
        ),
    )
    max_articles_per_source: int = Field(
        default=200_000,
        ge=1,
        description=(
            "Number of articles of one source that are compared. Beyond it, nothing is held"
            " back as a copy of that source's articles."
        ),
    )

    max_sources: int = Field(
        default=10_000,
        ge=1,
        le=1_000_000,
        description=(
            "Number of sources that are watched for a changed layout and for silence, some 12 kB"
            " each. Beyond it the source that was not seen for longest is forgotten."
        ),
    )

    @model_validator(mode="after")
    def _scope_fits_partitions(self) -> Self:
        if self.scope is Scope.ALL and self.partitions != 1:
            raise ValueError(
                f"scope `all` needs 1 partition of the prepared topic, not {self.partitions}: "
                "a copy is recognised only where its original is known. "
                "Set CLEANWIRE_DEDUPE__PARTITIONS=1 or another CLEANWIRE_DEDUPE__SCOPE."
            )
        return self

    @model_validator(mode="after")
    def _related_is_less_than_a_copy(self) -> Self:
        if self.related > self.containment:
            raise ValueError("CLEANWIRE_DEDUPE__RELATED is above CLEANWIRE_DEDUPE__CONTAINMENT.")
        return self

    @model_validator(mode="after")
    def _header_is_used(self) -> Self:
        if self.scope_header != "scope" and self.scope is not Scope.HEADER:
            raise ValueError(
                f"CLEANWIRE_DEDUPE__SCOPE_HEADER={self.scope_header} has no effect with scope "
                f"`{self.scope}`. Set CLEANWIRE_DEDUPE__SCOPE=header, or leave it out."
            )
        return self


class DeliverySettings(Group):
    """Transactions, Kafka session and watchdog."""

    transaction_idle_ms: int = Field(
        default=2,
        ge=0,
        le=1_000,
        description=(
            "Milliseconds without a new message after which an open transaction is committed."
        ),
    )
    transaction_max_messages: int = Field(
        default=500,
        ge=1,
        le=10_000,
        description="Number of input messages after which a transaction is committed.",
    )
    transaction_max_ms: int = Field(
        default=200,
        ge=1,
        le=10_000,
        description="Milliseconds after which an open transaction is committed in any case.",
    )
    transaction_max_bytes: int = Field(
        default=4_000_000,
        ge=1,
        description="Bytes of output after which a transaction is committed.",
    )
    transaction_timeout_s: float = Field(
        default=60,
        ge=10,
        le=900,
        description=("Seconds after which Kafka aborts a transaction that its worker left open."),
    )
    session_timeout_s: float = Field(
        default=6,
        ge=1,
        le=60,
        description=(
            "Seconds of silence after which Kafka gives a worker's partitions to another. "
            "Brokers refuse less than 6 by default."
        ),
    )
    stall_timeout_s: float = Field(
        default=60,
        ge=5,
        description=(
            "Seconds without progress after which a worker that has work to do ends itself."
        ),
    )

    def fills_transaction(self, messages: int, output_bytes: int) -> bool:
        """Return whether a transaction of so much must be committed before more is added."""
        return (
            messages >= self.transaction_max_messages or output_bytes >= self.transaction_max_bytes
        )

    @model_validator(mode="after")
    def _transactions_can_close(self) -> Self:
        if self.transaction_idle_ms > self.transaction_max_ms:
            raise ValueError(
                f"CLEANWIRE_DELIVERY__TRANSACTION_IDLE_MS={self.transaction_idle_ms} would keep a "
                f"transaction open beyond CLEANWIRE_DELIVERY__TRANSACTION_MAX_MS="
                f"{self.transaction_max_ms}. Lower the first, or raise the second."
            )
        least_s = self.transaction_max_ms / 1000 + MARGIN_S
        if self.transaction_timeout_s < least_s:
            raise ValueError(
                f"CLEANWIRE_DELIVERY__TRANSACTION_TIMEOUT_S={self.transaction_timeout_s:g} lets "
                "Kafka abort transactions that CLEANWIRE_DELIVERY__TRANSACTION_MAX_MS="
                f"{self.transaction_max_ms} allows. Set it to {least_s:g} or more, or lower the "
                "other."
            )
        return self


class Settings(BaseSettings):
    """Settings of worker and tools, from the environment (`CLEANWIRE_…`) and `.env`.

    Programs get them from `load_settings`, which also refuses names that do not exist.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        env_prefix="CLEANWIRE_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        env_file=".env",
    )

    kafka: str = Field(
        default="127.0.0.1:9092",
        pattern=rf"^{HOST_AND_PORT}(,{HOST_AND_PORT})*$",
        json_schema_extra={
            "allowed": "host:port, several with commas between; an IPv6 address in brackets"
        },
        description="Kafka's bootstrap servers.",
    )
    kafka_tls: bool = Field(default=False, description="Encrypt the connection to Kafka (TLS).")
    kafka_ca_file: str | None = Field(
        default=None,
        description=(
            "File with the certificate authority of Kafka (PEM), if the system does not know it."
        ),
    )
    kafka_cert_file: str | None = Field(
        default=None,
        description="File with our own certificate (PEM), for a Kafka that asks for one.",
    )
    kafka_key_file: str | None = Field(
        default=None,
        description="File with the key of that certificate (PEM), if it is not in the same file.",
    )
    kafka_key_password: SecretStr | None = Field(
        default=None, description="Password of that key, if it has one."
    )
    kafka_key_password_file: str | None = Field(
        default=None, description="File that holds this password, instead of the setting."
    )
    kafka_username: str | None = Field(
        default=None, description="User name for Kafka (SASL). Needs a password."
    )
    kafka_password: SecretStr | None = Field(default=None, description="Password for Kafka (SASL).")
    kafka_password_file: str | None = Field(
        default=None, description="File that holds this password, instead of the setting."
    )
    kafka_sasl_mechanism: SaslMechanism = Field(
        default=SaslMechanism.SCRAM_SHA_512,
        description="How the password is presented to Kafka (SASL mechanism).",
    )
    kafka_password_in_clear: bool = Field(
        default=False,
        description=("Send the password even without TLS, when anyone on the network can read it."),
    )
    prefix: str = Field(
        default="news",
        pattern=r"^[a-z][a-z0-9-]{0,40}$",
        json_schema_extra={"allowed": "lower case letters, digits and dashes, up to 41"},
        description=(
            "First part of the names of all topics, the consumer group and the transactions."
        ),
    )
    raw_topics: Annotated[tuple[TopicName, ...], *Listed] = Field(
        default=(),
        json_schema_extra={"allowed": "names (letters, digits, `.`, `_`, `-`) with commas between"},
        description="Raw topics to read. If none is named, `<prefix>.raw`.",
    )
    create_topics: bool = Field(
        default=False,
        description=(
            "Whether a worker creates missing topics when it starts. `cleanwire topics` "
            "always does."
        ),
    )
    topic_partitions: int = Field(
        default=4,
        ge=1,
        le=1_000,
        description="Number of partitions with which raw and output topics are created.",
    )
    output_cleanup: Cleanup = Field(
        default=Cleanup.DELETE,
        description=(
            "What Kafka does with old records of the clean and duplicates topics: `delete` "
            "drops them after 7 days, `compact` keeps the last version of each article."
        ),
    )
    replication: int = Field(
        default=1,
        ge=1,
        le=9,
        description="Number of replicas with which topics are created. Use 3 in production.",
    )
    rules_dir: str | None = Field(
        default=None,
        json_schema_extra={"allowed": "a directory"},
        description=(
            "Directory of your own residue rules, `<domain>.toml` and `_any.toml` for all sources, "
            "applied before the installed ones; a change counts from the next batch of articles on."
        ),
    )
    data_dir: str = Field(
        default=".cleanwire",
        description=(
            "Directory for the worker's scratch files and the data of the embedded broker."
        ),
    )
    web_host: str = Field(
        default="127.0.0.1", description="Address on which probes and metrics are served."
    )
    web_port: int = Field(
        default=6066,
        ge=0,
        le=65_535,
        description="Port on which probes and metrics are served; 0 takes a free one.",
    )
    log_level: LogLevel = Field(default=LogLevel.INFO, description="How much is logged.")
    log_format: LogFormat = Field(
        default=LogFormat.TEXT,
        description="Form of the log: a line for people, or a JSON object a line for programs.",
    )
    clean: CleanSettings = CleanSettings()
    dedupe: DedupeSettings = DedupeSettings()
    delivery: DeliverySettings = DeliverySettings()

    @model_validator(mode="before")
    @classmethod
    def _secrets_from_files(cls, given: dict[str, Any]) -> dict[str, Any]:
        return with_secrets(given)

    @model_validator(mode="after")
    def _certificate_is_whole(self) -> Self:
        if self.kafka_cert_file and not self.kafka_tls:
            raise ValueError(
                "CLEANWIRE_KAFKA_CERT_FILE has no effect without TLS. Set CLEANWIRE_KAFKA_TLS=1, "
                "or leave it out."
            )
        if (self.kafka_key_file or self.kafka_key_password) and not self.kafka_cert_file:
            raise ValueError(
                "CLEANWIRE_KAFKA_KEY_FILE and CLEANWIRE_KAFKA_KEY_PASSWORD belong to a "
                "CLEANWIRE_KAFKA_CERT_FILE, which is not set."
            )
        return self

    @model_validator(mode="after")
    def _password_stays_secret(self) -> Self:
        if (self.kafka_username is None) != (self.kafka_password is None):
            raise ValueError(
                "CLEANWIRE_KAFKA_USERNAME and CLEANWIRE_KAFKA_PASSWORD only go together."
            )
        if self.kafka_username and not (self.kafka_tls or self.kafka_password_in_clear):
            raise ValueError(
                "a password without TLS can be read on the network. Set CLEANWIRE_KAFKA_TLS=1, "
                "or CLEANWIRE_KAFKA_PASSWORD_IN_CLEAR=1 if you mean it."
            )
        if self.kafka_ca_file and not self.kafka_tls:
            raise ValueError(
                "CLEANWIRE_KAFKA_CA_FILE has no effect without TLS. Set CLEANWIRE_KAFKA_TLS=1, or "
                "leave it out."
            )
        return self

    @model_validator(mode="after")
    def _the_watchdog_is_patient(self) -> Self:
        """Waits that are in order must end before the watchdog takes them for a standstill."""
        stall_s = self.delivery.stall_timeout_s
        waits_s = {
            # Then the pool has made progress, whoever waits for his turn in it.
            f"CLEANWIRE_CLEAN__TIME_LIMIT_S={self.clean.time_limit_s:g} allows an article, by the "
            f"clock {POOL_CLOCK_SHARE} times as long": POOL_CLOCK_SHARE * self.clean.time_limit_s,
            # The others wait for a member that is gone without a word.
            f"CLEANWIRE_DELIVERY__SESSION_TIMEOUT_S={self.delivery.session_timeout_s:g} allows a "
            "worker that is silent": self.delivery.session_timeout_s,
            f"CLEANWIRE_DELIVERY__TRANSACTION_MAX_MS={self.delivery.transaction_max_ms} allows a "
            "transaction": self.delivery.transaction_max_ms / 1000,
        }
        longest = max(waits_s, key=waits_s.__getitem__)
        least_s = waits_s[longest] + MARGIN_S
        if stall_s < least_s:
            raise ValueError(
                f"CLEANWIRE_DELIVERY__STALL_TIMEOUT_S={stall_s:g} would end a worker that only "
                f"waits as long as {longest}. Set it to {least_s:g} or more, or lower the other."
            )
        return self

    @model_validator(mode="after")
    def _raw_topics_are_not_our_outputs(self) -> Self:
        named = names(self)
        ours = {named.prepared, named.changelog, named.source_records, *named.outputs}
        own = ours.intersection(self.raw_topics)
        if own:
            raise ValueError(
                f"CLEANWIRE_RAW_TOPICS names {', '.join(sorted(own))}, which cleanwire writes."
            )
        twice = sorted({topic for topic in self.raw_topics if self.raw_topics.count(topic) > 1})
        if twice:
            raise ValueError(f"CLEANWIRE_RAW_TOPICS names {', '.join(twice)} more than once.")
        return self
