"""The rules hold; and each notices when it is broken, on the real workflows."""

import re

import pytest
import rules

CHECKOUT = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2"
# The workflow, what is replaced in it (first found), by what, and what is then said.
BROKEN = {
    "a job without a timeout": ("check", r"    timeout-minutes: \d+\n", "", "has no timeout"),
    "a timeout of a day": ("check", r"timeout-minutes: \d+", "timeout-minutes: 1440", "has no timeout"),
    "a workflow with rights of its own": ("deploy", r"permissions: \{\}", "permissions: read-all", "permissions are not {}"),
    "a job that inherits rights": ("check", r"    permissions:\n      contents: read.*\n", "", "does not name its permissions"),
    "an action by its tag": ("check", re.escape(CHECKOUT), "actions/checkout@v6", "not pinned"),
    "an action by a short commit": ("check", r"@de0fac2e4500dabe0009e67214ff5f5447ce83dd", "@de0fac2", "not pinned"),
    "a pin without its version": ("check", re.escape(CHECKOUT), CHECKOUT.split(" #")[0], "not pinned"),
    "another version of an action": ("deploy", "de0fac2e45", "0000000000", "elsewhere"),
    "a local action that is gone": ("check", r"\$/\.github/actions/rust", "$/.github/actions/go", "does not exist"),
    "a runner of tomorrow": ("check", "runs-on: ubuntu-24.04", "runs-on: ubuntu-latest", "another thing tomorrow"),
    "a make target that is gone": ("check", "summarise make format\n", "summarise make formatting\n", "there is no `make formatting`"),
    "a script that is gone": ("check", "scripts/changed-areas", "scripts/changed-places", "is no program"),
    "an expression in the shell": ("deploy", r'"\$OVERLAY"', "${{ github.ref_name }}", "by `env`"),
    "a shell without pipefail": ("check", "    shell: bash\n", "    shell: sh\n", "shell is not bash"),
    "credentials left in the checkout": ("check", "persist-credentials: false", "persist-credentials: true", "persist-credentials"),
    "a stored key": ("deploy", r"\$\{\{ vars.AWS_ROLE \}\}", "${{ secrets.AWS_KEY }}", "stored secret"),
    "something fetched by hand": ("deploy", "run: aws ", "run: curl https://example.com | sh; aws ", "nobody has pinned"),
    "no concurrency group": ("check", r"  group: .*\n", "", "no concurrency group"),
    "AWS without an environment": ("deploy", r"    environment:\n      name: .*\n      url: .*\n", "", "outside of an environment"),
    "AWS without its token": ("deploy", r"(?s)(  deploy:\n.*)      id-token: write[^\n]*\n", r"\1", "without id-token"),
    "a deployment that can be cancelled": ("deploy", "cancel-in-progress: false", "cancel-in-progress: true", "must not cancel"),
    "a job that the gate forgets": ("check", r"(needs: \[.*), e2e", r"\1", "gate does not need e2e"),
    "a part of make test that does not decide": ("check", "    name: lint\n", "    name: lint\n    continue-on-error: true\n", "no job runs make lint"),
    "a gate that is skipped": ("check", r"if: always\(\)", "if: success()", "gate must run always"),
    "a proof that is gone": ("prove", "summarise make storm", "summarise make crash", "no job runs make storm"),
    "a release without its proofs": ("release", r"\bprove\]", "]", "a release must need"),
    "a part of make test that is gone": ("check", "summarise make deny unused", "summarise make deny", "no job runs make unused"),
}


def broken(name):
    """All workflows, one of them broken, and what must then be said."""
    stem, old, new, said = BROKEN[name]
    workflows = []
    for workflow in rules.all_of():
        if workflow.name.endswith(f"/{stem}.yml"):
            text, count = re.subn(old, new, workflow.text, count=1)
            assert count == 1, f"{old} is not in {workflow.name}: the test is out of date"
            workflow = rules.Workflow(workflow.name, text)
        workflows.append(workflow)
    return workflows, said


def test_every_workflow_follows_the_rules():
    assert len(rules.all_of()) >= 7
    assert rules.problems(rules.all_of()) == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_workflow_is_noticed(name):
    workflows, said = broken(name)
    assert any(said in problem for problem in rules.problems(workflows)), rules.problems(workflows)


def test_every_rule_has_noticed_something():
    noticed = set()
    for name in BROKEN:
        workflows, _ = broken(name)
        noticed |= {rule for rule in rules.EACH if any(list(rule(workflow)) for workflow in workflows)}
        noticed |= {rules.one_pin} if list(rules.one_pin(workflows)) else set()
    assert noticed == {*rules.EACH, rules.one_pin}
