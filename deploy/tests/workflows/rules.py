"""What every workflow here must be like, beyond what actionlint and zizmor know. Each rule takes a `Workflow` and yields what is wrong.
test_rules.py breaks each on purpose."""

import pathlib
import re

import parts
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[3]
PINNED = re.compile(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
LONGEST = 120  # minutes


class Workflow:
    """A workflow (or an action of ours): its text and what it means."""

    def __init__(self, name, text):
        self.name, self.text = name, text
        self.tree = yaml.safe_load(text)
        self.is_action = "runs" in self.tree
        self.jobs = self.tree.get("jobs", {})

    def steps(self):
        """Every step with the job it is in."""
        for name, job in self.jobs.items():
            for step in job.get("steps", []):
                yield name, step
        for step in self.tree.get("runs", {}).get("steps", []):
            yield "action", step

    def runs(self):
        return ((job, step["run"]) for job, step in self.steps() if "run" in step)

    def uses(self):
        """Each `uses:` as it is written, with its comment."""
        return re.findall(r"^[ -]*uses: *(.+?) *$", self.text, re.MULTILINE)


def all_of(root=ROOT):
    files = [*sorted(root.glob(".github/workflows/*.y*ml")), *sorted(root.glob(".github/actions/*/action.y*ml"))]
    return [Workflow(str(file.relative_to(root)), file.read_text()) for file in files]


def timeouts(workflow):
    for name, job in workflow.jobs.items():
        if "uses" not in job and not 0 < int(job.get("timeout-minutes", 0)) <= LONGEST:
            yield f"job {name} has no timeout, or one over {LONGEST} minutes"


def permissions(workflow):
    if not workflow.is_action and workflow.tree.get("permissions") != {}:
        yield "the workflow's own permissions are not {}: each job asks for its own"
    for name, job in workflow.jobs.items():
        if not isinstance(job.get("permissions"), dict):
            yield f"job {name} does not name its permissions"


def pins(workflow):
    for used in workflow.uses():
        if used.startswith("$/"):
            path = ROOT / used[2:]
            if not (path.is_file() or (path / "action.yml").is_file()):
                yield f"{used} does not exist"
        elif not PINNED.match(used):
            yield f"{used}: not pinned by a commit with its version as a comment"


def one_pin(workflows):
    """An action has one version in the whole repository."""
    pinned = {}
    for workflow in workflows:
        for used in workflow.uses():
            action = used.split("@")[0]
            if "@" in used and pinned.setdefault(action, used) != used:
                yield f"{workflow.name}: {used}, elsewhere {pinned[action]}"


def nothing_latest(workflow):
    for number, line in enumerate(workflow.text.splitlines(), 1):
        if re.search(r"\blatest\b", line.split(" #")[0]):
            yield f"line {number}: `latest` is another thing tomorrow"


def make_targets():
    return set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def named_targets(script):
    for words in re.findall(r"(?:^|[\s;&|])make((?: +[\w./=-]+)+)", script):
        yield from (word for word in words.split() if "=" not in word and not word.startswith("-"))


def targets(workflow):
    for job, script in workflow.runs():
        for target in named_targets(script):
            if target not in make_targets():
                yield f"job {job}: there is no `make {target}`"


def scripts(workflow):
    for job, script in workflow.runs():
        for name in re.findall(r"(?<![\w./-])scripts/[\w.-]+", script):
            if not (ROOT / name).is_file() or not (ROOT / name).stat().st_mode & 0o100:
                yield f"job {job}: {name} is no program"


def no_expressions_in_shell(workflow):
    for job, script in workflow.runs():
        if "${{" in script:
            yield f"job {job}: what is between ${{{{ }}}} becomes part of the command; hand it over by `env`"


def shell(workflow):
    """`bash` named is run with pipefail, not named it is not; and much here is piped."""
    if not workflow.is_action and workflow.tree.get("defaults", {}).get("run", {}).get("shell") != "bash":
        yield "defaults.run.shell is not bash"


def no_credentials_left(workflow):
    for job, step in workflow.steps():
        if step.get("uses", "").startswith("actions/checkout@") and step.get("with", {}).get("persist-credentials") is not False:
            yield f"job {job}: persist-credentials must be false"


def no_stored_key(workflow):
    if found := re.search(r"\bsecrets\.(?!GITHUB_TOKEN)\w+|secrets: inherit", workflow.text):
        yield f"{found[0]}: nothing here needs a stored secret"


def nothing_fetched_by_hand(workflow):
    for job, script in workflow.runs():
        if found := re.search(r"\b(curl|wget)\b", script):
            yield f"job {job}: {found[0]} brings what nobody has pinned"


def groups(workflow):
    if not workflow.is_action and "group" not in (workflow.tree.get("concurrency") or {}):
        yield "no concurrency group"


def cloud_behind_environment(workflow):
    """AWS believes jobs of an environment only; signing alone needs none."""
    for name, job in workflow.jobs.items():
        signs_in = any("configure-aws-credentials" in step.get("uses", "") for step in job.get("steps", []))
        if signs_in and not job.get("environment"):
            yield f"job {name} signs in to AWS outside of an environment"
        if signs_in and job.get("permissions", {}).get("id-token") != "write":
            yield f"job {name} signs in to AWS without id-token: write"


def never_ended_half_way(workflow):
    """What changes a cluster, an account or a registry runs to its end."""
    cancels = (workflow.tree.get("concurrency") or {}).get("cancel-in-progress")
    if pathlib.Path(workflow.name).stem in ("deploy", "images", "release") and cancels is not False:
        yield "concurrency must not cancel what is in progress"


def gate(workflow):
    """check.yml's one required job waits for all others that decide, and all of `make test` is there."""
    if pathlib.Path(workflow.name).stem != "check":
        return
    needs = set(workflow.jobs.get("gate", {}).get("needs", []))
    decide = {name for name, job in workflow.jobs.items() if not job.get("continue-on-error")}
    if missing := decide - needs - {"gate"}:
        yield f"gate does not need {', '.join(sorted(missing))}"
    if workflow.jobs.get("gate", {}).get("if") != "always()":
        yield "gate must run always: a skipped job counts as passed"
    run = {target for job, script in workflow.runs() if job in decide for target in named_targets(script)}
    if missing := {part.name for part in parts.TEST if part.checks} - run:
        yield f"no job runs make {' '.join(sorted(missing))}, which make test does"


def proofs(workflow):
    """prove.yml runs all of `make prove`, and a release waits for it."""
    stem = pathlib.Path(workflow.name).stem
    if stem == "prove":
        run = {target for _, script in workflow.runs() for target in named_targets(script)}
        if missing := {part.name for part in parts.PROVE} - run:
            yield f"no job runs make {' '.join(sorted(missing))}, which make prove does"
    if stem == "release":
        called = {name for name, job in workflow.jobs.items() if job.get("uses", "").endswith(("/check.yml", "/prove.yml"))}
        if len(called) != 2 or not called <= set(workflow.jobs["publish"].get("needs", [])):
            yield "a release must need check.yml and prove.yml"


EACH = (timeouts, permissions, pins, nothing_latest, targets, scripts, no_expressions_in_shell, shell, no_credentials_left, no_stored_key,
        nothing_fetched_by_hand, groups, cloud_behind_environment, never_ended_half_way, gate, proofs)


def problems(workflows):
    found = [f"{workflow.name}: {problem}" for workflow in workflows for rule in EACH for problem in rule(workflow)]
    return found + list(one_pin(workflows))
