"""Whether the worker is well: checks before it starts, probes, and a watchdog while it runs.

Sees the worker through the protocol in progress.py only, and does not know that it is Faust's.
Imports delivery and topics; on_faust and the factory import it.
"""
