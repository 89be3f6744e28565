"""What scripts/check-privilege runs, beside MariaDB."""

import json
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from cloud import ACCOUNT, Cloud  # noqa: E402
from job import Job  # noqa: E402

ROLES = {"sqs-consumer": "devops-ppp-sqs-consumer", "backend": "devops-ppp-backend"}
# What a pod that was taken over would try, beside its own work.
FORBIDDEN = ["CreateQueue", "DeleteQueue", "PurgeQueue", "SetQueueAttributes", "AddPermission", "ListQueues", "GetQueueUrl",
             "TagQueue", "ListDeadLetterSourceQueues"]


def resources(module):
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from resources(child)


def policies(plan):
    found = {}
    for resource in resources(json.loads(plan.read_text())["planned_values"]["root_module"]):
        if resource["type"] == "aws_iam_role_policy" and resource.get("index") in ROLES:
            found[resource["index"]] = json.loads(resource["values"]["policy"])
    assert set(found) == set(ROLES), f"the plan has policies for {sorted(found)} only"
    return found


def actions(policy):
    listed = [statement["Action"] for statement in policy["Statement"] if statement["Sid"] != "QueueKey"]
    return [action for each in listed for action in ([each] if isinstance(each, str) else each)]


def without(policy, action):
    statements = []
    for statement in policy["Statement"]:
        kept = [one for one in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]) if one != action]
        statements += [{**statement, "Action": kept}] if kept else []
    # IAM takes no policy without a statement.
    nothing = {"Sid": "Nothing", "Effect": "Deny", "Action": "sqs:*", "Resource": "*"}
    return {**policy, "Statement": statements or [nothing]}


def check_refusals(cloud, wanted):
    count = 0
    for role, policy in wanted.items():
        own = {action.split(":")[1] for action in actions(policy)}
        client = cloud.client_of(role)
        for action in [*FORBIDDEN, "SendMessage", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility"]:
            # Its own actions are for its own queues: here they are tried on another's.
            queue = cloud.foreign if action in own else cloud.queue
            assert cloud.is_denied(client, action, queue), f"{role} may {action} on {queue}"
            count += 1
    backend = cloud.client_of("backend")
    assert cloud.is_denied(backend, "SendMessage", cloud.dead), "the backend may write to the dead letters"
    return count + 1


def try_the_job(program, given, patience):
    """With a new account's queues, so that nothing is left of the run before."""
    with tempfile.TemporaryDirectory(prefix="comptoir-privilege-") as folder, Cloud(pathlib.Path(folder)) as cloud:
        for role, policy in given.items():
            cloud.make_role(role, ROLES[role], policy)
        done = Job(cloud, program, os.environ["COMPTOIR_TEST_MYSQL_URL"]).run(patience)
        return done, check_refusals(cloud, given)


def main():
    plan, program = pathlib.Path(sys.argv[1]), sys.argv[2]
    wanted = policies(plan)
    print(f"  account {ACCOUNT}: roles as planned, {sum(map(len, map(actions, wanted.values())))} actions", flush=True)
    done, refused = try_the_job(program, wanted, patience=60)
    print(f"  the whole job: {', '.join(done)}\n  {refused} other requests denied", flush=True)
    for role, policy in wanted.items():
        for action in actions(policy):
            try:
                try_the_job(program, {**wanted, role: without(policy, action)}, patience=15)
            except AssertionError as failure:
                print(f"  {role} without {action}: {failure}"[:250], flush=True)
            else:
                sys.exit(f"check-privilege: {role} does its job without {action}: take it out of the policy")
    print("check-privilege: every action that a role has is needed, and none is missing")


main()
