"""Residue rules of one source: TOML tables that are applied before anything else judges a line.

Does not care what other sources do. Imports `text` alone.
"""
