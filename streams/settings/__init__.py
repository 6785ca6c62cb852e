"""Settings: what there is (`definitions`), how they are read (`load`) and shown (`rows`)."""

from streams.settings.definitions import (
    CleanSettings,
    Cleanup,
    DedupeMode,
    DedupeSettings,
    DeliverySettings,
    HeadlineChange,
    LogFormat,
    LogLevel,
    Removals,
    SaslMechanism,
    Scope,
    SeenParagraphs,
    Settings,
)

__all__ = [
    "CleanSettings",
    "Cleanup",
    "DedupeMode",
    "DedupeSettings",
    "DeliverySettings",
    "HeadlineChange",
    "LogFormat",
    "LogLevel",
    "Removals",
    "SaslMechanism",
    "Scope",
    "SeenParagraphs",
    "Settings",
]
