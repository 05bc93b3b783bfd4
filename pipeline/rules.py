"""Alert rules: what a rule says, how rules are read from YAML text, and the book of all rules."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import yaml

from pipeline.matching import Engine
from pipeline.outcome import Event
from pipeline.query import QueryError, parse_query
from pipeline.query_tree import And, Node, Or, shown
from pipeline.rule_files import Block, RuleError, plain, rule_blocks

__all__ = ["Rule", "RuleBook", "RuleError", "parse_rules"]

SEVERITIES = ("info", "low", "medium", "high", "critical")
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")
KEYS = (
    "id", "query", "severity", "desk", "description", "playbook", "enabled", "version",
    "languages", "sources", "categories", "entities", "examples",
)  # fmt: skip
FILTERS = {"languages": "lang", "sources": "source", "categories": "category"}
ENTITY_FIELDS = ("place", "person", "org")
EXAMPLE_LANGUAGE = "und"


@dataclass(frozen=True, slots=True)
class Rule:
    """One standing question of a desk.

    `query` is its text; `tree` is the query together with the rule's filters, and `version`
    tells that meaning apart from any other. `fires` and `silent` are tagged articles that must
    and must not raise it. `origin` and `line` say where it was written.
    """

    id: str
    version: str
    query: str
    severity: str
    desk: str
    tree: Node = field(repr=False)
    description: str = ""
    playbook: str = ""
    enabled: bool = True
    origin: str = ""
    line: int = 0
    fires: tuple[Event, ...] = field(default=(), repr=False, compare=False)
    silent: tuple[Event, ...] = field(default=(), repr=False, compare=False)


class RuleBook:
    """All rules, ready to be matched. Raises RuleError if two have one id.

    `active` are those that are enabled; the engine numbers them from 0 in their order.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self.by_id: dict[str, Rule] = {}
        for rule in self.rules:
            first = self.by_id.setdefault(rule.id, rule)
            if first is not rule:
                raise RuleError(
                    f'{rule.origin}, line {rule.line}: rule "{rule.id}": the id is taken by the '
                    f"rule in {first.origin}, line {first.line}; rename one"
                )
        self.active = tuple(rule for rule in self.rules if rule.enabled)
        self.engine = Engine([rule.tree for rule in self.active])

    def __len__(self) -> int:
        return len(self.rules)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)


def parse_rules(text: str, origin: str) -> list[Rule]:
    """Return the rules of a YAML text: one rule, or several under `rules:`.

    `origin` names the text in errors, such as its file. Raises RuleError, a sentence with the
    place, the rule and what was expected.
    """
    return [parse_rule(block) for block in rule_blocks(text, origin)]


def parse_rule(block: Block) -> Rule:
    """Return the rule of a block. Raises RuleError."""
    block.only(KEYS)
    rule_id = block.text("id")
    if not IDENTIFIER.fullmatch(rule_id):
        raise block.error(
            "the id must be of letters, digits, dots, dashes and low lines, 100 at most", "id"
        )
    severity = block.text("severity")
    if severity not in SEVERITIES:
        raise block.error(f"severity must be one of {', '.join(SEVERITIES)}", "severity")
    desk = block.text("desk")
    if not SLUG.fullmatch(desk):
        raise block.error(
            "desk must be of small letters, digits and dashes, 50 at most: it names a topic",
            "desk",
        )
    query = block.text("query")
    tree = tree_of(block, query)
    return Rule(
        id=rule_id,
        version=block.text("version", "") or version_of(tree),
        query=query,
        severity=severity,
        desk=desk,
        tree=tree,
        description=block.text("description", ""),
        playbook=block.text("playbook", ""),
        enabled=block.flag("enabled", default=True),
        origin=block.origin,
        line=block.node.start_mark.line + 1,
        fires=examples(block, rule_id, "fires"),
        silent=examples(block, rule_id, "silent"),
    )


def version_of(tree: Node) -> str:
    """Return a short hash of what a tree means, the same however it was written."""
    meaning = shown(tree).encode("utf-8", "backslashreplace")
    return hashlib.blake2b(meaning, digest_size=6).hexdigest()


