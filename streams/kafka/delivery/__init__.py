"""Exactly once: a lane a source partition, its transactions, its order, its place to go on from.

Does not care what a message is about, nor that Faust reads it.
"""
