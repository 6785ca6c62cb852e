"""`cleanwire config`: the settings that are in force."""

import json
import sys

from streams.commands.shared import AsJson, out
from streams.settings.load import effective, load_settings


def config_command(*, as_json: AsJson = False) -> None:
    """Show the effective settings; secrets are masked. Status 2 when one cannot be used."""
    settings = effective(load_settings())
    if as_json:
        sys.stdout.write(json.dumps(settings, ensure_ascii=False) + "\n")
        return
    for name, value in settings.items():
        out.print(f"{name}={value}", highlight=False, markup=False, soft_wrap=True)
