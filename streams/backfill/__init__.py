"""`cleanwire backfill`: old articles from files or a topic, on a lane of their own.

Both stages run in this process, by the code of the worker; what comes out, how far the input was
done and what the windows remember are committed in one transaction (docs/decisions/0135).
Does not care how articles are cleaned or judged. Imported by the commands alone.
"""
