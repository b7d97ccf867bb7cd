"""Fails where the collector's image cannot work; its build runs it as Lambda's user."""

import awslambdaric.bootstrap
import boto3
import runtime_client

import collector.handler

assert awslambdaric.bootstrap
assert runtime_client
assert collector.handler.handler
for service in ("s3", "ssm"):
    boto3.client(service, region_name="us-east-1")
print("the collector can be imported")
