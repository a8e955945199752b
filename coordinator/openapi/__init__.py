"""The OpenAPI 3.1 document of the served API, and the page that shows it."""

from __future__ import annotations

from coordinator.openapi.document import document
from coordinator.openapi.names import operation_id, public_path

__all__ = ["document", "operation_id", "public_path"]
