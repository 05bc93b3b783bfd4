"""A plain confluent-kafka loop."""
