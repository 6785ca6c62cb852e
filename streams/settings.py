"""Every setting: one frozen object, a group a stage. See `cleanwire config`."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

Ratio = Annotated[float, Field(ge=0, le=1)]


class Group(BaseModel):
    """A group of settings. A name that does not exist is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Scope(StrEnum):
    """Which articles are compared with each other: all articles of one scope share a partition."""

    ALL = "all"
    SOURCE = "source"
    LANGUAGE = "language"
    HEADER = "header"


class SeenParagraphs(StrEnum):
    """What happens to a paragraph that another story had first."""

    MARK = "mark"
    DROP = "drop"


class DedupeMode(StrEnum):
    """`route` sends copies to duplicates; `mark` sends everything to clean with its verdict."""

    ROUTE = "route"
    MARK = "mark"


class CleanSettings(Group):
    """Stage 1."""

    max_value_bytes: int = Field(
        default=1_000_000, ge=1_000, le=4_000_000, description="Larger raw messages are rejected."
    )
    time_limit_s: float = Field(
        default=5.0, gt=0, le=60, description="Longest time one article may take in the pool."
    )
    pool_processes: int = Field(
        default=1, ge=1, le=64, description="Processes for HTML, feeds and long texts."
    )
    inline_max_bytes: int = Field(
        default=65_536, ge=0, description="Plain text up to this size is cleaned without the pool."
    )
    max_removed_share: Ratio = Field(
        default=1.0, description="Most of a text that the rules of one source may remove."
    )


class DedupeSettings(Group):
    """Stage 2."""

    scope: Scope = Scope.ALL
    scope_header: str = Field(default="scope", description="Header that names a scope.")
    partitions: int = Field(
        default=1, ge=1, le=256, description="Of the prepared topic; 1 for scope `all`."
    )
    window_hours: int = Field(
        default=72, ge=1, le=24 * 30, description="98 % of measured re-runs fall inside 72 h."
    )
    mode: DedupeMode = DedupeMode.ROUTE
    seen_paragraphs: SeenParagraphs = SeenParagraphs.MARK
    containment: Ratio = 0.65
    related: Ratio = 0.40
    furniture_stories: int = Field(default=3, ge=2)
    furniture_share: Ratio = 0.30
    furniture_max_removed: Ratio = 0.40
    never_suppress: tuple[str, ...] = Field(default=(), description="Sources always published.")
    trust: dict[str, int] = Field(
        default_factory=dict, description="Trust of a source, 0..10; 5 when not named."
    )
    max_articles_per_source: int = Field(
        default=200_000, ge=1, description="Articles one source may hold in the window."
    )


class DeliverySettings(Group):
    """Transactions, Kafka session and watchdog."""

    transaction_idle_ms: int = Field(default=10, ge=0, le=1_000)
    transaction_max_messages: int = Field(default=500, ge=1, le=10_000)
    transaction_max_ms: int = Field(default=200, ge=1, le=10_000)
    transaction_max_bytes: int = Field(default=4_000_000, ge=1)
    transaction_timeout_s: float = Field(default=60, ge=10, le=900)
    session_timeout_s: float = Field(default=6, ge=1, le=60)
    stall_timeout_s: float = Field(
        default=60, ge=5, description="A worker that is behind and stands still this long is ended."
    )


class Settings(BaseSettings):
    """Settings of worker and tools, from the environment (`CLEANWIRE_…`) and `.env`."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        env_prefix="CLEANWIRE_",
        env_nested_delimiter="__",
        env_file=".env",
    )

    kafka: str = Field(default="127.0.0.1:9092", description="Bootstrap servers, host:port,…")
    kafka_username: str | None = None
    kafka_password: SecretStr | None = None
    prefix: str = Field(default="news", pattern=r"^[a-z][a-z0-9-]{0,40}$")
    raw_topics: tuple[str, ...] = Field(
        default=(), description="Raw topics to read; `<prefix>.raw` when none is named."
    )
    create_topics: bool = False
    replication: int = Field(default=1, ge=1, le=9)
    data_dir: str = ".cleanwire"
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=6066, ge=0, le=65_535)
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    clean: CleanSettings = CleanSettings()
    dedupe: DedupeSettings = DedupeSettings()
    delivery: DeliverySettings = DeliverySettings()
