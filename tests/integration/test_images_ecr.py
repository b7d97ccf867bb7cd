"""The repositories' stack, the login, and which images stay, against moto's server."""

import base64
import json
import os
from pathlib import Path

import pytest

from infra.aws.clients import make_clients
from infra.errors import StackError
from infra.images.digests import read_digests, write_digests
from infra.images.ecr import TEMPLATE, Repositories, ensure_stack, open_repositories
from infra.images.prune import prune_images
from infra.images.registry import DOCKER, Registry
from infra.images.stored import find_addresses, list_images, name_sbom_tag
from infra.operate.__main__ import main
from tests.moto_server import Moto

STACK = "nyanpass-count"


@pytest.fixture
def moto(moto_server: Moto, monkeypatch: pytest.MonkeyPatch) -> Moto:
    """Lead all AWS clients to an empty moto."""
    moto_server.reset()
    for name, value in moto_server.env.items():
        monkeypatch.setenv(name, value)
    return moto_server


def test_the_first_push_makes_both_repositories_and_logs_in(moto: Moto) -> None:
    """The stack is made, and name and password are those that ECR gives out."""
    found = open_repositories(make_clients(os.environ), STACK)
    assert found.registry.host == "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com"
    assert found.names == {
        "collector": "nyanpass-count/collector",
        "renderer": "nyanpass-count/renderer",
    }
    assert found.registry.username == "AWS"
    assert found.registry.password
    assert found.registry.password not in repr(found)
    described = moto.client("ecr").describe_repositories()["repositories"]
    assert {item["imageTagMutability"] for item in described} == {"IMMUTABLE"}


def test_a_later_push_updates_the_stack_or_leaves_it(moto: Moto) -> None:
    """Nothing is made twice, and no update is no error."""
    client = moto.client("cloudformation")
    first = ensure_stack(client, STACK)
    assert ensure_stack(client, STACK) == first
    assert len(client.list_stacks()["StackSummaries"]) == 1


