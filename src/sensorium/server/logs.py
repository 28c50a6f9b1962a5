"""Structured log lines on stderr."""

import logging
import sys
from typing import Any

import structlog


def configure_logging(level: str, style: str, process: str) -> None:
    """Write structlog's and the standard library's lines to stderr, as "json" or as "text"."""

    def name_process(_logger: Any, _method: str, line: dict[str, Any]) -> dict[str, Any]:
        return {"process": process, **line}

    shared: list[Any] = [
        name_process,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: Any = structlog.processors.JSONRenderer()
    if style == "text":
        shared.append(_printable)
        renderer = structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _printable(_logger: Any, _method: str, line: dict[str, Any]) -> dict[str, Any]:
    """The line without what could move a terminal's cursor: an address or a value may hold anything."""
    return {name: _escaped(value) if isinstance(value, str) else value for name, value in line.items()}


def _escaped(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in lines)
