# A role for each add-on that calls AWS; those of our own pods are in the module identity. Each trusts one ServiceAccount.

locals {
  addon_accounts = {
    vpc-cni    = "kube-system:aws-node"
    ebs-csi    = "kube-system:ebs-csi-controller-sa"
    cloudwatch = "amazon-cloudwatch:cloudwatch-agent" # the agent's and Fluent Bit's: the add-on gives them the same
  }

  oidc_host = replace(aws_iam_openid_connect_provider.this.url, "https://", "")
}

resource "aws_iam_role" "addon" {
  for_each = local.addon_accounts

  name = "${var.name}-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.this.arn }
      Condition = {
        StringEquals = {
          "${local.oidc_host}:sub" = "system:serviceaccount:${each.value}"
          "${local.oidc_host}:aud" = "sts.amazonaws.com"
        }
      }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "addon" {
  for_each = {
    vpc-cni = "AmazonEKS_CNI_Policy"
    ebs-csi = "service-role/AmazonEBSCSIDriverPolicy"
  }

  role       = aws_iam_role.addon[each.key].name
  policy_arn = "arn:aws:iam::aws:policy/${each.value}"
}

# Instead of AWS' CloudWatchAgentServerPolicy, which writes to every log group of the account.
resource "aws_iam_role_policy" "cloudwatch" {
  name = "write-logs-and-metrics"
  role = aws_iam_role.addon["cloudwatch"].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "WriteLogs"
        Effect = "Allow"
        Action = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
        Resource = flatten([for group in ["/aws/${var.name}/*", local.insights_log_group] : [
          "arn:aws:logs:${var.region}:${var.account_id}:log-group:${group}",
          "arn:aws:logs:${var.region}:${var.account_id}:log-group:${group}:*",
        ]])
      },
      {
        Sid       = "WriteMetrics"
        Effect    = "Allow"
        Action    = "cloudwatch:PutMetricData"
        Resource  = "*" # metrics have no ARN
        Condition = { StringEquals = { "cloudwatch:namespace" = ["ContainerInsights", "CWAgent"] } }
      },
      {
        Sid      = "KnowTheNode"
        Effect   = "Allow"
        Action   = ["ec2:DescribeInstances", "ec2:DescribeTags", "ec2:DescribeVolumes"]
        Resource = "*" # AWS knows no resource for these
      },
    ]
  })
}
