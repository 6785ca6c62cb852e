"""Look for messages that break stage 1: `python -m tests.support.fuzz MINUTES [SEED]`.

Each round makes messages for every decoder and the cleaner from fillers mixed by chance, of up to
200 kB. What is found is written to `.cleanwire/fuzz/`, and the command ends with status 1.
"""

import base64
import json
import random
import sys
import time
from itertools import count
from pathlib import Path

from streams.agents.clean import clean_one
from streams.core.messages.message import Message
from streams.core.messages.records import excess
from streams.settings import CleanSettings, DedupeSettings
from tests.support.hostile import SLOTS, STORY, UNITS, messages, pumped

FOUND = Path(".cleanwire/fuzz")
MAX_FILLER_CHARS = 200_000
SETTINGS = CleanSettings()
# A message of this size may take a fifth of what the pool grants one of five times the size.
LIMIT_S = SETTINGS.time_limit_s / 5


def filler(chance: random.Random) -> str:
    """Return fillers in a row, one of them perhaps long, with words between."""
    parts = [
        pumped(chance.choice(UNITS), chance.choice((1, 3, 50, 1_000, 20_000)))
        for _ in range(chance.randrange(1, 6))
    ]
    text = chance.choice(("", " ", "\n", STORY)).join(parts)
    return pumped(text, chance.choice((len(text), MAX_FILLER_CHARS)))[:MAX_FILLER_CHARS]


def fault_in(message: Message) -> str:
    """Return what is wrong with the outcome of a message; nothing when all is well."""
    started_s = time.process_time()
    output = clean_one(message, SETTINGS, DedupeSettings())
    took_s = time.process_time() - started_s
    if output.outcome == "cleaner_failed":
        return f"the cleaner failed: {output.headers[-3:]}"
    if took_s > LIMIT_S:
        return f"took {took_s:.2f} s"
    return excess(output)


def keep(name: str, message: Message, fault: str) -> None:
    """Write a message down, to be made a case of the tests."""
    FOUND.mkdir(parents=True, exist_ok=True)
    path = FOUND / f"{time.time_ns()}.json"
    value = base64.b64encode(message.value or b"").decode()
    path.write_text(json.dumps({"slot": name, "fault": fault, "value": value}), "utf-8")
    sys.stdout.write(f"{name}: {fault}; {path}\n")


def main(minutes: float, seed: int) -> int:
    """Return 1 if anything was found."""
    until = time.monotonic() + 60 * minutes
    chance = random.Random(seed)  # noqa: S311 - to be had again
    fault_in(SLOTS["page"](STORY))  # the libraries are loaded
    tried = found = 0
    for round_ in count():
        named = [(name, make(filler(chance))) for name, make in SLOTS.items()]
        named += [("all kinds", message) for message in messages(size=300, seed=seed + round_)][
            round_ % 50 :: 50
        ]
        for name, message in named:
            if time.monotonic() > until:
                sys.stdout.write(f"{tried} messages (seed {seed}), {found} faults\n")
                return int(found > 0)
            tried += 1
            if fault := fault_in(message):
                found += 1
                keep(name, message, fault)
    return 1


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns()))
