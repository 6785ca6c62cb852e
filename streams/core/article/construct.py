"""Records made of values that are known to be right."""

from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel

Model = TypeVar("Model", bound=BaseModel)


@cache
def _fields(kind: type[BaseModel]) -> set[str]:
    return set(kind.model_fields)


def construct(kind: type[Model], /, **values: Any) -> Model:
    """Return a frozen model of values that this program made itself, all fields given."""
    return construct_all(kind, (values,))[0]


def construct_all(kind: type[Model], rows: Iterable[dict[str, Any]]) -> tuple[Model, ...]:
    """Return a model for each row of values, which it keeps.

    `model_construct` does the same with defaults and aliases in five times the time, and an
    article's outcome holds some 40 models (measured: 220 of 900 µs).
    """
    new, put, fields = kind.__new__, object.__setattr__, _fields(kind)
    models = []
    for values in rows:
        model = new(kind)
        put(model, "__dict__", values)
        put(model, "__pydantic_fields_set__", fields)
        put(model, "__pydantic_extra__", None)
        put(model, "__pydantic_private__", None)
        models.append(model)
    return tuple(models)
