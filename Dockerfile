# barq's image: the workers, the feeder, the subscriber. Its command is barq's: worker cleaning.
FROM python:3.12.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
# The dependencies come first, so that a change of the code does not fetch them again.
RUN python -m venv --without-pip /opt/barq \
    && python -m pip --python /opt/barq/bin/python install --require-hashes -r requirements.lock \
    && python -m pip install --require-hashes -r requirements-build.lock
# The tagger's loops are in C; the compiler stays behind in this stage.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
COPY pyproject.toml README.md LICENSE ./
COPY pipeline pipeline
COPY agents agents
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
    && python -m pip --python /opt/barq/bin/python install --no-deps --no-index /wheels/*.whl

FROM python:3.12.13-slim
LABEL org.opencontainers.image.title="barq" \
      org.opencontainers.image.description="A live newswire pipeline: cleaning, dedup, entity tagging and alerting on Kafka" \
      org.opencontainers.image.version="0.1.0"
# The directory is there so that a volume mounted on it belongs to barq's user.
RUN groupadd --gid 10001 barq \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin barq \
    && install -d -o 10001 -g 10001 /var/lib/barq
COPY --from=build /opt/barq /opt/barq
COPY rules /app/rules
ENV PATH=/opt/barq/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    BARQ_LOG_FORMAT=json \
    BARQ_METRICS_HOST=0.0.0.0 \
    BARQ_METRICS_PORT=9100 \
    BARQ_RULES=/app/rules \
    BARQ_RUN_DIR=/tmp/barq \
    BARQ_WATCHLISTS=/app/rules/watchlists \
    BARQ_WORDLISTS=/app/rules/wordlists
WORKDIR /app
USER 10001:10001
EXPOSE 9100
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:9100/ready', timeout=3)"]
ENTRYPOINT ["barq"]
CMD ["--help"]
