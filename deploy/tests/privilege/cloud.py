"""An account of its own: ministack with IAM enforced, the queues of the brief, and roles for the cluster's ServiceAccounts."""

import base64
import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from emulator import Emulator

ACCOUNT, REGION = "123456789012", "us-east-1"
ISSUER = "oidc.eks.us-east-1.amazonaws.com/id/ABCDEF0123456789"
SUBJECT = {"sqs-consumer": "system:serviceaccount:devops-ppp:sqs-consumer", "backend": "system:serviceaccount:devops-ppp:backend"}
# IAM knows no actions for batches: the right to send is the right to send ten
# (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html). The emulator
# takes them for actions of their own, so it is given them with the others.
BATCHED = ("sqs:SendMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility")
DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")


def token(subject):
    """As the cluster gives to a pod: who it is, signed by nobody here."""
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = {"iss": f"https://{ISSUER}", "sub": subject, "aud": "sts.amazonaws.com"}
    return f"{part({'alg': 'RS256'})}.{part(claims)}.{part('none')}"


class Cloud:
    def __init__(self, folder):
        self.folder, self.arns = folder, {}

    def __enter__(self):
        self.emulator = Emulator(self.folder, "sqs,iam,sts", AUTH="true", LOG_LEVEL="WARNING")
        self.endpoint = self.emulator.wait_ready().endpoint
        self.sqs, self.iam = self.client("sqs", ACCOUNT), self.client("iam", ACCOUNT)
        self.dead = self.sqs.create_queue(QueueName="devops-ppp-orders-dlq")["QueueUrl"]
        self.foreign = self.sqs.create_queue(QueueName="somebody-elses")["QueueUrl"]
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:devops-ppp-orders-dlq"
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "5"})
        self.queue = self.sqs.create_queue(QueueName="devops-ppp-orders", Attributes={"RedrivePolicy": redrive})["QueueUrl"]
        return self

    def __exit__(self, *_):
        self.emulator.terminate()
        self.emulator.wait()

    def client(self, service, key, secret="secret", session=None):
        config = Config(retries={"max_attempts": 1}, proxies={})
        return boto3.client(service, endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id=key,
                            aws_secret_access_key=secret, aws_session_token=session, config=config)

    def make_role(self, role, name, policy):
        conditions = {"StringEquals": {f"{ISSUER}:sub": SUBJECT[role], f"{ISSUER}:aud": "sts.amazonaws.com"}}
        trust = {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Condition": conditions,
            "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"}}]}
        self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        self.arns[role] = f"arn:aws:iam::{ACCOUNT}:role/{name}"
        (self.folder / f"{role}.token").write_text(token(SUBJECT[role]))
        self.change_policy(role, policy)

    def change_policy(self, role, policy):
        policy = json.loads(json.dumps(policy))
        for statement in policy["Statement"]:
            actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
            statement["Action"] = actions + [f"{action}Batch" for action in actions if action in BATCHED]
        name = self.arns[role].rsplit("/", 1)[1]
        self.iam.put_role_policy(RoleName=name, PolicyName="what-it-may", PolicyDocument=json.dumps(policy))

    def environment(self, role):
        """As the cluster's webhook for IRSA sets it in a pod."""
        return {"AWS_ENDPOINT_URL": self.endpoint, "AWS_REGION": REGION, "AWS_ROLE_ARN": self.arns[role],
                "AWS_WEB_IDENTITY_TOKEN_FILE": str(self.folder / f"{role}.token"), "SQS_QUEUE_URL": self.queue}

    def client_of(self, role):
        sts = self.client("sts", ACCOUNT)
        given = sts.assume_role_with_web_identity(RoleArn=self.arns[role], RoleSessionName="test",
                                                  WebIdentityToken=(self.folder / f"{role}.token").read_text())["Credentials"]
        return self.client("sqs", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])

    def is_denied(self, client, action, queue):
        url, handle = {"QueueUrl": queue}, {"ReceiptHandle": "x"}
        calls = {
            "CreateQueue": lambda: client.create_queue(QueueName="mine"),
            "DeleteQueue": lambda: client.delete_queue(**url),
            "PurgeQueue": lambda: client.purge_queue(**url),
            "SetQueueAttributes": lambda: client.set_queue_attributes(**url, Attributes={"DelaySeconds": "1"}),
            "AddPermission": lambda: client.add_permission(**url, Label="all", AWSAccountIds=[ACCOUNT], Actions=["*"]),
            "ListQueues": client.list_queues,
            "GetQueueUrl": lambda: client.get_queue_url(QueueName=queue.rsplit("/", 1)[1]),
            "TagQueue": lambda: client.tag_queue(**url, Tags={"a": "b"}),
            "ListDeadLetterSourceQueues": lambda: client.list_dead_letter_source_queues(**url),
            "SendMessage": lambda: client.send_message(**url, MessageBody="x"),
            "ReceiveMessage": lambda: client.receive_message(**url),
            "DeleteMessage": lambda: client.delete_message(**url, **handle),
            "GetQueueAttributes": lambda: client.get_queue_attributes(**url, AttributeNames=["All"]),
            "ChangeMessageVisibility": lambda: client.change_message_visibility(**url, **handle, VisibilityTimeout=1),
        }
        try:
            calls[action]()
        except ClientError as refused:
            return refused.response["Error"]["Code"].split("#")[-1] in DENIED
        return False
