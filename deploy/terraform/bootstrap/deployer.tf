# The role that GitHub's workflows take, without a key that could be lost: GitHub says in a signed token which repository and
# which environment a job runs in, and only the one environment's jobs (behind its approval) are believed.

locals {
  github_host   = "token.actions.githubusercontent.com"
  deployer_name = "${var.name}-deployer"
  deployer_arn  = "arn:aws:iam::${var.account_id}:role/${local.deployer_name}"
}

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://${local.github_host}"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "deployer" {
  name                 = local.deployer_name
  max_session_duration = 7200 # a first apply waits for a cluster and a database
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = {
        StringEquals = {
          "${local.github_host}:aud" = "sts.amazonaws.com"
          "${local.github_host}:sub" = "repo:${var.github_repository}:environment:${var.environment}"
        }
      }
    }]
  })
}

# Several policies, as IAM takes 6,144 characters in each.
resource "aws_iam_policy" "deployer" {
  for_each = local.deployer_policies

  name   = "${local.deployer_name}-${each.key}"
  policy = jsonencode({ Version = "2012-10-17", Statement = each.value })
}

resource "aws_iam_role_policy_attachment" "deployer" {
  for_each = local.deployer_policies

  role       = aws_iam_role.deployer.name
  policy_arn = aws_iam_policy.deployer[each.key].arn
}
