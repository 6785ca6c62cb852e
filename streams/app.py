"""The app that `faust -A streams.app worker` runs; the only module-level object."""

from streams.factory import create_app
from streams.settings import Settings

app = create_app(Settings())
