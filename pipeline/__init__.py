"""The core of barq: pure functions on values.

`topology` says which stages there are and what they read and write. A stage is one file
(`cleaning`, `dedup`, `tagging`, `alerting`) and gives an `outcome`. What a stage stands on lies
beside it; `codec` is the only place that knows JSON. Nothing here knows a broker, a clock, a
socket or the environment: time, state, models and settings come in as arguments.
"""
