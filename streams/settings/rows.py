"""The settings as a table: name in the environment, what is allowed, default, description."""

import json
import types
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from streams.settings import Settings

PREFIX = "CLEANWIRE_"


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting. `path` leads to it in `Settings`; `example` is for what needs JSON."""

    name: str
    path: tuple[str, ...]
    allowed: str
    default: str
    description: str
    secret: bool = False
    example: str = ""

    def text_of(self, settings: Settings) -> str:
        """Return the value in force, written as the environment would have it."""
        value: Any = settings
        for part in self.path:
            value = getattr(value, part)
        return _text(value)


def rows(model: type[BaseModel] = Settings, path: tuple[str, ...] = ()) -> Iterator[SettingRow]:
    """Yield a row for each setting, in the order of settings/definitions.py."""
    for key, field in model.model_fields.items():
        here = (*path, key)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from rows(field.annotation, here)
        else:
            yield _row(here, field)


def _row(path: tuple[str, ...], field: FieldInfo) -> SettingRow:
    kind = _without_none(field.annotation)
    return SettingRow(
        name=PREFIX + "__".join(path).upper(),
        path=path,
        allowed=_allowed(kind, field),
        default=_text(field.default if field.default_factory is None else {}),
        description=field.description or "",
        secret=kind is SecretStr,
        example='{"reuters.com": 9}' if get_origin(kind) is dict else "",
    )


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        return next(arg for arg in get_args(kind) if arg is not type(None))
    return kind


def _allowed(kind: Any, field: FieldInfo) -> str:
    if isinstance(field.json_schema_extra, dict) and "allowed" in field.json_schema_extra:
        return str(field.json_schema_extra["allowed"])
    limits = {name: getattr(m, name) for m in field.metadata for name in LIMITS if hasattr(m, name)}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return ", ".join(kind)
    if kind in (int, float):
        bounds = [LIMITS[name].format(limits[name]) for name in LIMITS if name in limits]
        return " ".join(["whole number" if kind is int else "number", *bounds])
    return _WORDS.get(get_origin(kind) or kind, "text")


LIMITS = {"ge": "from {}", "gt": "above {}", "le": "to {}", "lt": "below {}"}
_WORDS = {bool: "1 or 0", tuple: "names with commas between", dict: "JSON", SecretStr: "secret"}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, dict):
        return json.dumps(value) if value else ""
    return str(value)
