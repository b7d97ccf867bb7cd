"""Fails where the standalone image cannot work; its build runs it as the user there.

That its browser draws is what renderer_image.py looks after.
"""

import os
import subprocess

import boto3

import infra.local.__main__
import infra.local.health
import infra.operate.__main__
from infra.local.storage import find_weed

assert infra.local.__main__.main
assert infra.local.health.main
assert infra.operate.__main__.main
# What the commands call of the stack's own servers.
for service in ("s3", "lambda", "sqs"):
    boto3.client(service, region_name="us-east-1")
subprocess.run([find_weed(), "version"], check=True, stdout=subprocess.DEVNULL)
assert os.access(os.environ["LAMBDA_RIE"], os.X_OK)
assert os.access(os.environ["DATA"], os.W_OK)
print("the stack and its commands can be imported, and its programs are there")
