"""The app that `faust -A streams.app worker` runs; the only module-level object."""

from streams.factory import create_app
from streams.settings.load import load_settings_or_exit

app = create_app(load_settings_or_exit())
