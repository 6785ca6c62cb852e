"""Certificates, made for one test by openssl."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as files."""

    cert: Path
    key: Path


class Authority:
    """Signs certificates for a test."""

    def __init__(self, folder: Path, name: str) -> None:
        if shutil.which("openssl") is None:
            pytest.skip("needs openssl to make certificates")
        folder.mkdir()
        self._folder = folder
        self.pair = Pair(folder / "ca.pem", folder / "ca.key")
        _openssl(
            *("req", "-x509", *NEW_KEY, "-days", "2", "-subj", f"/CN={name}"),
            *("-keyout", self.pair.key, "-out", self.pair.cert),
        )

    def sign(self, name: str, names: str, *, days: int = 2) -> Pair:
        """Return a certificate for `names` (as in subjectAltName), expired with -1 `days`."""
        pair = Pair(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        request, more = self._folder / "request", self._folder / "more"
        more.write_text(f"subjectAltName={names}", encoding="utf-8")
        _openssl("req", *NEW_KEY, "-subj", f"/CN={name}", "-keyout", pair.key, "-out", request)
        _openssl(
            *("x509", "-req", "-in", request, "-CA", self.pair.cert, "-CAkey", self.pair.key),
            *("-CAcreateserial", "-days", days, "-extfile", more, "-out", pair.cert),
        )
        return pair


def _openssl(*command: object) -> None:
    subprocess.run(["openssl", *map(str, command)], check=True, capture_output=True)  # noqa: S607
