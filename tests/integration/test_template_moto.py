"""The template on a simulated CloudFormation, and its roles under its IAM.

moto ignores most properties and several types; what it honours is asserted here.
"""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.aws.template import PATH
from tests.moto_server import Moto
from tests.resolved import PARAMETERS, properties, resources

STACK = "nyanpass-count"
DATA = "nyanpass-count-data-123456789012-ap-northeast-1"
SITE = "nyanpass-count-site-123456789012-ap-northeast-1"
# moto knows Retain only; what RetainExceptOnCreate adds concerns failed creations.
TEMPLATE = PATH.read_text("utf-8").replace("RetainExceptOnCreate", "Retain")


def arguments(**changed: str) -> dict[str, Any]:
    """Give what create and update take."""
    parameters = {**PARAMETERS, **changed}
    return {
        "StackName": STACK,
        "TemplateBody": TEMPLATE,
        "Capabilities": ["CAPABILITY_IAM"],
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in parameters.items()
        ],
    }


def test_a_stack_is_created_updated_and_deleted(moto: Moto) -> None:
    """A new image is an update, and deleting keeps the data bucket alone."""
    cloud = moto.client("cloudformation")
    cloud.create_stack(**arguments())
    [stack] = cloud.describe_stacks(StackName=STACK)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    assert outputs["DataBucket"] == DATA
    assert outputs["RendererFunction"] == "nyanpass-count-renderer"
    functions = moto.client("lambda")
    environment = functions.get_function(FunctionName="nyanpass-count-collector")
    variables = environment["Configuration"]["Environment"]["Variables"]
    assert variables == properties("Collector")["Environment"]["Variables"]

    image = PARAMETERS["RendererImage"].replace("b" * 64, "c" * 64)
    cloud.update_stack(**arguments(RendererImage=image))
    [stack] = cloud.describe_stacks(StackName=STACK)["Stacks"]
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    function = functions.get_function(FunctionName="nyanpass-count-renderer")
    assert function["Code"]["ImageUri"] == image

    cloud.delete_stack(StackName=STACK)
    with pytest.raises(ClientError, match="does not exist"):
        cloud.describe_stacks(StackName=STACK)
    buckets = moto.client("s3").list_buckets()["Buckets"]
    assert [bucket["Name"] for bucket in buckets] == [DATA]
    assert functions.list_functions()["Functions"] == []
    assert "QueueUrls" not in moto.client("sqs").list_queues()


def test_the_stack_has_what_moto_can_make(moto: Moto) -> None:
    """The queue, log groups with retention, and the renderer's permission."""
    moto.client("cloudformation").create_stack(**arguments())
    queues = moto.client("sqs").list_queues()["QueueUrls"]
    names = {queue.rpartition("/")[2] for queue in queues}
    assert names == {f"{STACK}-failures"}
    groups = moto.client("logs").describe_log_groups()["logGroups"]
    assert {group["logGroupName"]: group["retentionInDays"] for group in groups} == {
        f"/aws/lambda/{STACK}-{name}": 30 for name in ("collector", "renderer")
    }
    policy = json.loads(
        moto.client("lambda").get_policy(FunctionName=f"{STACK}-renderer")["Policy"]
    )
    [statement] = policy["Statement"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}


# Not probed: logs (moto denies even a right ARN) and listing (it allows all).
PROBES = [
    ("CollectorRole", "put", f"{DATA}/readings/counter=nyanpass/x.json", True),
    ("CollectorRole", "get", f"{DATA}/readings/counter=nyanpass/x.json", True),
    ("CollectorRole", "put", f"{DATA}/readings/counter=other/x.json", False),
    ("CollectorRole", "get", f"{DATA}/history/counter=nyanpass/history.parquet", False),
    ("CollectorRole", "put", f"{SITE}/index.html", False),
    ("CollectorRole", "delete", f"{DATA}/readings/counter=nyanpass/x.json", False),
    ("CollectorRole", "send", "failures", True),
    ("CollectorRole", "send", "other", False),
    ("RendererRole", "get", f"{DATA}/readings/counter=nyanpass/x.json", True),
    ("RendererRole", "put", f"{DATA}/readings/counter=nyanpass/x.json", False),
    ("RendererRole", "put", f"{DATA}/history/counter=nyanpass/history.parquet", True),
    ("RendererRole", "put", f"{SITE}/index.html", True),
    ("RendererRole", "put", f"{SITE}/en.html", True),
    ("RendererRole", "get", f"{SITE}/feed.en.xml", True),
    ("RendererRole", "put", f"{SITE}/assets/a.css", True),
    ("RendererRole", "get", f"{SITE}/assets/a.css", True),
    ("RendererRole", "put", f"{SITE}/private.txt", False),
    ("RendererRole", "get", f"{SITE}/private.txt", False),
    ("RendererRole", "delete", f"{SITE}/index.html", False),
    ("RendererRole", "send", "failures", True),
    ("RendererRole", "send", "other", False),
]


def test_the_roles_grants_hold_under_enforcement(moto: Moto) -> None:
    """Objects and queues, each role in its own area and in the other's."""
    queues = make_world(moto)
    sessions = {role: take(moto, role) for role in ("CollectorRole", "RendererRole")}
    with moto.enforcing():
        for role, verb, target, allowed in PROBES:
            s3 = moto.client("s3", sessions[role])
            sqs = moto.client("sqs", sessions[role])
            bucket, _, key = target.partition("/")
            place = {"Bucket": bucket, "Key": key}
            try:
                if verb == "put":
                    s3.put_object(**place, Body=b"x")
                elif verb == "get":
                    s3.get_object(**place)
                elif verb == "delete":
                    s3.delete_object(**place)
                else:
                    sqs.send_message(QueueUrl=queues[target], MessageBody="x")
                found = True
            except ClientError as error:
                found = False
                if error.response["ResponseMetadata"]["HTTPStatusCode"] != 403:
                    raise
            assert found is allowed, (role, verb, target)


def make_world(moto: Moto) -> dict[str, str]:
    """Make the buckets with an object each, the queues, and the roles."""
    s3, sqs, iam = (moto.client(name) for name in ("s3", "sqs", "iam"))
    place = {"LocationConstraint": "ap-northeast-1"}
    for bucket in (DATA, SITE):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    for _, verb, target, _ in PROBES:
        if verb == "get":
            bucket, _, key = target.partition("/")
            s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    for role in ("CollectorRole", "RendererRole"):
        found = resources()[role]["Properties"]
        trust = json.dumps(found["AssumeRolePolicyDocument"])
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust)
        [policy] = found["Policies"]
        iam.put_role_policy(
            RoleName=role,
            PolicyName=policy["PolicyName"],
            PolicyDocument=json.dumps(policy["PolicyDocument"]),
        )
    return {
        name: sqs.create_queue(QueueName=f"{STACK}-{name}")["QueueUrl"]
        for name in ("failures", "other")
    }


def take(moto: Moto, role: str) -> Any:
    """Assume a role, and give a session with its credentials."""
    answer = moto.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::123456789012:role/{role}", RoleSessionName="test"
    )
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    return moto.session(*(answer["Credentials"][name] for name in names))
