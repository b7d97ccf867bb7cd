"""S3 over TLS, as on AWS: both clients of the renderer must trust its certificate."""

import ssl
from pathlib import Path

import pytest

from renderer.readings.fetch import SCAN_FROM
from tests.certificates import make_certificate
from tests.conftest import Buckets
from tests.images.bundle import Box
from tests.images.conftest import RENDERER
from tests.images.rootfs import Rootfs
from tests.images.sandbox import running
from tests.images.ticks import put_reading

SYSTEM = "/etc/ssl/certs/ca-certificates.crt"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate authority and a certificate for loopback; give the folder."""
    folder = tmp_path_factory.mktemp("tls")
    make_certificate(folder)
    return folder


def test_many_readings_are_read_over_tls_with_the_systems_certificates(
    renderer_image: Rootfs, s3_port: int, buckets: Buckets, authority: Path
) -> None:
    """polars' own reader looks for them at one place only, unlike boto3."""
    for hour in range(SCAN_FROM + 2):
        put_reading(buckets, hour)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "server.crt", authority / "server.key")
    env = {
        **buckets.env,
        "AWS_ENDPOINT_URL_S3": f"https://127.0.0.1:{s3_port}",
        "AWS_CA_BUNDLE": "/mnt/ca.crt",
    }
    files = {"/mnt/ca.crt": authority / "ca.crt", SYSTEM: authority / "ca.crt"}
    box = Box(renderer_image, RENDERER, env, files)
    with running(box, "renderer", [s3_port], context) as renderer:
        rebuilt = renderer.invoke({"action": "rebuild"})
    assert rebuilt["outcome"] == "published"
    assert rebuilt["readings"] == SCAN_FROM + 2
