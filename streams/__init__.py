"""The worker and its commands.

`core` decides and knows no Kafka; `agents` join it to `kafka` and `pool`; `commands`, `explain` and
`demo` are for people. ARCHITECTURE.md draws the way of a message.
"""