def test_a_stack_of_another_template_is_never_updated(moto: Moto) -> None:
    """An update would remove all that it has made."""
    client = moto.client("cloudformation")
    other = {"Description": "Not ours", "Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}
    client.create_stack(StackName=STACK, TemplateBody=json.dumps(other))
    with pytest.raises(StackError, match="IMAGES_STACK"):
        ensure_stack(client, STACK)
    [resource] = client.list_stack_resources(StackName=STACK)["StackResourceSummaries"]
    assert resource["ResourceType"] == "AWS::SQS::Queue"


def test_a_stack_in_review_is_removed_as_well(moto: Moto) -> None:
    """It is empty: a first push was broken off before anything was made."""
    moto.client("cloudformation").create_change_set(
        StackName=STACK,
        ChangeSetName="broken-off",
        ChangeSetType="CREATE",
        TemplateBody=TEMPLATE.read_text("utf-8"),
    )
    env = {**os.environ, "IMAGES": "1", "IMAGES_STACK": STACK, "YES": STACK}
    assert main(["destroy"], env) == 0
    assert moto.client("cloudformation").describe_stacks()["Stacks"] == []


def test_the_password_is_what_stands_behind_the_name(moto: Moto) -> None:
    """ECR gives both in one token, with a colon between them."""
    token = moto.client("ecr").get_authorization_token()["authorizationData"][0]
    decoded = base64.b64decode(token["authorizationToken"]).decode()
    found = open_repositories(make_clients(os.environ), STACK)
    assert decoded == f"{found.registry.username}:{found.registry.password}"


HOST = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com"


class Images:
    """The images of one repository, and the functions that run them."""

    def __init__(self, moto: Moto) -> None:
        ensure_stack(moto.client("cloudformation"), STACK)
        self.moto, self.ecr = moto, moto.client("ecr")
        self.repository = f"{STACK}/renderer"
        self.target = Repositories(Registry(HOST), {"renderer": self.repository})
        policy = {"Principal": {"Service": "lambda.amazonaws.com"}}
        made = moto.client("iam").create_role(
            RoleName="any", AssumeRolePolicyDocument=json.dumps(policy)
        )
        self.role = made["Role"]["Arn"]

    def push(self, tag: str) -> str:
        """Put an image; return its address."""
        layer = {"digest": f"sha256:{tag}", "size": 1}
        manifest = {"mediaType": DOCKER, "layers": [layer], "config": {"size": 1}}
        put = self.ecr.put_image(
            repositoryName=self.repository,
            imageManifest=json.dumps(manifest),
            imageTag=tag,
        )
        return f"{HOST}/{self.repository}@{put['image']['imageId']['imageDigest']}"

    def run(self, name: str, address: str) -> None:
        """Make a function of an image."""
        self.moto.client("lambda").create_function(
            FunctionName=name,
            PackageType="Image",
            Code={"ImageUri": address},
            Role=self.role,
        )

    def empty(self) -> None:
        """Delete all images."""
        found = self.ecr.list_images(repositoryName=self.repository)["imageIds"]
        self.ecr.batch_delete_image(repositoryName=self.repository, imageIds=found)

    def tags(self) -> set[str]:
        """List what is there."""
        return {image.tags[0] for image in list_images(self.ecr, self.repository)}

    def all_tags(self) -> set[str]:
        """List what is there, SBOMs as well."""
        ids = self.ecr.list_images(repositoryName=self.repository)["imageIds"]
        return {each["imageTag"] for each in ids}

    def newest(self) -> str:
        """Say which is the newest: moto counts whole seconds, so it may be any."""
        return list_images(self.ecr, self.repository)[0].tags[0]

    def prune(self, *pushed: str, keep: int) -> None:
        """Delete what is old."""
        functions = self.moto.client("lambda")
        prune_images(self.ecr, functions, self.target, pushed, keep)


@pytest.fixture
def images(moto: Moto) -> Images:
    """Give an empty repository; a function's role is not looked at."""
    return Images(moto)


def test_old_images_go_but_never_one_that_a_function_runs(
    images: Images, capsys: pytest.CaptureFixture[str]
) -> None:
    """By digest or by tag, of any stack; and what was just pushed stays, too.

    An SBOM goes with its image, and is none itself.
    """
    addresses = {tag: images.push(tag) for tag in "abcdefg"}
    images.run("other-stack-renderer", addresses["b"])
    images.run("by-tag", f"{HOST}/{images.repository}:c")
    # Of another repository: of no matter here.
    images.run("foreign", addresses["e"].replace("renderer", "collector"))
    for address in addresses.values():
        images.push(name_sbom_tag(address.partition("@")[2]))
    capsys.readouterr()
    stay = {"b", "c", "f", images.newest()}
    images.prune(addresses["f"], keep=1)
    assert images.tags() == stay
    kept = {name_sbom_tag(addresses[tag].partition("@")[2]) for tag in stay}
    assert images.all_tags() == stay | kept
    assert capsys.readouterr().out == (
        f"{7 - len(stay)} old images deleted; of each function 1 stay, and what runs\n"
    )
    images.prune(addresses["f"], keep=1)
    assert capsys.readouterr().out.startswith("0 old images deleted")


def test_nothing_is_deleted_unless_lambda_tells_what_runs(
    images: Images, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the right to ask, one line says so, and the push is none the worse."""
    for tag in "abc":
        images.push(tag)
    capsys.readouterr()
    with images.moto.enforcing():
        images.prune(keep=1)
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("0 old images deleted, the others stay: ")
    assert "ListFunctions" in line
    assert images.tags() == {"a", "b", "c"}


def test_the_images_are_removed_once_no_function_runs_one(
    images: Images,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The next deploy asks for a new push."""
    monkeypatch.chdir(tmp_path)
    address = images.push("a")
    images.push(name_sbom_tag(address.partition("@")[2]))
    write_digests("a", {"renderer": address})
    images.run("test-renderer", address)
    env = {**os.environ, "IMAGES": "1", "IMAGES_STACK": STACK}
    yes = {**env, "YES": STACK}
    assert main(["destroy"], yes) == 2
    assert "run by test-renderer: delete the stack of" in capsys.readouterr().err
    images.moto.client("lambda").delete_function(FunctionName="test-renderer")
    assert main(["destroy"], env) == 2
    assert f"to confirm, give YES={STACK}" in capsys.readouterr().err
    assert main(["destroy"], {**yes, "WITH_DATA": "1"}) == 2
    with images.moto.enforcing():
        assert main(["destroy"], yes) == 2
    assert images.tags() == {"a"}
    # moto does not know that a repository may go with its images.
    images.empty()
    assert main(["destroy"], yes) == 0
    assert images.ecr.describe_repositories()["repositories"] == []
    assert read_digests() == {}
    assert main(["destroy"], yes) == 2
    assert f"there is no stack {STACK} in ap-northeast-1" in capsys.readouterr().err


def test_a_repository_that_is_gone_already_is_passed_over(images: Images) -> None:
    """Deleted by hand, or by a deletion that broke off."""
    images.ecr.delete_repository(repositoryName=f"{STACK}/collector")
    found = find_addresses(images.ecr, [f"{STACK}/collector", images.repository])
    assert found == {images.repository: f"{HOST}/{images.repository}"}


def test_another_stack_is_not_removed_for_the_images(moto: Moto) -> None:
    """Whatever IMAGES_STACK names by mistake."""
    other = {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}
    cloud = moto.client("cloudformation")
    cloud.create_stack(StackName=STACK, TemplateBody=json.dumps(other))
    env = {**os.environ, "IMAGES": "1", "IMAGES_STACK": STACK, "YES": STACK}
    assert main(["destroy"], env) == 2
    assert cloud.describe_stacks()["Stacks"][0]["StackName"] == STACK
