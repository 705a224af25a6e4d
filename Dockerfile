# No "# syntax" line: it would fetch a build front end that nothing here needs.
FROM python:3.11-slim AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --require-hashes --requirement requirements.txt


FROM python:3.11-slim

# The root file system may be read-only: everything that is written goes to /data, and checkpoints to
# /checkpoints where nothing else is set.
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    REGISTER_DATA_DIR=/data

# The ids are fixed, so that a volume made under one image fits the next.
RUN groupadd --system --gid 10001 register \
    && useradd --system --uid 10001 --gid register --no-create-home --home-dir /nonexistent register \
    && install --directory --owner register --group register --mode 0700 /data /checkpoints

COPY --from=build /venv /venv
WORKDIR /app
COPY pyproject.toml LICENSE ./
COPY events events
COPY register register
COPY web web
RUN python -m compileall -q events register web

USER 10001:10001
VOLUME /data
EXPOSE 8000

HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]

CMD ["python", "-m", "register", "serve", "--host", "0.0.0.0", "--port", "8000"]
