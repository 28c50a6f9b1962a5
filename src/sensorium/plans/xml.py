"""XML from others, parsed with nothing fetched, replaced or run."""

from typing import Any, cast

from lxml import etree as untyped_etree  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]

etree = cast("Any", untyped_etree)

FEW = 64  # attributes; lxml looks for each of them from the first one on, 20 s for 400 kB of them


class NotXml(ValueError):
    """What was sent is not XML as it is meant here; says what it is instead."""


def parse(body: bytes) -> Any:
    """The root element, without comments and processing instructions. Raises NotXml.

    Also for a document type, and with that for every entity but XML's own.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root: Any = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise NotXml(f"not XML: {error.msg}") from None
    if root.getroottree().docinfo.doctype:
        raise NotXml("XML with a document type (DOCTYPE), which is not read")
    return root
