"""The extractors that cleaning is compared with: a page in, the text that they take for its story.

They know pages only, so that a plain body is given to them as a page of one `<p>` a line.
"""

from collections.abc import Callable
from html import escape
from importlib.metadata import version

Extractor = Callable[[str], str]

PEERS = {
    "trafilatura": "trafilatura",
    "trafilatura fast": "trafilatura",
    "resiliparse": "resiliparse",
    "readability-lxml": "readability-lxml",
    "justext": "justext",
}
"""The peers by the name that they have in the tables, with the distribution of each."""


def versions() -> dict[str, str]:
    """Return the versions of the peers' distributions."""
    return {name: version(name) for name in dict.fromkeys(PEERS.values())}


def load(name: str) -> Extractor:
    """Return a peer by its name, ready to work."""
    match name:
        case "trafilatura" | "trafilatura fast":
            from trafilatura import extract  # noqa: PLC0415  (each loads its own)

            fast = name.endswith("fast")
            return lambda page: extract(page, fast=fast, include_comments=False) or ""
        case "resiliparse":
            from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415

            return lambda page: extract_plain_text(
                page, main_content=True, alt_texts=False, links=False
            )
        case "readability-lxml":
            return readability()
        case _:
            return justext()


def readability() -> Extractor:
    """Return readability-lxml: the text of what it leaves of the page."""
    from lxml import html  # noqa: PLC0415
    from readability import Document  # noqa: PLC0415

    def extract(page: str) -> str:
        tree = html.fromstring(Document(page).summary(html_partial=True))
        return "\n".join(" ".join(text.split()) for text in tree.itertext() if text.strip())

    return extract


def justext() -> Extractor:
    """Return justext with the words of all its languages, as no language is known beforehand."""
    import justext as peer  # noqa: PLC0415

    words = frozenset().union(*(peer.get_stoplist(name) for name in peer.get_stoplists()))

    def extract(page: str) -> str:
        found = peer.justext(page, words)
        return "\n".join(one.text for one in found if not one.is_boilerplate)

    return extract


def as_page(title: str, body: str) -> str:
    """Return a plain body as a simple page."""
    lines = "\n".join(f"<p>{escape(line)}</p>" for line in body.splitlines() if line.strip())
    head = f"<head><meta charset='utf-8'><title>{escape(title)}</title></head>"
    return f"<html>{head}<body><article><h1>{escape(title)}</h1>\n{lines}</article></body></html>"
