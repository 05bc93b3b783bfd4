"""Stock Faust agents, one event at a time."""
