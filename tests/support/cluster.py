"""Embedded brokers as real clusters are: several nodes, and networks between them and clients."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from streams.kafka.broker.broker import EmbeddedBroker
from streams.kafka.broker.listening import HOST, free_port
from tests.support.proxy import Proxy


class ProxiedBroker(EmbeddedBroker):
    """A broker with a second listener, whose clients all come through `proxy`.

    `bootstrap` leads straight to the broker, `proxy.bootstrap` through the proxy.
    """

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir, free_port())
        self._far_port = free_port()
        self.proxy = Proxy(self._far_port)

    def _write_properties(self) -> Path:
        path = super()._write_properties()
        text = path.read_text(encoding="utf-8")
        for name, port in (
            ("listeners", self._far_port),
            ("advertised.listeners", self.proxy.port),
        ):
            text = text.replace(f"\n{name}=", f"\n{name}=FAR://{HOST}:{port},")
        text = text.replace("security.protocol.map=", "security.protocol.map=FAR:PLAINTEXT,")
        path.write_text(text, encoding="utf-8")
        return path

    def close(self) -> None:
        """Stop both for good."""
        self.stop()
        self.proxy.close()

    def __exit__(self, *_: object) -> None:
        """Stop both."""
        self.close()


class Node(EmbeddedBroker):
    """One node of a cluster of several, each broker and controller."""

    def __init__(
        self, data_dir: Path, number: int, controllers: Sequence[int], cluster_id: str | None
    ) -> None:
        super().__init__(data_dir, free_port())
        self._cluster_id = cluster_id or self._cluster_id
        self._number = number
        self._controllers = controllers

    def _write_properties(self) -> Path:
        path = super()._write_properties()
        voters = ",".join(f"{n}@{HOST}:{p}" for n, p in enumerate(self._controllers, 1))
        ours = {
            "node.id": str(self._number),
            "controller.quorum.voters": voters,
            "listeners": f"PLAINTEXT://{HOST}:{self.port},"
            f"CONTROLLER://{HOST}:{self._controllers[self._number - 1]}",
            "offsets.topic.replication.factor": "3",
            "transaction.state.log.replication.factor": "3",
            "transaction.state.log.min.isr": "2",
            "default.replication.factor": "3",
            "min.insync.replicas": "2",
        }
        kept = [
            line
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.partition("=")[0] not in ours
        ]
        kept += [f"{name}={value}" for name, value in ours.items()]
        path.write_text("\n".join(kept) + "\n", encoding="utf-8")
        return path


class Cluster:
    """Three nodes, each record on all of them."""

    def __init__(self, folder: Path, size: int = 3) -> None:
        controllers = [free_port() for _ in range(size)]
        self.nodes: list[Node] = []
        for number in range(1, size + 1):
            cluster_id = self.nodes[0]._cluster_id if self.nodes else None
            self.nodes.append(Node(folder / f"node-{number}", number, controllers, cluster_id))

    @property
    def bootstrap(self) -> str:
        """What clients connect to, all nodes."""
        return ",".join(node.bootstrap for node in self.nodes)

    def start(self) -> None:
        """Start all nodes at once: none answers before two are there."""
        _together([node.start for node in self.nodes])

    def stop(self) -> None:
        """Stop all nodes."""
        _together([node.kill for node in self.nodes])

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()


def _together(calls: Sequence[Callable[[], None]]) -> None:
    failures: list[BaseException] = []

    def run(call: Callable[[], None]) -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001 - raised below, in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
