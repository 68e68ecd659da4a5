"""Measurements against the aims of docs/performance.md: `python -m bench --scale university|city`.

Everything is measured in databases of its own, made for the run and dropped after it; what DATABASE_URL names is
only the server they are made on.
"""
