"""A broker with limits that its operator has set."""

from pathlib import Path

from streams.kafka.broker.broker import EmbeddedBroker


class LimitedBroker(EmbeddedBroker):
    """A broker with these properties in the place of the usual ones."""

    def __init__(self, data_dir: Path, *properties: str) -> None:
        super().__init__(data_dir)
        self._properties = properties

    def _write_properties(self) -> Path:
        path = super()._write_properties()
        named = {line.partition("=")[0] for line in self._properties}
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if line.partition("=")[0] not in named]
        path.write_text("\n".join([*kept, *self._properties]) + "\n", encoding="utf-8")
        return path
