# Only the schema of the provider is used: no account, no credentials.
mock_provider "aws" {}

variables {
  account_id        = "123456789012"
  environment       = "production"
  github_repository = "comptoir/comptoir"
}

run "the_state_is_kept_and_private" {
  command = plan

  assert {
    condition     = aws_s3_bucket.state.bucket == "devops-ppp-terraform-123456789012" && aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled"
    error_message = "S4: every state before this one can be had again."
  }

  assert {
    condition     = [for rule in aws_s3_bucket_server_side_encryption_configuration.state.rule : rule.apply_server_side_encryption_by_default[0].sse_algorithm] == ["aws:kms"]
    error_message = "S4: the state is encrypted."
  }

  assert {
    condition = (aws_s3_bucket_public_access_block.state.block_public_acls && aws_s3_bucket_public_access_block.state.block_public_policy
    && aws_s3_bucket_public_access_block.state.ignore_public_acls && aws_s3_bucket_public_access_block.state.restrict_public_buckets)
    error_message = "S5: the state is nobody else's."
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.state.policy).Statement == [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::devops-ppp-terraform-123456789012", "arn:aws:s3:::devops-ppp-terraform-123456789012/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
    error_message = "S5: the state travels by TLS only."
  }
}

run "one_environment_of_one_repository_deploys" {
  command = plan

  override_resource {
    target          = aws_iam_openid_connect_provider.github
    override_during = plan
    values          = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }

  assert {
    condition = aws_iam_role.deployer.name == "devops-ppp-deployer" && jsondecode(aws_iam_role.deployer.assume_role_policy).Statement == [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
      Condition = { StringEquals = {
        "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
        "token.actions.githubusercontent.com:sub" = "repo:comptoir/comptoir:environment:production"
      } }
    }]
    error_message = "S5: the deployer trusts one environment of one repository, by its whole name."
  }
}

run "the_deployer_has_limits" {
  command = plan

  assert {
    condition     = alltrue([for policy in aws_iam_policy.deployer : length(policy.policy) <= 6144])
    error_message = "IAM takes 6,144 characters in a policy."
  }

  assert {
    condition     = alltrue([for policy in aws_iam_policy.deployer : !strcontains(policy.policy, "GetSecretValue") && !strcontains(policy.policy, "secretsmanager:*")])
    error_message = "S5: the deployer reads no secret."
  }

  assert {
    condition = alltrue(flatten([for policy in aws_iam_policy.deployer : [for statement in jsondecode(policy.policy).Statement :
      [for action in flatten([statement.Action]) : action != "*" && !startswith(action, "iam:*")]
    ]]))
    error_message = "S5: the deployer is not an administrator."
  }

  assert {
    condition = alltrue(flatten([for policy in aws_iam_policy.deployer : [for statement in jsondecode(policy.policy).Statement :
      [for resource in flatten([statement.Resource]) : resource != "*" || strcontains(jsonencode(try(statement.Condition, {})), "StringEquals")]
    ]]))
    error_message = "S5: where there is no name, there is a condition."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_policy.deployer["roles"].policy).Statement : statement.Resource if statement.Effect == "Deny"] == ["arn:aws:iam::123456789012:role/devops-ppp-deployer"]
    error_message = "S5: the deployer does not change itself."
  }
}

run "who_plans_reads_and_who_builds_pushes" {
  command = plan

  override_resource {
    target          = aws_iam_openid_connect_provider.github
    override_during = plan
    values          = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }

  assert {
    condition = { for key, role in aws_iam_role.workflow : role.name => jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] } == {
      "devops-ppp-planner"   = "repo:comptoir/comptoir:environment:production-plan"
      "devops-ppp-publisher" = "repo:comptoir/comptoir:environment:production-images"
    }
    error_message = "S5: each role trusts one environment of one repository, by its whole name."
  }

  assert {
    condition = alltrue(flatten([for statement in jsondecode(aws_iam_role_policy.workflow["planner"].policy).Statement :
      [for action in flatten([statement.Action]) : can(regex("^[a-z0-9]+:(Describe|Get|List|View)", action)) && action != "secretsmanager:GetSecretValue"]
    ]))
    error_message = "S5: who plans changes nothing, and reads no secret."
  }

  assert {
    condition = alltrue(flatten([for statement in jsondecode(aws_iam_role_policy.workflow["publisher"].policy).Statement :
      [for action in flatten([statement.Action]) : startswith(action, "ecr:") && !strcontains(action, "Delete") && !endswith(action, "*")]
    ]))
    error_message = "S5: who builds images only adds images."
  }
}

run "mistakes_are_refused" {
  command = plan

  variables {
    name              = "x"
    account_id        = "me"
    region            = "moon"
    environment       = "test"
    github_repository = "comptoir/*"
  }

  expect_failures = [var.name, var.account_id, var.region, var.environment, var.github_repository]
}
