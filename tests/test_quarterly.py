"""The district's repository runs as written: its workflow, its job and its hook, with only the install left out."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from safescore.cli.config import read_config
from safescore.report import REPORTS
from safescore.source import read

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "quarterly-submissions"
WORKFLOW = ".github/workflows/safescore.yml"
SHELL = shutil.which("bash")
pytestmark = pytest.mark.skipif(SHELL is None, reason="the commands of a runner are for bash")


@pytest.fixture
def district(tmp_path: Path) -> Path:
    """Return a copy of the repository."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "district"))


@pytest.fixture
def runner(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a runner on which safescore is installed."""
    tools = tmp_path / "bin"
    tools.mkdir()
    command = tools / "safescore"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m safescore "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    (tmp_path / "output").touch()
    (tmp_path / "summary").touch()
    return {
        **os.environ,
        "PATH": path,
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONIOENCODING": "utf-8",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }


def script(lines: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run what a runner would run, as it would."""
    assert SHELL is not None
    command = [SHELL, "--noprofile", "--norc", "-eo", "pipefail", "-c", lines]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)


def parsed(path: Path, tmp_path: Path) -> Any:
    """Return the content of a YAML file, whose key ``on`` is no flag."""
    copy = tmp_path / "parsed.yaml"
    copy.write_text(re.sub(r"^on:$", '"on":', path.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")
    return read(copy).content


def steps(tmp_path: Path) -> list[dict[str, Any]]:
    (job,) = parsed(EXAMPLE / WORKFLOW, tmp_path)["jobs"].values()
    return [step for step in job["steps"] if "run" in step and step["name"] != "Install"]


def workflow(district: Path, runner: dict[str, str], tmp_path: Path) -> list[subprocess.CompletedProcess[str]]:
    """Run the steps of the workflow up to the first that fails."""
    done = []
    for step in steps(tmp_path):
        done.append(script(step["run"], district, runner))
        if done[-1].returncode:
            break
    return done


def changed(district: Path, name: str, before: str, after: str) -> None:
    """Change a submission at one place."""
    path = district / "submissions" / "2022Q3" / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_there_are_organisations_and_quarters() -> None:
    quarters = {
        folder.name: sorted(path.stem for path in folder.iterdir()) for folder in (EXAMPLE / "submissions").iterdir()
    }
    assert sorted(quarters) == ["2022Q1", "2022Q2", "2022Q3"]
    assert len(quarters["2022Q1"]) == 4
    assert quarters["2022Q1"] == quarters["2022Q2"] == quarters["2022Q3"]


def test_the_workflow_passes_as_it_stands(district: Path, runner: dict[str, str], tmp_path: Path) -> None:
    done = workflow(district, runner, tmp_path)
    assert [one.returncode for one in done] == [0, 0], done[-1].stderr
    assert "dadukou-2022.local-supervision不再出现：当时未达到，现为达到" in done[-1].stderr
    assert "::notice" in done[-1].stdout
    run = json.loads((district / "reports" / "gaps.sarif").read_text("utf-8"))["runs"][0]
    assert run["results"]
    assert (district / "reports" / "duties.xml").read_text("utf-8").startswith("<?xml")
    assert (district / "reports" / "report.md").read_text("utf-8").startswith("# ")
    uploads = [step for step in parsed(EXAMPLE / WORKFLOW, tmp_path)["jobs"]["check"]["steps"] if "if" in step]
    assert [step["with"].get("sarif_file", step["with"].get("path")) for step in uploads] == [
        "reports/gaps.sarif",
        "reports",
    ]


@pytest.mark.parametrize(
    ("name", "before", "after", "code"),
    [
        pytest.param("songling", "local_supervision: true", "local_supervision: false", 0, id="a gap as before"),
        pytest.param("jiangwan", "local_supervision: true", "local_supervision: false", 1, id="a new gap"),
        pytest.param("jiangwan", "local_supervision: true", "local_supervision:", 3, id="a new blank"),
        pytest.param("jiangwan", "local_supervision: true", "local_supervison: true", 2, id="a slip of the pen"),
        pytest.param(
            "hengtong-machinery", "    - {plant_head: 厂长, checked_on: 2022-08-19}\n", "", 1, id="a larger gap"
        ),
    ],
)
def test_what_the_workflow_answers(
    district: Path, runner: dict[str, str], tmp_path: Path, name: str, before: str, after: str, code: int
) -> None:
    changed(district, name, before, after)
    *_, gate = steps(tmp_path)
    assert script(gate["run"], district, runner).returncode == code


def test_a_fault_of_any_quarter_stops_the_workflow(district: Path, runner: dict[str, str], tmp_path: Path) -> None:
    (district / "submissions" / "2022Q1" / "jiangwan.yaml").write_text("organization: {}\n", encoding="utf-8")
    (done,) = workflow(district, runner, tmp_path)
    assert done.returncode == 2
    assert "submissions/2022Q1/jiangwan.yaml:1:" in done.stderr


def test_the_gitlab_job(district: Path, runner: dict[str, str], tmp_path: Path) -> None:
    (job,) = parsed(EXAMPLE / ".gitlab-ci.yml", tmp_path).values()
    assert job["before_script"] == ["pip install safescore"]
    assert script("\n".join(job["script"]), district, runner).returncode == 0
    reports = job["artifacts"]["reports"]
    assert isinstance(json.loads((district / reports["codequality"]).read_text("utf-8")), list)
    assert (district / reports["junit"]).is_file()
    changed(district, "jiangwan", "local_supervision: true", "local_supervision: false")
    assert script("\n".join(job["script"]), district, runner).returncode == 1


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("git") is None, reason="pre-commit works on a git repository")
def test_the_hook(district: Path, runner: dict[str, str], tmp_path: Path) -> None:
    """pre-commit itself reads the configuration and runs the hook, in this environment instead of one of its own."""
    pytest.importorskip("pre_commit")
    config = district / ".pre-commit-config.yaml"
    (hook,) = read(config).content["repos"][0]["hooks"]
    assert hook["additional_dependencies"] == ["safescore"]
    text = config.read_text("utf-8").replace("language: python", "language: system")
    config.write_text(text.replace("        additional_dependencies: [safescore]\n", ""), encoding="utf-8")
    git(district, "init", "-q")
    git(district, "add", ".")
    command = [sys.executable, "-m", "pre_commit", "run", "--files"]
    environment = {**runner, "PRE_COMMIT_HOME": str(tmp_path / "home")}

    def run(*names: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([*command, *names], cwd=district, env=environment, capture_output=True, check=False)

    done = run("submissions/2022Q3/jiangwan.yaml", "submissions/2022Q3/songling.yaml")
    assert done.returncode == 0, done.stdout
    assert "no files to check" in run("README.md").stdout.decode()
    changed(district, "jiangwan", "local_supervision: true", "local_supervision: false")
    done = run("submissions/2022Q3/jiangwan.yaml")
    assert (done.returncode, "门槛未达到：jiangwan" in done.stdout.decode()) == (1, True)


def test_the_hooks_that_others_use(district: Path, runner: dict[str, str]) -> None:
    hooks = {hook["id"]: hook for hook in read(copied(ROOT / ".pre-commit-hooks.yaml", district)).content}
    assert sorted(hooks) == ["safescore-check", "safescore-lint", "safescore-test"]
    check = hooks["safescore-check"]
    files = [str(path.relative_to(district)) for path in sorted(district.rglob("*")) if path.is_file()]
    chosen = [name for name in files if re.search(check["files"], name)]
    assert len(chosen) == 12
    latest = [name for name in chosen if "2022Q3" in name]
    assert script(" ".join([check["entry"], *check["args"], *latest]), district, runner).returncode == 0
    pack = shutil.copytree(ROOT / "rules" / "dadukou-2022", district / "our-pack")
    for name in ("safescore-lint", "safescore-test"):
        assert hooks[name]["pass_filenames"] is False
        done = script(f"{hooks[name]['entry']} {pack}", district, runner)
        assert done.returncode == 0, done.stdout


def copied(path: Path, folder: Path) -> Path:
    """Return a copy whose name ends as YAML."""
    return Path(shutil.copy(path, folder / "copied.yaml"))


@pytest.mark.skipif(shutil.which("git") is None, reason="pre-commit imports git")
def test_pre_commit_accepts_the_hooks(tmp_path: Path) -> None:
    pytest.importorskip("pre_commit")
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    assert subprocess.run(command, capture_output=True, check=False, cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("github-workflows", EXAMPLE / WORKFLOW),
        ("github-actions", ROOT / "action.yml"),
        ("gitlab-ci", EXAMPLE / ".gitlab-ci.yml"),
    ],
)
def test_the_files_are_what_their_readers_expect(schema: str, path: Path) -> None:
    pytest.importorskip("check_jsonschema")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(path)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        pytest.param({"facts": "submissions/2022Q3/*.yaml"}, 0, id="the settings of the repository"),
        pytest.param({"facts": "submissions/2022Q3/*.yaml", "arguments": "--min-score 99"}, 1, id="arguments"),
        pytest.param({"facts": "submissions/2022Q4/*.yaml"}, 2, id="no file"),
        pytest.param(
            {
                "facts": "submissions/2022Q3/hengtong-machinery.yaml submissions/2022Q3/jiangwan.yaml",
                "arguments": "--no-config --fail-on not-satisfied --only unknown",
            },
            1,
            id="several words",
        ),
        pytest.param(
            {"facts": "submissions/2022Q3/jiangwan.yaml", "sarif": "a b.sarif", "junit": "duties.xml"}, 0, id="files"
        ),
        pytest.param({"facts": "x; touch stolen", "arguments": "$(touch stolen)"}, 2, id="no command in an input"),
    ],
)
def test_the_action(district: Path, runner: dict[str, str], tmp_path: Path, inputs: dict[str, str], code: int) -> None:
    content = parsed(ROOT / "action.yml", tmp_path)
    assert content["runs"]["using"] == "composite"
    install, check = content["runs"]["steps"]
    assert install["name"] == "Install"
    assert set(inputs) <= set(content["inputs"])
    names = {key: re.fullmatch(r"\$\{\{ inputs\.([a-z]+) \}\}", value) for key, value in check["env"].items()}
    given = {key: inputs.get(found[1], "") for key, found in names.items() if found}
    assert set(given) == set(check["env"])
    done = script(check["run"], district, {**runner, **given})
    assert done.returncode == code, done.stderr
    assert Path(runner["GITHUB_OUTPUT"]).read_text("utf-8") == f"exit-code={code}\n"
    assert not (district / "stolen").exists()
    for format_ in ("sarif", "junit"):
        assert not inputs.get(format_) or (district / inputs[format_]).is_file()


