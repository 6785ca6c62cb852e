# The worker and its tools, without Kafka. Slim, not root, nothing to write to but /tmp.
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/cleanwire
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY streams streams
RUN /opt/cleanwire/bin/pip install --no-cache-dir .

FROM python:3.12-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin cleanwire
COPY --from=build /opt/cleanwire /opt/cleanwire
ENV PATH=/opt/cleanwire/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /tmp
ENTRYPOINT ["cleanwire"]
CMD ["worker"]
