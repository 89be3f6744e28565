# Two lesser roles for workflows, so that the deployer is taken only behind its environment's approval: who plans may read what the
# roots describe, who builds images may push them. Each trusts one environment of GitHub: `production-plan`, `production-images`.

locals {
  workflow_roles = {
    planner   = { environment = "${var.environment}-plan", policy = local.planner }
    publisher = { environment = "${var.environment}-images", policy = local.publisher }
  }

  planner = [
    { Sid = "ListState", Effect = "Allow", Action = "s3:ListBucket", Resource = local.bucket_arn },
    { Sid = "ReadState", Effect = "Allow", Action = "s3:GetObject", Resource = "${local.bucket_arn}/environments/${var.environment}.tfstate" },
    {
      Sid    = "Read"
      Effect = "Allow"
      Action = [
        "autoscaling:Describe*",
        "cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource",
        "ec2:Describe*",
        "ecr:DescribeRepositories", "ecr:GetLifecyclePolicy", "ecr:GetRepositoryPolicy", "ecr:ListTagsForResource",
        "eks:Describe*", "eks:List*",
        "kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListAliases", "kms:ListResourceTags",
        "logs:DescribeLogGroups", "logs:DescribeMetricFilters", "logs:DescribeResourcePolicies", "logs:ListTagsForResource",
        "rds:Describe*", "rds:ListTagsForResource",
        "secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy",
        "sns:GetSubscriptionAttributes", "sns:GetTopicAttributes", "sns:ListTagsForResource",
        "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags",
      ]
      Resource  = "*" # what exists under another name is drift, too
      Condition = local.in_region
    },
    {
      Sid    = "ReadRoles"
      Effect = "Allow"
      Action = [
        "iam:GetOpenIDConnectProvider", "iam:GetPolicy", "iam:GetPolicyVersion", "iam:GetRole", "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies", "iam:ListRolePolicies",
      ]
      Resource = [
        "arn:aws:iam::${var.account_id}:role/${var.name}-*", "arn:aws:iam::${var.account_id}:policy/${var.name}-*",
        "arn:aws:iam::${var.account_id}:oidc-provider/oidc.eks.${var.region}.amazonaws.com/*",
      ]
    },
    {
      Sid      = "ReadBudget"
      Effect   = "Allow"
      Action   = ["budgets:ListTagsForResource", "budgets:ViewBudget"]
      Resource = "arn:aws:budgets::${var.account_id}:budget/${var.name}*"
    },
  ]

  publisher = [
    { Sid = "SignInToImages", Effect = "Allow", Action = "ecr:GetAuthorizationToken", Resource = "*", Condition = local.in_region },
    {
      Sid    = "PushImages"
      Effect = "Allow"
      Action = [
        "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeImages", "ecr:DescribeRepositories",
        "ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
      ]
      Resource = [for name in ["backend", "frontend"] : "arn:aws:ecr:${local.here}:repository/${name}"]
    },
  ]
}

resource "aws_iam_role" "workflow" {
  for_each = local.workflow_roles

  name = "${var.name}-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = {
        StringEquals = {
          "${local.github_host}:aud" = "sts.amazonaws.com"
          "${local.github_host}:sub" = "repo:${var.github_repository}:environment:${each.value.environment}"
        }
      }
    }]
  })
}

resource "aws_iam_role_policy" "workflow" {
  for_each = local.workflow_roles

  name   = each.key
  role   = aws_iam_role.workflow[each.key].name
  policy = jsonencode({ Version = "2012-10-17", Statement = each.value.policy })
}
