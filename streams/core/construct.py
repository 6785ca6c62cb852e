"""Records made of values that are known to be right."""

from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel

Model = TypeVar("Model", bound=BaseModel)


@cache
def _fields(kind: type[BaseModel]) -> set[str]:
    return set(kind.model_fields)


def construct(kind: type[Model], /, **values: Any) -> Model:
    """Return a frozen model of values that this program made itself, all fields given.

    `model_construct` does the same with defaults and aliases in four times the time, and an
    article's outcome holds some 40 models (measured: 220 of 900 µs).
    """
    model = kind.__new__(kind)
    object.__setattr__(model, "__dict__", values)
    object.__setattr__(model, "__pydantic_fields_set__", _fields(kind))
    object.__setattr__(model, "__pydantic_extra__", None)
    object.__setattr__(model, "__pydantic_private__", None)
    return model
