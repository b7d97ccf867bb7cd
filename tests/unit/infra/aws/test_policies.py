"""The bucket policies as documents: what SeaweedFS cannot enforce is checked here."""

from infra.aws.policies import CORS_RULE, make_data_policy, make_site_policy
from renderer.site.keys import PUBLIC_KEYS


def test_the_site_policy_allows_nothing_but_to_get_public_objects() -> None:
    """One statement, one action, no pattern that covers the whole bucket."""
    [statement] = make_site_policy("site")["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Action"] == "s3:GetObject"
    patterns = [
        each.removeprefix("arn:aws:s3:::site/") for each in statement["Resource"]
    ]
    assert patterns == list(PUBLIC_KEYS)
    open_folders = [each for each in patterns if "*" in each or "?" in each]
    assert open_folders == ["graphs/*", "data/*", "assets/*"]


def test_other_origins_may_only_read() -> None:
    """Any origin, since all of it is public; no credentials, no writing method."""
    assert CORS_RULE["AllowedOrigins"] == ["*"]
    assert CORS_RULE["AllowedMethods"] == ["GET", "HEAD"]


def test_the_data_policy_only_ever_denies() -> None:
    """The data bucket is opened to nobody; plain HTTP and overwriting are refused."""
    statements = make_data_policy("data")["Statement"]
    assert {statement["Effect"] for statement in statements} == {"Deny"}
    tls, once = statements
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert once["Action"] == "s3:PutObject"
    assert once["Resource"] == [
        f"arn:aws:s3:::data/{name}/*"
        for name in ("readings", "imports", "corrections", "notes")
    ]
    assert once["Condition"] == {"Null": {"s3:if-none-match": "true"}}
