"""Both images by a real Docker: built, pushed to ECR, and deployed by their digests."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from infra.aws.template import PATH, load_template
from infra.images.build import FUNCTIONS
from infra.images.commit import ROOT, read_clean_commit
from infra.images.debian import NAME
from infra.images.digests import FILE
from infra.images.ecr import TEMPLATE
from infra.images.network import find_secrets
from infra.images.programs import read_output
from infra.images.stored import list_images, name_sbom_tag
from tests.aws.docker_engine import DockerEngine, run_docker
from tests.aws.emulator import Emulator, run_emulator
from tests.aws.zips import adapt_template
from tests.images.netns import let_out
from tests.resolved import ECR
from tests.resolver import Resolver

# Some minutes where nothing is in a cache, and the machine has more to do.
pytestmark = pytest.mark.timeout(900)
STACK, IMAGES_STACK = "by-docker", "nyanpass-count-images"
Env = dict[str, str]
YES = {"STACK": STACK, "YES": STACK}
HTTPS = 443


@dataclass(frozen=True)
class Workplace:
    """A clone of the commit, where Docker answers and ECR's name leads to loopback."""

    aws: Emulator
    engine: DockerEngine
    clone: Path
    env: dict[str, str]

    def run(self, *command: str, expected: int = 0, env: Env | None = None) -> str:
        """Run a Python module in the clone; return what it printed."""
        done = subprocess.run(
            self.engine.enter(self.clone, [sys.executable, "-m", *command]),
            env={**self.env, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == expected, f"{command}: {done.stdout}"
        return done.stdout

    def commit(self) -> str:
        """Commit what was changed in the clone; return the commit's name."""
        author = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
        git = ("git", "-C", str(self.clone), *author)
        read_output([*git, "commit", "--quiet", "--all", "-m", "A test"], "git")
        return read_clean_commit(self.clone)

    def deploy(self) -> str:
        """Deploy what was pushed last; return what was printed.

        Lambda runs no image here, and that is what the command says at its end.
        """
        given = {"COUNT_URL": "http://127.0.0.1/", "ALARM_EMAIL": "a@example.org"}
        told = self.run("infra.operate", "deploy", expected=2, env={**YES, **given})
        last = told.splitlines()[-1]
        assert last.startswith("make deploy: the stack is updated, but no count can be")
        assert f"; {STACK}-renderer failed" in last
        return told

    def read_digests(self) -> dict[str, str]:
        """Read what the last push has left for the next deploy."""
        found: dict[str, str] = json.loads((self.clone / FILE).read_text("utf-8"))
        return found


def bundle_certificates(folder: Path) -> Path:
    """Write what this machine believes, and the emulator's authority, into one file."""
    known = Path(find_secrets(os.environ)["ca"]).read_text("utf-8")
    bundle = folder / "bundle.crt"
    bundle.write_text(f"{known}\n{(folder / 'ca.crt').read_text('utf-8')}")
    return bundle


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """Make it, with an account of its own; all of it ends with the tests."""
    folder = tmp_path_factory.mktemp("by-docker")
    clone = folder / "clone"
    read_output(["git", "clone", "--quiet", str(ROOT), str(clone)], "git clone")
    template = json.dumps(adapt_template())
    (clone / PATH.relative_to(ROOT)).write_text(template, "utf-8")
    with run_emulator(folder, {}, ECR) as aws:
        trusted = bundle_certificates(folder)
        port = urlsplit(aws.endpoint).port or 0
        with (
            run_docker(folder, trusted, ECR) as engine,
            let_out(engine.pid, port),
            let_out(engine.pid, port, under=HTTPS),
        ):
            direct = f"{os.environ.get('NO_PROXY', '')},{ECR}"
            env = {
                **os.environ,
                **aws.env,
                **engine.env,
                "REQUESTS_CA_BUNDLE": str(trusted),
                "NO_PROXY": direct,
                "no_proxy": direct,
                "ENGINE": "docker",
                "BASE_IMAGE": NAME,
                "IMAGES_STACK": IMAGES_STACK,
            }
            yield Workplace(aws, engine, clone, env)


def test_docker_pushes_both_images_and_they_are_deployed(workplace: Workplace) -> None:
    """By the commands of the guide, on ECR's and CloudFormation's own APIs."""
    commit = workplace.commit()
    told = workplace.run("infra.images.push")
    digests = workplace.read_digests()
    assert list(digests) == ["commit", *FUNCTIONS]
    assert digests["commit"] == commit
    ecr = workplace.aws.client("ecr")
    for function in FUNCTIONS:
        assert f"building localhost/nyanpass-{function}:{commit}" in told
        assert f"MB compressed, {digests[function]}" in told
        repository = f"{IMAGES_STACK}/{function}"
        [pushed] = list_images(ecr, repository)
        assert pushed.tags == (commit,)
        assert digests[function] == f"{ECR}/{repository}@{pushed.digest}"
        sbom = [{"imageTag": name_sbom_tag(pushed.digest)}]
        assert ecr.batch_get_image(repositoryName=repository, imageIds=sbom)["images"]
    # The emulator lets everybody in; Docker would have had the password.
    settings = (workplace.engine.folder / "config" / "config.json").read_text("utf-8")
    assert ECR in json.loads(settings)["auths"]

    # What is there is not built again.
    assert "building" not in workplace.run("infra.images.push")
    assert workplace.read_digests() == digests

    assert "CREATE_COMPLETE" in workplace.deploy()
    functions = workplace.aws.client("lambda")
    for function in FUNCTIONS:
        found = functions.get_function(FunctionName=f"{STACK}-{function}")
        assert found["Code"]["ImageUri"] == digests[function]


def test_the_repositories_are_as_their_template_says(workplace: Workplace) -> None:
    """Who may pull, what expires, and that a tag stays with its image."""
    template = load_template(TEMPLATE.read_text("utf-8"))
    ecr = workplace.aws.client("ecr")
    for function, resource in zip(
        FUNCTIONS, Resolver(template, {}).resources().values(), strict=True
    ):
        wanted: dict[str, Any] = resource["Properties"]
        name = {"repositoryName": f"{IMAGES_STACK}/{function}"}
        policy = ecr.get_repository_policy(**name)["policyText"]
        assert json.loads(policy) == wanted["RepositoryPolicyText"]
        rules = ecr.get_lifecycle_policy(**name)["lifecyclePolicyText"]
        assert json.loads(rules) == json.loads(
            wanted["LifecyclePolicy"]["LifecyclePolicyText"]
        )
        listed = ecr.describe_repositories(repositoryNames=[name["repositoryName"]])
        [repository] = listed["repositories"]
        assert repository["imageTagMutability"] == wanted["ImageTagMutability"]
        scanning = wanted["ImageScanningConfiguration"]["ScanOnPush"]
        assert repository["imageScanningConfiguration"]["scanOnPush"] == scanning


def test_an_image_goes_when_it_neither_runs_nor_is_new(workplace: Workplace) -> None:
    """And all of them go with their stack, when nothing runs them."""
    first = workplace.read_digests()
    with (workplace.clone / "collector" / "__init__.py").open("a") as changed:
        changed.write("# Changed.\n")
    workplace.commit()
    keep_one = {"KEEP_IMAGES": "1"}
    assert "0 old images deleted" in workplace.run("infra.images.push", env=keep_one)
    second = workplace.read_digests()
    assert second["collector"] != first["collector"]
    assert second["renderer"] == first["renderer"]

    assert "UPDATE_COMPLETE" in workplace.deploy()
    assert "1 old image deleted" in workplace.run("infra.images.push", env=keep_one)
    repository = f"{IMAGES_STACK}/collector"
    [kept] = list_images(workplace.aws.client("ecr"), repository)
    assert second["collector"] == f"{ECR}/{repository}@{kept.digest}"

    images = {"IMAGES": "1", "YES": IMAGES_STACK}
    told = workplace.run("infra.operate", "destroy", expected=2, env=images)
    assert f"are run by {STACK}-collector, {STACK}-renderer" in told
    told = workplace.run("infra.operate", "destroy", env={**YES, "WITH_DATA": "1"})
    assert f"the images stay in {IMAGES_STACK}" in told
    workplace.run("infra.operate", "destroy", env=images)
    assert not workplace.aws.client("ecr").describe_repositories()["repositories"]
    assert not (workplace.clone / FILE).exists()
