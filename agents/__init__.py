"""The shell of barq: Faust agents, brokers, metrics and the command line.

`runner` is the only loop over a stream and holds the only broad `except`. A stage's file here
binds the pure stage of the same name in `pipeline` to its topics, models and state. No decision
about a story is made in this package.
"""
