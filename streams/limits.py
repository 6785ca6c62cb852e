"""How large a record may be, from the largest value that is accepted to what a broker takes.

Each limit leaves room for what the next one adds: headers, the frame of a batch, a request.
And how long a batch may take by the clock.
"""

from typing import Final

# The largest setting of CLEANWIRE_CLEAN__MAX_VALUE_BYTES. What is read must fit a raw record.
LARGEST_ACCEPTED_VALUE: Final = 4_000_000

# `max.message.bytes` of every topic that cleanwire writes: 4 MiB.
LARGEST_RECORD: Final = 4 * 1_048_576

# A message leaves, rejected as it came, with headers added.
ROOM_FOR_HEADERS: Final = 131_072

# Largest key, value and headers of a record before headers are added, and so `max.message.bytes`
# of a raw topic of ours.
LARGEST_RAW_RECORD: Final = LARGEST_RECORD - ROOM_FOR_HEADERS

# Stage 2 publishes a text twice, whole and by paragraph. A megabyte of another encoding or of
# quotes can be three in JSON, and what no topic takes would stop the worker for ever.
LARGEST_PREPARED_RECORD: Final = LARGEST_RAW_RECORD // 2

# What our producers send at once: one largest record and the frame around it.
LARGEST_REQUEST: Final = 4_500_000

# What the embedded broker takes of others, above all of these.
LARGEST_BROKER_MESSAGE: Final = 5_000_000

# By the clock a batch in the pool may take so many times its CPU time: a machine has others to
# serve, and may stand still for some seconds.
POOL_CLOCK_SHARE: Final = 6