def test_only_formats_that_there_are() -> None:
    named = set()
    for path in (EXAMPLE / WORKFLOW, EXAMPLE / ".gitlab-ci.yml", ROOT / "action.yml"):
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"--output \"?([a-z]+):", text)) | set(re.findall(r"--format ([a-z]+)", text))
    assert named <= set(REPORTS)
    assert {"github", "gitlab", "sarif", "junit", "markdown"} <= named


def test_the_settings_and_the_baseline_are_those_of_the_readme() -> None:
    assert read_config(EXAMPLE / "safescore.toml").values["baseline"] == "baseline.json"
    text = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    for path in (
        *(EXAMPLE / "submissions" / "2022Q3").iterdir(),
        EXAMPLE / "safescore.toml",
        EXAMPLE / "baseline.json",
    ):
        assert path.name in text


def test_the_baseline_is_what_its_command_writes(district: Path, runner: dict[str, str]) -> None:
    """But for digests and the tool's version, which follow every byte of the packs."""
    command = "safescore check submissions/2022Q2/*.yaml --no-config --quiet --create-baseline new.json"
    assert script(command, district, runner).returncode == 0
    kept, new = (json.loads((district / name).read_text("utf-8")) for name in ("baseline.json", "new.json"))
    for content in (kept, new):
        content.pop("tool")
        for one in content["assessments"]:
            one.pop("digests")
    assert new == kept
