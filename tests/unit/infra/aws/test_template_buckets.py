"""The two buckets of the template, and who may do what with them."""

from typing import Any

import pytest

from infra.aws.policies import (
    CORS_RULE,
    WRITE_ONCE,
    make_data_policy,
    make_site_policy,
)
from infra.aws.template import load_template
from renderer.site.keys import PUBLIC_KEYS
from tests.resolved import CERTIFICATE, WITH_CDN, WITH_DOMAIN, properties, resources

SITE = "nyanpass-count-site-123456789012-ap-northeast-1"
DATA = "nyanpass-count-data-123456789012-ap-northeast-1"
ALL_BLOCKED = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}
with_cloudfront = pytest.mark.parametrize(
    "parameters", [WITH_CDN, WITH_DOMAIN], ids=["cdn", "domain"]
)


def test_the_data_bucket_is_private_versioned_and_encrypted() -> None:
    """Everything that could open it is off."""
    bucket = properties("DataBucket")
    assert bucket["PublicAccessBlockConfiguration"] == ALL_BLOCKED
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "WebsiteConfiguration" not in bucket


def test_both_buckets_are_encrypted_and_know_no_acl() -> None:
    """With S3's own key: another one would change the ETags that are compared."""
    for name in ("DataBucket", "SiteBucket"):
        bucket = properties(name)
        [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        ownership = [{"ObjectOwnership": "BucketOwnerEnforced"}]
        assert bucket["OwnershipControls"]["Rules"] == ownership


def test_the_data_bucket_s_policy_is_the_one_of_the_code() -> None:
    """TLS only, and no put of a reading that could replace one."""
    policy = properties("DataBucketPolicy")
    assert policy == {"Bucket": DATA, "PolicyDocument": make_data_policy(DATA)}


def test_the_site_bucket_s_policy_is_the_one_that_the_local_s3_enforces() -> None:
    """What the anonymous requests of the other tests meet, AWS gets too."""
    policy = properties("SiteBucketPolicy")
    assert policy == {"Bucket": SITE, "PolicyDocument": make_site_policy(SITE)}


def test_without_cloudfront_the_site_bucket_is_a_public_website() -> None:
    """Its policy may be public, its ACLs may not."""
    bucket = properties("SiteBucket")
    public = {"BlockPublicPolicy": False, "RestrictPublicBuckets": False}
    assert bucket["PublicAccessBlockConfiguration"] == {**ALL_BLOCKED, **public}
    assert bucket["WebsiteConfiguration"] == {
        "IndexDocument": "index.html",
        "ErrorDocument": "404.html",
    }


@with_cloudfront
def test_with_cloudfront_nobody_else_may_read_the_site_bucket(
    parameters: dict[str, str],
) -> None:
    """The same objects, by one distribution; the bucket itself is private."""
    bucket = properties("SiteBucket", **parameters)
    assert bucket["PublicAccessBlockConfiguration"] == ALL_BLOCKED
    assert "WebsiteConfiguration" not in bucket
    policy = properties("SiteBucketPolicy", **parameters)["PolicyDocument"]
    [statement] = policy["Statement"]
    [public] = make_site_policy(SITE)["Statement"]
    source = "arn:aws:cloudfront::123456789012:distribution/Distribution"
    assert statement == {
        **public,
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Condition": {"StringEquals": {"AWS:SourceArn": source}},
    }


def test_cloudfront_has_its_own_name_and_certificate_or_the_domain_s() -> None:
    """Without a domain, neither has to be bought, and none has to be asked for."""
    config = distribution()
    assert config["Aliases"] == ["count.example.org"]
    assert config["ViewerCertificate"]["AcmCertificateArn"] == CERTIFICATE
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    config = distribution(**WITH_CDN)
    assert "Aliases" not in config
    assert config["ViewerCertificate"] == {"CloudFrontDefaultCertificate": True}


def test_cloudfront_has_the_web_acl_that_it_is_given() -> None:
    """A plan asks for one, and an update that named none would take it off."""
    acl = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/0a-b"
    assert distribution(**WITH_CDN, WebAclArn=acl)["WebACLId"] == acl
    assert "WebACLId" not in distribution(**WITH_CDN)


@with_cloudfront
def test_cloudfront_speaks_https_and_signs_what_it_asks_the_bucket(
    parameters: dict[str, str],
) -> None:
    """Origin access control on S3's own endpoint, not the website's."""
    config = distribution(**parameters)
    behaviour = config["DefaultCacheBehavior"]
    assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"
    [origin] = load_template()["Resources"]["Distribution"]["Properties"][
        "DistributionConfig"
    ]["Origins"]
    assert origin["DomainName"] == {"Fn::GetAtt": ["SiteBucket", "RegionalDomainName"]}
    assert origin["OriginAccessControlId"] == {"Fn::GetAtt": ["OriginAccess", "Id"]}
    access = properties("OriginAccess", **parameters)["OriginAccessControlConfig"]
    assert access["SigningBehavior"] == "always"


def test_cloudfront_tells_the_versions_of_a_picture_apart() -> None:
    """The page asks for `graph.png?v=...`, so the query belongs to the cache's key."""
    policy = properties("CachePolicy", **WITH_DOMAIN)["CachePolicyConfig"]
    key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["QueryStringsConfig"]["QueryStrings"] == ["v"]
    assert policy["MinTTL"] == 0


def test_the_site_bucket_answers_other_origins_as_the_local_s3_does() -> None:
    """With CloudFront and without; the data bucket answers none."""
    names = {"ExposeHeaders": "ExposedHeaders", "MaxAgeSeconds": "MaxAge"}
    rule = {names.get(name, name): value for name, value in CORS_RULE.items()}
    for parameters in ({}, WITH_CDN, WITH_DOMAIN):
        bucket = properties("SiteBucket", **parameters)
        assert bucket["CorsConfiguration"] == {"CorsRules": [rule]}
    assert "CorsConfiguration" not in properties("DataBucket")


def test_cloudfront_answers_other_origins_as_the_bucket_does() -> None:
    """To each request, whatever the one that filled the cache had asked for."""
    config = properties("ResponseHeaders", **WITH_DOMAIN)["ResponseHeadersPolicyConfig"]
    assert config["CorsConfig"] == {
        "AccessControlAllowCredentials": False,
        "AccessControlAllowOrigins": {"Items": CORS_RULE["AllowedOrigins"]},
        "AccessControlAllowMethods": {"Items": CORS_RULE["AllowedMethods"]},
        "AccessControlAllowHeaders": {"Items": CORS_RULE["AllowedHeaders"]},
        "AccessControlExposeHeaders": {"Items": CORS_RULE["ExposeHeaders"]},
        "AccessControlMaxAgeSec": CORS_RULE["MaxAgeSeconds"],
        "OriginOverride": True,
    }
    behaviour = distribution()["DefaultCacheBehavior"]
    assert behaviour["ResponseHeadersPolicyId"] == "ResponseHeaders"
    assert behaviour["AllowedMethods"] == ["GET", "HEAD", "OPTIONS"]
    # AWS's CORS-S3Origin: without these headers S3 answers no preflight.
    assert behaviour["OriginRequestPolicyId"] == "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"


def test_a_wrong_address_is_an_error_with_a_way_to_the_page() -> None:
    """As the bucket's own website does by its error document."""
    [answer] = distribution()["CustomErrorResponses"]
    # The reader may not list, so S3 tells it nothing of what is not there.
    assert answer["ErrorCode"] == 403
    assert answer["ResponseCode"] == 404
    assert answer["ResponsePagePath"] == "/404.html"


def distribution(**parameters: str) -> dict[str, Any]:
    """Give the configuration of CloudFront, for a domain unless told otherwise."""
    found = properties("Distribution", **(parameters or WITH_DOMAIN))
    config: dict[str, Any] = found["DistributionConfig"]
    return config


def test_only_what_is_written_once_wakes_the_renderer() -> None:
    """Prefix and suffix, of the data bucket alone; no loop is possible."""
    rules = properties("DataBucket")["NotificationConfiguration"][
        "LambdaConfigurations"
    ]
    assert rules == [
        {
            "Event": "s3:ObjectCreated:*",
            "Function": "arn:aws:lambda:ap-northeast-1:123456789012:function:"
            "nyanpass-count-renderer",
            "Filter": {
                "S3Key": {
                    "Rules": [
                        {"Name": "prefix", "Value": prefix},
                        {"Name": "suffix", "Value": suffix},
                    ]
                }
            },
        }
        for prefix, suffix in WRITE_ONCE.items()
    ]
    assert not [name for name in WRITE_ONCE if "history/".startswith(name)]
    assert "NotificationConfiguration" not in properties("SiteBucket")


def test_s3_may_invoke_the_renderer_before_the_bucket_tells_it_to() -> None:
    """Only this bucket of this account, and in an order without a circle."""
    permission = properties("RendererPermission")
    assert permission["SourceArn"] == f"arn:aws:s3:::{DATA}"
    assert permission["SourceAccount"] == "123456789012"
    assert permission["Principal"] == "s3.amazonaws.com"
    assert properties("DataBucket")["BucketName"] == DATA
    assert resources()["DataBucket"]["DependsOn"] == "RendererPermission"
    for name in ("RendererPermission", "RendererRole", "CollectorRole", "Renderer"):
        assert "'DataBucket'" not in str(load_template()["Resources"][name]), name


def test_old_histories_go_and_readings_stay() -> None:
    """No rule ever expires a current object."""
    rules = properties("DataBucket")["LifecycleConfiguration"]["Rules"]
    assert all("ExpirationInDays" not in rule for rule in rules)
    assert {rule.get("Prefix") for rule in rules} == {"history/", *WRITE_ONCE, None}


def test_what_is_public_is_what_the_renderer_may_publish() -> None:
    """One list, three places: the bucket's policy, the role, the code."""
    statements = properties("RendererRole")["Policies"][0]["PolicyDocument"]
    [publish] = [s for s in statements["Statement"] if s["Sid"] == "Publish"]
    assert publish["Resource"] == [f"arn:aws:s3:::{SITE}/{key}" for key in PUBLIC_KEYS]
    # A damaged asset, too, is put again under If-Match.
    assert publish["Action"] == ["s3:PutObject", "s3:GetObject"]
