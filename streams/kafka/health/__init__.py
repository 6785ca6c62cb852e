"""Whether the worker is well: checks before it starts, probes, and a watchdog while it runs."""
