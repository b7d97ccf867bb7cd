# The collector's image. `make images` builds it; docs/images.md tells how.
#
# STEPS is a digest of docker/: the scripts that a RUN mounts are no part of what
# every engine compares before it takes a layer from its cache.
#
# Certificates, mirrors and proxies of the network where it is built come in as
# secrets (docker/steps), so no layer holds them.
ARG BASE_IMAGE=debian:trixie-20260918-slim@sha256:a99cfc517144bc59b1978475ec53b46ecabec7e43635402ee5b77cc54cd1b20a

FROM ${BASE_IMAGE} AS runtime
ARG STEPS
RUN --mount=type=bind,source=docker/steps,target=/steps \
    --mount=type=secret,id=sources --mount=type=secret,id=apt \
    sh /steps/apt.sh python3

FROM runtime AS build
ARG STEPS
RUN --mount=type=bind,source=docker/steps,target=/steps \
    --mount=type=secret,id=sources --mount=type=secret,id=apt \
    sh /steps/apt.sh python3-venv
COPY collector/requirements.txt /build/
RUN --mount=type=bind,source=docker/steps,target=/steps \
    --mount=type=secret,id=ca --mount=type=secret,id=pip \
    sh /steps/venv.sh /build/requirements.txt
COPY VERSION /var/task/
COPY collector /var/task/collector
RUN --mount=type=bind,source=docker/steps,target=/steps \
    sh /steps/compile.sh /var/task

FROM runtime
ARG STEPS
ENV PATH=/opt/venv/bin:/usr/bin:/bin \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1
COPY --from=build /opt/venv /opt/venv
COPY --from=build /var/task /var/task
WORKDIR /var/task
RUN --mount=type=bind,source=docker/checks,target=/checks \
    PYTHONPATH=/var/task setpriv --reuid 993 --regid 990 --clear-groups \
    python /checks/collector_image.py
ENTRYPOINT ["/opt/venv/bin/python", "-m", "awslambdaric"]
CMD ["collector.handler.handler"]