def tree_of(block: Block, query: str) -> Node:
    """Return the tree of the query and the filters of a rule, all of which must be met."""
    try:
        tree = parse_query(query)
    except QueryError as error:
        raise query_error(block, query, error) from error
    parts = [tree]
    for key, name in FILTERS.items():
        parts += any_of(block, key, [(name, value) for value in block.texts(key)])
    named = [tuple(value.partition(":")[::2]) for value in block.texts("entities")]
    for name, _ in named:
        if name not in ENTITY_FIELDS:
            raise block.error("entities are written as place:…, person:… or org:…", "entities")
    parts += any_of(block, "entities", [(name, value) for name, value in named])
    return And(tuple(parts)) if len(parts) > 1 else tree


def any_of(block: Block, key: str, fields: list[tuple[str, str]]) -> list[Node]:
    """Return the filter that one of the fields is met, or nothing if there are none."""
    nodes: list[Node] = []
    for name, value in fields:
        quoted = value if re.fullmatch(r"[^\s()\"“”«»]+", value) else f'"{value}"'
        try:
            nodes.append(parse_query(f"{name}:{quoted}"))
        except QueryError as error:
            raise block.error(error.sentence, key) from error
    return [Or(tuple(nodes))] if len(nodes) > 1 else nodes


def query_error(block: Block, query: str, error: QueryError) -> RuleError:
    """Return the error of a query at its place in the file, or in the query if it is folded."""
    node = block.nodes["query"]
    width = node.end_mark.column - node.start_mark.column
    quote = 1 if getattr(node, "style", "") in {"'", '"'} else 0
    if node.start_mark.line == node.end_mark.line and width == len(query) + 2 * quote:
        column = node.start_mark.column + quote + error.column
        return block.error(error.sentence, "query", column)
    place = f"line {error.line}, column {error.column} of the query"
    return block.error(f"{place}: {error.sentence}", "query")


def examples(block: Block, rule_id: str, kind: str) -> tuple[Event, ...]:
    """Return the tagged articles under `examples:` that must fire the rule, or stay silent."""
    node = block.nodes.get("examples")
    if node is None:
        return ()
    if not isinstance(node, yaml.MappingNode):
        raise block.error("examples must have the keys fires: and silent:", "examples")
    stories = Block(block.origin, block.name, node, {k.value: v for k, v in node.value})
    stories.only(("fires", "silent"))
    return tuple(
        tagged_example(story, f"{rule_id}:{kind}:{number}")
        for number, story in enumerate(stories.blocks(kind), 1)
    )


def tagged_example(story: Block, uid: str) -> Event:
    """Return an example as a tagged article; fields beyond those of a rule file are carried."""
    title, text = story.text("title", ""), story.text("text", "")
    if not (title or text):
        raise story.error("an example needs a title or a text")
    try:
        event = {key: plain(node) for key, node in story.nodes.items()}
    except ValueError as error:
        raise story.error(str(error)) from error
    language = story.text("language", EXAMPLE_LANGUAGE)
    source = story.text("source", "example")
    return {
        **event,
        "id": uid,
        "uid": f"{source}:{uid}",
        "source": source,
        "title": title,
        "text": text,
        "language": {"code": language, "confidence": 1.0},
        "categories": list(story.texts("categories")),
        "story": {"id": f"{source}:{uid}", "verdict": "new"},
        "entities": [located(one, f"{title}\n{text}") for one in story.blocks("entities")],
    }


def located(entity: Block, whole: str) -> Event:
    """Return an entity of an example with its first place in the title or text."""
    text = entity.text("text")
    start = whole.find(text)
    if not text or start == -1:
        raise entity.error(f"{text} stands neither in the title nor in the text", "text")
    told = {key: entity.text(key) for key in entity.nodes}
    place = {"start": start, "end": start + len(text), "by": "rule", "confidence": 1.0}
    return {"type": "MISC", **told, **place}
