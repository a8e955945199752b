"""The models' JSON schemas, each once, under `#/components/schemas`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import TypeAdapter

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Schemas"]

Mode = Literal["validation", "serialization"]


class Schemas:
    """Schemas of what is sent and of what is answered.

    A model that looks different on its way in and out has two components, named
    `Model-Input` and `Model-Output`.
    """

    def __init__(self, models: tuple[Iterable[Any], Iterable[Any]]) -> None:
        sent, answered = models
        inputs: dict[tuple[str, Mode], TypeAdapter[Any]] = {}
        for mode, group in (("validation", sent), ("serialization", answered)):
            for model in group:
                if not isinstance(model, str):
                    inputs[repr(model), mode] = TypeAdapter(model)  # type: ignore[index] # a Mode
        asked = [(key, mode, adapter) for (key, mode), adapter in inputs.items()]
        self._schemas, definitions = TypeAdapter.json_schemas(
            asked, ref_template="#/components/schemas/{model}"
        )
        self.components: dict[str, Any] = definitions.get("$defs", {})

    def content(self, item: Any, mode: Mode) -> dict[str, Any]:
        """Return the `content` of a body: a content type, or a model as JSON."""
        if isinstance(item, str):
            return {item: {"schema": _raw(item)}}
        return {"application/json": {"schema": self._schemas[repr(item), mode]}}


def _raw(content_type: str) -> dict[str, str]:
    if content_type.startswith("text/"):
        return {"type": "string"}
    return {"type": "string", "format": "binary"}
