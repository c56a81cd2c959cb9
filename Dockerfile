# One file, one target a service: docker build --target crawler|extractor|store|cli .
# An image has the service's own code, shared/, and its own locked packages, bytecode only of what it imports; no pip, no compiler, no root.

FROM python:3.11-slim-bookworm AS packages
ENV UV_LINK_MODE=copy UV_NO_CACHE=1 VIRTUAL_ENV=/opt/venv
COPY locks/uv.txt /locks/
COPY deploy/slim.sh /usr/local/bin/slim
RUN apt-get update && apt-get install --yes --no-install-recommends binutils \
 && pip install --no-cache-dir --require-hashes -r /locks/uv.txt && python -m venv --without-pip /opt/venv

FROM packages AS crawler-packages
COPY locks/crawler.txt /locks/
RUN uv pip sync --require-hashes /locks/crawler.txt && slim

FROM packages AS extractor-packages
COPY locks/extractor.txt /locks/
RUN uv pip sync --require-hashes /locks/extractor.txt && slim

FROM packages AS store-packages
COPY locks/store.txt /locks/
RUN uv pip sync --require-hashes /locks/store.txt && slim

FROM packages AS cli-packages
COPY locks/cli.txt /locks/
RUN uv pip sync --require-hashes /locks/cli.txt && slim

# Everything an image has in common. The code belongs to root and is only read; a container needs no more to write than /tmp;
# a volume for kept pages lies at /var/lib/kabar.
FROM python:3.11-slim-bookworm AS base
RUN pip uninstall --yes --root-user-action=ignore pip setuptools wheel \
 && useradd --uid 10001 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin kabar \
 && install --directory --owner=10001 --group=10001 /var/lib/kabar
WORKDIR /opt/kabar
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 KABAR_HTTP_HOST=0.0.0.0 KABAR_HTTP_PORT=8080
COPY shared/ shared/
COPY services/__init__.py services/
COPY deploy/compile_imports.py /usr/local/lib/kabar/

FROM base AS crawler
COPY --from=crawler-packages /opt/venv /opt/venv
COPY services/crawler/ services/crawler/
RUN PYTHONPATH=. python /usr/local/lib/kabar/compile_imports.py shared services
USER 10001:10001
CMD ["python", "-m", "services.crawler"]

FROM base AS extractor
COPY --from=extractor-packages /opt/venv /opt/venv
COPY services/extractor/ services/extractor/
RUN PYTHONPATH=. python /usr/local/lib/kabar/compile_imports.py shared services
USER 10001:10001
CMD ["python", "-m", "services.extractor"]

FROM base AS store
COPY --from=store-packages /opt/venv /opt/venv
COPY services/store/ services/store/
RUN PYTHONPATH=. python /usr/local/lib/kabar/compile_imports.py shared services
USER 10001:10001
CMD ["python", "-m", "services.store"]

# The `kabar` command, and with it the job that creates the topics.
FROM base AS cli
COPY --from=cli-packages /opt/venv /opt/venv
COPY services/ services/
COPY demo/ demo/
COPY deploy/ deploy/
COPY cli/ cli/
RUN PYTHONPATH=. python /usr/local/lib/kabar/compile_imports.py shared services demo deploy cli
USER 10001:10001
ENTRYPOINT ["python", "-m", "cli.app"]
