"""A message's bytes to the fields of an article: contracts, feeds, JSON items, metadata, identity.

Does not care which lines of the text are residue. Imports `text` alone.
"""
