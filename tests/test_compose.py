"""docker-compose.yml and Dockerfile, as far as they can be checked without Docker."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from streams.kafka.broker.jars import KAFKA_VERSION
from streams.limits import LARGEST_BROKER_MESSAGE
from streams.settings.rows import rows

ROOT = Path(__file__).parents[1]


def services() -> dict[str, dict[str, Any]]:
    """Return the services of docker-compose.yml."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = yaml.safe_load(text)["services"]
    return found


def test_is_valid_by_the_compose_specification() -> None:
    """The schema of the specification, as check-jsonschema ships it, accepts the file."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*command, str(ROOT / "docker-compose.yml")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_port_is_on_loopback() -> None:
    """Nothing listens beyond the machine unless somebody changes that."""
    ports = [port for service in services().values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_setting_exists() -> None:
    """The worker would refuse to start with a name that it does not know."""
    known = {row.name for row in rows()}
    given = {
        name
        for service in services().values()
        for name in service.get("environment", {})
        if name.startswith("CLEANWIRE_")
    }
    assert given
    assert given <= known


def test_kafka_is_the_one_that_is_tested() -> None:
    """Version and largest record are those of the embedded broker."""
    kafka = services()["kafka"]
    assert kafka["image"] == f"apache/kafka:{KAFKA_VERSION}"
    assert kafka["environment"]["KAFKA_MESSAGE_MAX_BYTES"] == str(LARGEST_BROKER_MESSAGE)


def test_the_worker_waits_for_topics_and_topics_for_kafka() -> None:
    """Faust ignores a topic that is missing when it subscribes."""
    found = services()
    assert found["worker"]["depends_on"]["topics"]["condition"] == "service_completed_successfully"
    assert found["topics"]["depends_on"]["kafka"]["condition"] == "service_healthy"
    assert found["kafka"]["healthcheck"]["test"]


def test_the_image_copies_what_it_needs_and_is_not_root() -> None:
    """Every path that it copies exists and is not ignored; the last user is not root."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [
        path
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for path in line.split()[1:-1]
    ]
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for path in copied:
        assert (ROOT / path).exists(), path
        assert f"!{path}" in let_in
    assert [line for line in lines if line.startswith("USER ")][-1] == "USER 10001"


def run_worker_command(folder: Path, status: int, *, stop: bool = False) -> int:
    """Run the worker's command as compose would, with a worker that ends with a status."""
    stub = folder / "cleanwire"
    waits = "trap 'sleep 0.2; exit 0' TERM; touch up; while :; do sleep 0.1; done"
    stub.write_text(f"#!/bin/sh\n{waits if stop else f'exit {status}'}\n", encoding="utf-8")
    stub.chmod(0o755)
    worker = services()["worker"]
    (script,) = worker["command"]
    process = subprocess.Popen(
        [*worker["entrypoint"], script.replace("$$", "$")],
        cwd=folder,
        env={"PATH": f"{folder}:/usr/bin:/bin"},
    )
    if stop:
        while not (folder / "up").exists():
            time.sleep(0.02)
        process.terminate()
    return process.wait(10)


def test_what_a_restart_cannot_mend_is_not_restarted(tmp_path: Path) -> None:
    """Wrong settings and topics end as 0; `on-failure` starts all others again."""
    assert services()["worker"]["restart"] == "on-failure"
    ends = {status: run_worker_command(tmp_path, status) for status in (0, 2, 70, 73, 74, 75)}
    assert ends == {0: 0, 2: 0, 70: 70, 73: 73, 74: 0, 75: 75}


def test_a_stop_reaches_the_worker_and_is_waited_for(tmp_path: Path) -> None:
    """It finishes its transactions before its shell ends."""
    assert run_worker_command(tmp_path, 0, stop=True) == 0


def test_several_workers_can_run_and_no_volume_is_left_behind() -> None:
    """No fixed port on the host, and every volume has a name or is a file of this repository."""
    worker = services()["worker"]
    assert worker["ports"] == ["127.0.0.1::6066"]
    volumes = [v for service in services().values() for v in service.get("volumes", [])]
    assert all(":" in volume for volume in volumes)
    for volume in volumes:
        if volume.startswith("./"):
            assert (ROOT / volume.partition(":")[0]).is_file(), volume
