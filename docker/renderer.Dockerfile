# The renderer's image: the collector's steps, the pinned browser and its fonts.
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
    sh /steps/apt.sh python3-venv ca-certificates binutils
COPY docker/browser /build/browser
RUN --mount=type=bind,source=docker/steps,target=/steps \
    --mount=type=secret,id=ca --mount=type=secret,id=pip --mount=type=secret,id=npm \
    sh /steps/browser.sh /opt/browser
COPY renderer/requirements.txt /build/
RUN --mount=type=bind,source=docker/steps,target=/steps \
    --mount=type=secret,id=ca --mount=type=secret,id=pip \
    sh /steps/venv.sh /build/requirements.txt
COPY VERSION /var/task/
COPY renderer /var/task/renderer
RUN --mount=type=bind,source=docker/steps,target=/steps \
    sh /steps/compile.sh /var/task

FROM runtime
ARG STEPS
ENV PATH=/opt/venv/bin:/usr/bin:/bin \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    BROWSER_PATH=/opt/browser/chromium \
    PLOTLY_JS=/opt/browser/plotly.min.js
# Only polars' own S3 reader looks for the system's certificates.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /opt/browser /opt/browser
COPY --from=build /opt/venv /opt/venv
COPY --from=build /var/task /var/task
WORKDIR /var/task
RUN --mount=type=bind,source=docker/checks,target=/checks \
    PYTHONPATH=/var/task setpriv --reuid 993 --regid 990 --clear-groups \
    python /checks/renderer_image.py
ENTRYPOINT ["/opt/venv/bin/python", "-m", "awslambdaric"]
CMD ["renderer.handler.handler"]
