"""The bucket policies as documents: what SeaweedFS cannot enforce is checked here."""

from infra.policies import data_policy, site_policy


def test_the_site_policy_allows_nothing_but_to_get_public_objects() -> None:
    """One statement, one action, no pattern that covers the whole bucket."""
    [statement] = site_policy("site")["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Action"] == "s3:GetObject"
    assert statement["Resource"] == [
        "arn:aws:s3:::site/index.html",
        "arn:aws:s3:::site/graph.png",
        "arn:aws:s3:::site/graphs/*",
        "arn:aws:s3:::site/data/*",
        "arn:aws:s3:::site/assets/*",
    ]


def test_the_data_policy_only_ever_denies() -> None:
    """The data bucket is opened to nobody; plain HTTP and overwriting are refused."""
    statements = data_policy("data")["Statement"]
    assert {statement["Effect"] for statement in statements} == {"Deny"}
    tls, once = statements
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert once["Action"] == "s3:PutObject"
    assert once["Resource"] == "arn:aws:s3:::data/readings/*"
    assert once["Condition"] == {"Null": {"s3:if-none-match": "true"}}
