"""The policies of the two buckets, and what other origins may read.

The one-machine stack applies them; a test holds the template for AWS to them.
"""

from typing import Any

from renderer.site.keys import PUBLIC_KEYS

# Any page may read all of it, and parts of it, as readers of Parquet do.
CORS_RULE = {
    "AllowedOrigins": ["*"],
    "AllowedMethods": ["GET", "HEAD"],
    "AllowedHeaders": ["Range"],
    "ExposeHeaders": ["ETag", "Content-Length", "Content-Range", "Accept-Ranges"],
    "MaxAgeSeconds": 86400,
}

# What is written once and kept for ever: the folders of the data bucket, and how the
# names in them end. Each new object there wakes the renderer.
WRITE_ONCE = {
    "readings/": ".json",
    "imports/": ".parquet",
    "corrections/": ".json",
    "notes/": ".json",
}

Policy = dict[str, Any]


def make_site_policy(bucket: str) -> Policy:
    """Let anyone get the site's public objects, and do nothing else."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "PublicRead",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": [f"arn:aws:s3:::{bucket}/{key}" for key in PUBLIC_KEYS],
            }
        ],
    }


def make_data_policy(bucket: str) -> Policy:
    """Refuse plain HTTP, and any put that could replace what is written once.

    For AWS only: SeaweedFS speaks plain HTTP on loopback and does not know the
    condition key `s3:if-none-match`, so it would refuse every put.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OnlyTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
            {
                "Sid": "WriteOnce",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:PutObject",
                "Resource": [f"arn:aws:s3:::{bucket}/{name}*" for name in WRITE_ONCE],
                "Condition": {"Null": {"s3:if-none-match": "true"}},
            },
        ],
    }
