"""The same stages on other engines, one directory an engine, each with an environment of its own.

They share `bench.stages`, so that only what moves the records differs.
"""
