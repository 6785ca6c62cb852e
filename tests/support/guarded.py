"""A broker as careful operators run it: TLS, passwords, client certificates, an authorizer.

It has a listener for each way in, and for each way of getting it wrong; who comes through the plain
one may do everything.
"""

from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import confluent_kafka.admin

from streams.kafka.broker.broker import EmbeddedBroker
from streams.kafka.broker.listening import HOST, free_port
from tests.support.authority import Authority

# Its stubs export nothing that it takes from its own private modules.
admin: Any = confluent_kafka.admin

USER, SECRET = "alice", "open sesame"
PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"


class Way(StrEnum):
    """A listener."""

    TLS = "TLS"
    EXPIRED = "EXPIRED"  # its certificate has
    OTHER = "OTHER"  # its certificate is another host's
    MUTUAL = "MUTUAL"  # wants a certificate of the client
    LOGIN = "LOGIN"  # TLS and a password
    CLEAR = "CLEAR"  # a password without TLS
    LOST = "LOST"  # advertises a name that nobody can resolve


PROTOCOLS = {
    Way.LOGIN: "SASL_SSL",
    Way.CLEAR: "SASL_PLAINTEXT",
    Way.LOST: "PLAINTEXT",
}


class GuardedBroker(EmbeddedBroker):
    """A broker with all listeners of `Way`; the plain one's users may do everything."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "kafka", free_port())
        self.authority = Authority(folder / "ca", "cleanwire tests")
        self.ports = {way: free_port() for way in Way}
        here = f"IP:{HOST},DNS:localhost"
        good = self.authority.sign("broker", here)
        self._pairs = {
            Way.TLS: good,
            Way.MUTUAL: good,
            Way.LOGIN: good,
            Way.EXPIRED: self.authority.sign("old", here, days=-1),
            Way.OTHER: self.authority.sign("other", "DNS:kafka.example"),
        }
        self.client = self.authority.sign("reader", "DNS:reader.example")
        self.user = USER  # whose rights are given and taken

    def at(self, way: Way) -> str:
        """Return what clients connect to."""
        return f"{HOST}:{self.ports[way]}"

    def allow(self, resource: Any, name: str, operation: Any, **how: bool) -> None:
        """Give our user a right."""
        right = _right(self.user, resource, name, operation, **how)
        for done in self._admin.create_acls([right]).values():
            done.result()

    def deny(self, resource: Any, name: str, operation: Any, **how: bool) -> None:
        """Take a right away again."""
        right = _right(self.user, resource, name, operation, **how)
        filters = [admin.AclBindingFilter(*(getattr(right, field) for field in FIELDS))]
        for done in self._admin.delete_acls(filters).values():
            assert done.result()

    @cached_property
    def _admin(self) -> Any:
        return admin.AdminClient({"bootstrap.servers": self.bootstrap})

    def _write_properties(self) -> Path:
        path = super()._write_properties()
        text = path.read_text(encoding="utf-8")
        for name, host in (("listeners", HOST), ("advertised.listeners", None)):
            ways = ",".join(
                f"{way}://{host or ('nowhere.invalid' if way is Way.LOST else HOST)}:{port}"
                for way, port in self.ports.items()
            )
            text = text.replace(f"\n{name}=", f"\n{name}={ways},")
        protocols = ",".join(f"{way}:{PROTOCOLS.get(way, 'SSL')}" for way in Way)
        text = text.replace("security.protocol.map=", f"security.protocol.map={protocols},")
        lines = [
            "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users=User:ANONYMOUS",
        ]
        for way, pair in self._pairs.items():
            at = f"listener.name.{way.lower()}.ssl"
            lines += [
                f"{at}.keystore.type=PEM",
                f"{at}.keystore.key={_inline(pair.key)}",
                f"{at}.keystore.certificate.chain={_inline(pair.cert)}",
            ]
        at = f"listener.name.{Way.MUTUAL.lower()}.ssl"
        lines += [
            f"{at}.client.auth=required",
            f"{at}.truststore.type=PEM",
            f"{at}.truststore.certificates={_inline(self.authority.pair.cert)}",
        ]
        for way in (Way.LOGIN, Way.CLEAR):
            at = f"listener.name.{way.lower()}"
            lines += [
                f"{at}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
                f'{at}.plain.sasl.jaas.config={PLAIN} required user_{USER}="{SECRET}";',
                f"{at}.scram-sha-256.sasl.jaas.config={SCRAM} required;",
                f"{at}.scram-sha-512.sasl.jaas.config={SCRAM} required;",
            ]
        path.write_text(text + "\n".join(lines) + "\n", encoding="utf-8")
        return path


def _inline(path: Path) -> str:
    return path.read_text(encoding="utf-8").replace("\n", "\\n")


FIELDS = (
    *("restype", "name", "resource_pattern_type", "principal", "host", "operation"),
    "permission_type",
)


def _right(user: str, resource: Any, name: str, operation: Any, *, prefixed: bool = False) -> Any:
    pattern = admin.ResourcePatternType.PREFIXED if prefixed else admin.ResourcePatternType.LITERAL
    return admin.AclBinding(
        resource, name, pattern, f"User:{user}", "*", operation, admin.AclPermissionType.ALLOW
    )
