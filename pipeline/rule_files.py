"""Rule files: YAML text taken apart into the blocks of its rules, with errors that say where.

Every scalar is text here: `no` is Norwegian, not false, and `1.10` keeps its zero.
"""

import difflib
from collections.abc import Collection
from dataclasses import dataclass

import yaml

LOADER: type[yaml.CBaseLoader] | type[yaml.BaseLoader] = getattr(
    yaml, "CBaseLoader", yaml.BaseLoader
)
FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class RuleError(Exception):
    """A rule or a file of rules cannot be used; the message is a sentence that says where."""


@dataclass(frozen=True, slots=True)
class Block:
    """The keys of one YAML mapping with their nodes; `name` is what errors call it."""

    origin: str
    name: str
    node: yaml.MappingNode
    nodes: dict[str, yaml.Node]

    def error(self, sentence: str, key: str = "", column: int | None = None) -> RuleError:
        """Return an error at the value of a key, or at the block; `column` is from 1."""
        return error_at(self.origin, self.nodes.get(key, self.node), self.call(sentence), column)

    def call(self, sentence: str) -> str:
        """Return a sentence after the name of the block."""
        return f"{self.name}: {sentence}"

    def text(self, key: str, default: str | None = None) -> str:
        """Return the text of a key. Raises RuleError if it is missing without default."""
        node = self.nodes.get(key)
        if node is None:
            if default is None:
                raise self.error(f"{key} is missing; add it")
            return default
        if not isinstance(node, yaml.ScalarNode):
            raise self.error(f"{key} must be text", key)
        return str(node.value).strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts of a key, which may be one text or a list; none if it is missing."""
        node = self.nodes.get(key)
        if node is None:
            return ()
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if not all(isinstance(one, yaml.ScalarNode) and one.value.strip() for one in nodes):
            raise self.error(f"{key} must be a text or a list of texts", key)
        return tuple(one.value.strip() for one in nodes)

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false. Raises RuleError for anything else."""
        if key not in self.nodes:
            return default
        word = self.text(key).lower()
        if word not in FLAGS:
            raise self.error(f"{key} must be true or false, not {word}", key)
        return FLAGS[word]

    def blocks(self, key: str) -> list["Block"]:
        """Return the mappings of a list, each named after its place; none if it is missing."""
        node = self.nodes.get(key)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(f'{key} must be a list, each entry behind "- "', key)
        return [
            block(self.origin, one, f"{self.name}: {key} {number}")
            for number, one in enumerate(node.value, 1)
        ]

    def only(self, known: Collection[str]) -> None:
        """Raise RuleError at the first key that is not known."""
        for key in self.nodes:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
                raise self.error(f"there is no key {key}; {hint}", key)


def rule_blocks(text: str, origin: str) -> list[Block]:
    """Return the block of each rule of a YAML text: one rule, or a list of them under `rules:`.

    Raises RuleError if the text is no YAML, holds no rule, or has a key twice.
    """
    try:
        root = LOADER(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        raise unreadable(origin, error) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise RuleError(f"{origin}: this is no YAML: {error}") from error
    if root is None:
        raise RuleError(f"{origin}: the file holds no rule; write one or remove the file")
    file = block(origin, root, "the file")
    if "rules" not in file.nodes:
        return [named(file)]
    file.only(("rules",))
    found = [named(one) for one in file.blocks("rules")]
    if not found:
        raise file.error("rules: holds no rule; write one or remove the file", "rules")
    return found


def named(rule: Block) -> Block:
    """Return the block of a rule, named after the rule's id."""
    return Block(rule.origin, f'rule "{rule.text("id")}"', rule.node, rule.nodes)


def block(origin: str, node: yaml.Node, name: str) -> Block:
    """Return a mapping as a block. Raises RuleError if it is none or has a key twice."""
    if not isinstance(node, yaml.MappingNode):
        raise error_at(origin, node, f"{name}: must have keys, such as id: and query:")
    nodes: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise error_at(origin, key, f"{name}: a key must be text")
        if key.value in nodes:
            raise error_at(origin, key, f"{name}: the key {key.value} stands twice; keep one")
        nodes[key.value] = value
    return Block(origin, name, node, nodes)


def plain(node: yaml.Node, depth: int = 0) -> object:
    """Return a node as texts, lists and dicts. Raises ValueError beyond 20 levels."""
    if depth > 20:
        raise ValueError("it is nested more than 20 levels deep")
    if isinstance(node, yaml.SequenceNode):
        return [plain(one, depth + 1) for one in node.value]
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): plain(value, depth + 1) for key, value in node.value}
    return str(node.value)


def error_at(origin: str, node: yaml.Node, sentence: str, column: int | None = None) -> RuleError:
    """Return an error at the place of a node, or at another column of its line."""
    mark = node.start_mark
    place = f"line {mark.line + 1}, column {column or mark.column + 1}"
    return RuleError(f"{origin}, {place}: {sentence}")


def unreadable(origin: str, error: yaml.MarkedYAMLError) -> RuleError:
    """Return the sentence for text that is no YAML."""
    mark = error.problem_mark
    place = "" if mark is None else f", line {mark.line + 1}, column {mark.column + 1}"
    problem = error.problem or error.context or "it cannot be read"
    return RuleError(
        f"{origin}{place}: this is no YAML: {problem}. A query that begins with a quotation mark "
        "or holds a colon and a space is written on its own line below query: >-"
    )
