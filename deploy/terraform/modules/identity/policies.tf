# What each role may do.

locals {
  secret_name = "${var.name}/app"

  # Only where the queues are encrypted by a key of ours: SQS' own key asks for nothing.
  queue_key = var.queue_kms_key_arn == null ? [] : [{
    Sid       = "QueueKey"
    Effect    = "Allow"
    Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
    Resource  = var.queue_kms_key_arn
    Condition = { StringEquals = { "kms:ViaService" = "sqs.${var.region}.amazonaws.com" } }
  }]

  # The worker: the brief's four actions (S3), and the one that lets it put a message back for later. On the two queues.
  sqs_consumer = concat([{
    Sid    = "WorkOnTheTwoQueues"
    Effect = "Allow"
    Action = [
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:SendMessage",
      "sqs:ChangeMessageVisibility",
    ]
    Resource = [var.queue_arn, var.dead_letter_queue_arn]
  }], local.queue_key)

  # The backend hands messages over, and never sees one again.
  backend = concat([{
    Sid      = "SendOnly"
    Effect   = "Allow"
    Action   = "sqs:SendMessage"
    Resource = var.queue_arn
  }], local.queue_key)

  # KEDA sizes the workers by the queue's length.
  keda = [{
    Sid      = "ReadTheLength"
    Effect   = "Allow"
    Action   = "sqs:GetQueueAttributes"
    Resource = var.queue_arn
  }]

  external_secrets = [
    {
      Sid      = "ReadTheOneSecret"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
      Resource = "arn:aws:secretsmanager:${var.region}:${var.account_id}:secret:${local.secret_name}-??????" # AWS adds six letters
    },
    {
      Sid       = "ItsKey"
      Effect    = "Allow"
      Action    = "kms:Decrypt"
      Resource  = var.kms_key_arn
      Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${var.region}.amazonaws.com" } }
    },
  ]

  cluster_autoscaler = [
    {
      Sid    = "Look"
      Effect = "Allow"
      Action = [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
      ]
      Resource = "*" # AWS knows no resource for these
    },
    {
      Sid      = "LookAtTheNodeGroups"
      Effect   = "Allow"
      Action   = "eks:DescribeNodegroup"
      Resource = "arn:aws:eks:${var.region}:${var.account_id}:nodegroup/${var.cluster_name}/*/*"
    },
    {
      Sid      = "Resize"
      Effect   = "Allow"
      Action   = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
      Resource = "arn:aws:autoscaling:${var.region}:${var.account_id}:autoScalingGroup:*:autoScalingGroupName/eks-*"
      Condition = {
        StringEquals = {
          "aws:ResourceTag/k8s.io/cluster-autoscaler/enabled"             = "true"
          "aws:ResourceTag/k8s.io/cluster-autoscaler/${var.cluster_name}" = "owned"
        }
      }
    },
  ]
}
