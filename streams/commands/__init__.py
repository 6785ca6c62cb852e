"""The commands of `cleanwire`: a file each, with what it says and asks; the work is done elsewhere.

May import everything but the agents' inside. Nothing but cli.py imports it.
"""
