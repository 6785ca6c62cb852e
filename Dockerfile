# The worker and its tools, without Kafka. Slim, not root; it writes to /tmp and its data only.
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/cleanwire
COPY pyproject.toml README.md LICENSE ./
COPY cleanwire cleanwire
COPY schemas schemas
COPY streams streams
RUN /opt/cleanwire/bin/pip install --no-cache-dir .

FROM python:3.12-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin cleanwire \
    && install -d -o 10001 /var/lib/cleanwire
COPY --from=build /opt/cleanwire /opt/cleanwire
ENV PATH=/opt/cleanwire/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    CLEANWIRE_DATA_DIR=/var/lib/cleanwire
USER 10001
WORKDIR /tmp
ENTRYPOINT ["cleanwire"]
CMD ["worker"]
