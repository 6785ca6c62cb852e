"""Topics as a table: created, checked, read to their end, set back.

Does not care about running workers.
"""
