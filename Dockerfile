# The product in one image; docker-compose.yml runs it as web, worker and scheduler.
FROM python:3.11-slim AS packages
# s3 for evidence in an S3-compatible store.
ARG REQUIREMENTS=base
COPY requirements/${REQUIREMENTS}.lock /tmp/requirements.lock
RUN python -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --no-deps --only-binary :all: -r /tmp/requirements.lock

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    READINESS_DATA=/data \
    STATIC_ROOT=/app/staticfiles \
    LOG_FORMAT=json \
    LOG_LEVEL=INFO
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin readiness \
    && install --directory --owner readiness --mode 0700 /data /data/evidence
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY manage.py ./
COPY readiness readiness
COPY checklists checklists
COPY templates templates
COPY locale locale
COPY static static
# Compiled and collected here, so that the file system can be read-only later.
RUN python -m compileall -q /opt/venv /app \
    && READINESS_DATA=/tmp/build SECRET_KEY=unused python manage.py collectstatic --noinput -v 0 \
    && rm -rf /tmp/build
USER readiness
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["python", "manage.py", "serve"]
