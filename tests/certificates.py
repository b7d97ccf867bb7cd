"""Certificates for servers on loopback, and the authority that vouches for them."""

from pathlib import Path

from infra.images.programs import read_output, require_programs

EXTENSIONS = """\
subjectAltName={names}
basicConstraints=CA:FALSE
"""


def make_certificate(folder: Path, *hosts: str) -> None:
    """Make `ca.crt`, `server.crt` and `server.key` for loopback, and further hosts."""
    require_programs("openssl")
    names = ",".join(["IP:127.0.0.1", *(f"DNS:{host}" for host in hosts)])
    (folder / "extensions").write_text(EXTENSIONS.format(names=names))
    ca = ["-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.crt"]
    key = ["-keyout", f"{folder}/server.key", "-out", f"{folder}/server.csr"]
    new = ["openssl", "req", "-newkey", "rsa:2048", "-nodes"]
    read_output([*new, "-x509", "-subj", "/CN=test authority", *ca], "openssl")
    read_output([*new, "-subj", "/CN=127.0.0.1", *key], "openssl")
    sign = ["-CA", f"{folder}/ca.crt", "-CAkey", f"{folder}/ca.key", "-CAcreateserial"]
    sign += ["-extfile", f"{folder}/extensions", "-in", f"{folder}/server.csr"]
    read_output(
        ["openssl", "x509", "-req", *sign, "-out", f"{folder}/server.crt"], "openssl"
    )
