"""The two stages as agents: read a record, have the core decide, hand the outcome to its lane.

They decide nothing about news. Import `core`, `kafka/delivery`, `kafka/on_faust`, `pool`.
"""
