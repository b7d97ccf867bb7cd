"""What the bench starts from can be made on the storage as it is."""

from pathlib import Path

from infra.local.storage import Storage
from tests.bench.grounds import make_ours, make_peer, make_single_objects

FEW = 100


def test_every_contender_has_its_history(s3_server: Storage, tmp_path: Path) -> None:
    """The renderer's as one object, the peer's as a CSV, the bulk's each by itself."""
    ours = make_ours(s3_server, FEW).env["DATA_BUCKET"]
    peer = make_peer(s3_server, FEW, tmp_path).env["PEER_BUCKET"]
    single = make_single_objects(s3_server, FEW)["DATA_BUCKET"]
    client = s3_server.client()
    listed = [client.list_objects_v2(Bucket=name) for name in (ours, peer, single)]
    assert [page["KeyCount"] for page in listed] == [73, 1, FEW]
