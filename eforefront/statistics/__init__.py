"""党内统计: tables that are data, counted from dated history for any day and any organisation. Source: statistics.md.

`definitions` reads the tables of a year from files, `facts` and `sources` are the closed vocabulary they are written
in, `engine` counts one, `people` lists who stands behind a cell, `checks` compares. Nothing here writes.
"""
