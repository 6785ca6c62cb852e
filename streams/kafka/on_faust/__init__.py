"""Every override of Faust and aiokafka: app, consumer, recovery, table.

Does not care about news. Nothing but the factory imports it.
"""
