"""The app that `faust -A streams.app worker` runs; the only module-level object."""

from streams.factory import create_app
from streams.settings.load import load_settings
from streams.start import built_or_exit, leave_on_sigterm

leave_on_sigterm()
app = built_or_exit(lambda: create_app(load_settings()))
