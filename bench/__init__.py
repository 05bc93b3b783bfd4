"""Benchmarks of barq beside its peers: `make bench-throughput`, or `python -m bench.throughput`."""
