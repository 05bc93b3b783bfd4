"""The headers that records carry from stage to stage."""

SOURCE = "barq-source"
"""The record that caused this one: `topic/partition/offset`."""
FED_AT = "barq-fed-at"
"""When the article was fed, in milliseconds since 1970; it stays the same from stage to stage."""
POSITION = "barq-position"
"""On an entry of the dedup log: the offset in the clean topic that the decision is about."""
NUMBERS = "barq-numbers"
"""On an entry of the dedup log: `decisions/remembered`, how many decisions dedup had taken on the
partition before this one, and how many articles it had remembered, forgotten ones included."""
