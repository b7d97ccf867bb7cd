# The whole one-machine stack in one image; compose.yaml builds and runs it.
#
# Up to the browser its steps are the renderer's, so that both share their layers.
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
COPY infra/local/requirements.txt /build/emulator.txt
RUN --mount=type=bind,source=docker/steps,target=/steps \
    --mount=type=secret,id=ca --mount=type=secret,id=pip \
    sh /steps/emulator.sh /build/emulator.txt /opt/emulator
COPY docker/standalone/requirements.txt /build/
RUN --mount=type=bind,source=docker/steps,target=/steps \
    --mount=type=secret,id=ca --mount=type=secret,id=pip \
    sh /steps/venv.sh /build/requirements.txt lambda sqs
COPY collector /opt/nyanpass-count/collector
COPY renderer /opt/nyanpass-count/renderer
COPY infra /opt/nyanpass-count/infra
COPY LICENSE VERSION /opt/nyanpass-count/
RUN --mount=type=bind,source=docker/steps,target=/steps \
    sh /steps/compile.sh /opt/nyanpass-count

FROM runtime
ARG STEPS
# Passes signals on and waits for orphans, which the first process of all has to do.
RUN --mount=type=bind,source=docker/steps,target=/steps \
    --mount=type=secret,id=sources --mount=type=secret,id=apt \
    sh /steps/apt.sh tini
# The folder's owner becomes that of a new volume.
RUN useradd --uid 1000 --user-group --no-create-home --home-dir /data counter && \
    install --directory --owner=1000 --group=1000 /data
ENV PATH=/opt/venv/bin:/usr/bin:/bin \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/opt/nyanpass-count \
    BROWSER_PATH=/opt/browser/chromium \
    PLOTLY_JS=/opt/browser/plotly.min.js \
    LAMBDA_RIE=/opt/emulator/aws-lambda-rie \
    DATA=/data \
    HOME=/tmp \
    LISTEN=0.0.0.0 \
    STACK=local
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY docker/standalone/LICENSES.md /opt/
COPY --from=build /opt/browser /opt/browser
COPY --from=build /opt/emulator /opt/emulator
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/nyanpass-count /opt/nyanpass-count
USER 1000:1000
WORKDIR /data
RUN --mount=type=bind,source=docker/checks,target=/checks \
    python /checks/renderer_image.py && python /checks/standalone_image.py
VOLUME /data
EXPOSE 8333
HEALTHCHECK --interval=15s --timeout=10s --start-period=90s --retries=3 \
    CMD ["python", "-m", "infra.local.health"]
ENTRYPOINT ["tini", "--", "python", "-m", "infra.local"]
