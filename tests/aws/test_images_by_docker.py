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

from infra.aws.template import load_template
from infra.images.build import FUNCTIONS
from infra.images.commit import ROOT, read_clean_commit
from infra.images.debian import NAME
from infra.images.digests import FILE
from infra.images.ecr import TEMPLATE
from infra.images.network import find_secrets
from infra.images.programs import read_output
from tests.aws.docker_engine import DockerEngine, run_docker
from tests.aws.emulator import Emulator, run_emulator
from tests.aws.zips import adapt_template
from tests.images.netns import let_out
from tests.resolved import ECR
from tests.resolver import Resolver

# Some minutes where nothing is in a cache, and the machine has more to do.
pytestmark = pytest.mark.timeout(900)
STACK, IMAGES_STACK = "by-docker", "nyanpass-count-images"
HTTPS = 443


@dataclass(frozen=True)
class Workplace:
    """A clone of the commit, where Docker answers and ECR's name leads to loopback."""

    aws: Emulator
    engine: DockerEngine
    clone: Path
    env: dict[str, str]

    def run(self, *command: str, expected: int = 0, **env: str) -> str:
        """Run a Python module in the clone; return what it printed."""
        done = subprocess.run(
            self.engine.enter(self.clone, [sys.executable, "-m", *command]),
            env={**self.env, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == expected, f"{command}: {done.stdout}"
        return done.stdout


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
    commit = read_clean_commit(workplace.clone)
    told = workplace.run("infra.images.push")
    digests = json.loads((workplace.clone / FILE).read_text("utf-8"))
    assert digests.pop("commit") == commit
    assert list(digests) == list(FUNCTIONS)
    ecr = workplace.aws.client("ecr")
    for function, address in digests.items():
        assert f"building localhost/nyanpass-{function}:{commit}" in told
        assert f"MB compressed, {address}" in told
        repository, _, digest = address.removeprefix(f"{ECR}/").partition("@")
        assert repository == f"{IMAGES_STACK}/{function}"
        [pushed] = ecr.describe_images(repositoryName=repository)["imageDetails"]
        assert (pushed["imageDigest"], pushed["imageTags"]) == (digest, [commit])

    # What is there is not built again.
    again = workplace.run("infra.images.push")
    assert "building" not in again
    assert json.loads((workplace.clone / FILE).read_text("utf-8")) == {
        "commit": commit,
        **digests,
    }

    # Lambda has no runtime here for an image; the functions are there all the same.
    arguments = {"STACK": STACK, "COUNT_URL": "http://127.0.0.1/"}
    arguments["ALARM_EMAIL"] = "operator@example.org"
    (workplace.clone / "infra/aws/template.yaml").write_text(
        json.dumps(adapt_template())
    )
    told = workplace.run("infra.operate", "deploy", expected=2, **arguments)
    assert "CREATE_COMPLETE" in told
    functions = workplace.aws.client("lambda")
    for function, address in digests.items():
        found = functions.get_function(FunctionName=f"{STACK}-{function}")
        assert found["Code"]["ImageUri"] == address


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
