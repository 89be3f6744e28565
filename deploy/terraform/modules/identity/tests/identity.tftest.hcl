# Only the schema of the provider is used: no account, no credentials.
mock_provider "aws" {}

variables {
  account_id            = "123456789012"
  cluster_name          = "devops-ppp"
  oidc_provider_arn     = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC"
  oidc_issuer_host      = "oidc.eks.us-east-1.amazonaws.com/id/ABC"
  queue_arn             = "arn:aws:sqs:us-east-1:123456789012:devops-ppp-orders"
  dead_letter_queue_arn = "arn:aws:sqs:us-east-1:123456789012:devops-ppp-orders-dlq"
  kms_key_arn           = "arn:aws:kms:us-east-1:123456789012:key/1"
}

run "each_role_trusts_one_service_account" {
  command = plan

  assert {
    condition = { for role in aws_iam_role.this : role.name => jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["oidc.eks.us-east-1.amazonaws.com/id/ABC:sub"] } == {
      devops-ppp-sqs-consumer             = "system:serviceaccount:devops-ppp:sqs-consumer"
      devops-ppp-backend                  = "system:serviceaccount:devops-ppp:backend"
      devops-ppp-keda                     = "system:serviceaccount:keda:keda-operator"
      devops-ppp-external-secrets         = "system:serviceaccount:external-secrets:external-secrets"
      devops-ppp-cluster-autoscaler       = "system:serviceaccount:kube-system:cluster-autoscaler"
      devops-ppp-load-balancer-controller = "system:serviceaccount:kube-system:aws-load-balancer-controller"
    }
    error_message = "K3, S5: a role is for one ServiceAccount."
  }

  assert {
    condition = alltrue([for role in aws_iam_role.this :
      jsondecode(role.assume_role_policy).Statement[0].Principal == { Federated = var.oidc_provider_arn } &&
      jsondecode(role.assume_role_policy).Statement[0].Action == "sts:AssumeRoleWithWebIdentity" &&
      jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["oidc.eks.us-east-1.amazonaws.com/id/ABC:aud"] == "sts.amazonaws.com" &&
      length(jsondecode(role.assume_role_policy).Statement) == 1
    ])
    error_message = "S5: only this cluster's tokens, made for AWS, are believed."
  }
}

run "the_worker_has_the_briefs_actions_on_two_queues" {
  command = plan

  assert {
    condition = jsondecode(output.sqs_consumer_policy_json).Statement == [{
      Sid      = "WorkOnTheTwoQueues"
      Effect   = "Allow"
      Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:SendMessage", "sqs:ChangeMessageVisibility"]
      Resource = ["arn:aws:sqs:us-east-1:123456789012:devops-ppp-orders", "arn:aws:sqs:us-east-1:123456789012:devops-ppp-orders-dlq"]
    }]
    error_message = "S3: the worker's actions, on the two queues."
  }

  assert {
    condition     = aws_iam_role_policy.this["sqs-consumer"].policy == output.sqs_consumer_policy_json && aws_iam_role_policy.this["backend"].policy == output.backend_policy_json
    error_message = "What is shown is what IAM gets."
  }
}

run "the_backend_only_sends" {
  command = plan

  assert {
    condition = jsondecode(output.backend_policy_json).Statement == [{
      Sid      = "SendOnly"
      Effect   = "Allow"
      Action   = "sqs:SendMessage"
      Resource = "arn:aws:sqs:us-east-1:123456789012:devops-ppp-orders"
    }]
    error_message = "S3: the backend may send to the main queue, and nothing else."
  }
}

run "a_key_of_our_own_is_allowed_through_sqs_only" {
  command = plan

  variables {
    queue_kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/2"
  }

  assert {
    condition = alltrue([for policy in [output.sqs_consumer_policy_json, output.backend_policy_json] : jsondecode(policy).Statement[1] == {
      Sid       = "QueueKey"
      Effect    = "Allow"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = "arn:aws:kms:us-east-1:123456789012:key/2"
      Condition = { StringEquals = { "kms:ViaService" = "sqs.us-east-1.amazonaws.com" } }
    }])
    error_message = "S5: the queues' key comes with the queues."
  }
}

run "no_policy_says_everything" {
  command = plan

  assert {
    condition     = alltrue(flatten([for policy in local.policies : [for statement in jsondecode(policy).Statement : [for action in flatten([statement.Action]) : !endswith(action, "*")]]]))
    error_message = "S5: actions are named, one by one."
  }

  # Describing has no resource in AWS; the same Sid everywhere makes such a statement stand out.
  assert {
    condition     = alltrue(flatten([for policy in local.policies : [for statement in jsondecode(policy).Statement : [for resource in flatten([statement.Resource]) : resource != "*" || statement.Sid == "Look"]]]))
    error_message = "S5: whoever may do anything to something has its name."
  }

  assert {
    condition = alltrue(flatten([for policy in local.policies : [for statement in jsondecode(policy).Statement :
      [for action in flatten([statement.Action]) : length(regexall(":(Describe|Get|List)", action)) == 1] if statement.Sid == "Look"
    ]]))
    error_message = "S5: whoever may look everywhere only looks."
  }

  assert {
    condition     = alltrue([for policy in local.policies : length(policy) < 10240])
    error_message = "IAM takes 10,240 characters in a role's own policies."
  }
}

run "the_autoscaler_resizes_its_own_group_only" {
  command = plan

  assert {
    condition = [for statement in jsondecode(local.policies["cluster-autoscaler"]).Statement : statement.Condition if statement.Sid == "Resize"] == [{
      StringEquals = { "aws:ResourceTag/k8s.io/cluster-autoscaler/enabled" = "true", "aws:ResourceTag/k8s.io/cluster-autoscaler/devops-ppp" = "owned" }
    }]
    error_message = "S5: by its tags."
  }
}

run "the_load_balancer_controller_changes_its_own_only" {
  command = plan

  assert {
    condition = alltrue([for statement in jsondecode(local.policies["load-balancer-controller"]).Statement :
      strcontains(jsonencode(statement.Condition), "elbv2.k8s.aws/cluster\":\"devops-ppp") if contains(["Create", "TagWhatItCreates", "ChangeItsOwn", "ListenersOfItsOwn"], statement.Sid)
    ])
    error_message = "S5: balancers and target groups carry this cluster's tag."
  }

  assert {
    condition     = length(regexall("ec2:[A-Za-z]*(Authorize|Revoke|Create|Delete|Modify)", local.policies["load-balancer-controller"])) == 0
    error_message = "N6: security groups are Terraform's; the controller opens nothing."
  }
}

run "one_secret_can_be_read" {
  command = plan

  assert {
    condition     = aws_secretsmanager_secret.app.name == "devops-ppp/app" && aws_secretsmanager_secret.app.kms_key_id == var.kms_key_arn
    error_message = "S4, K2: devops-ppp/app, encrypted by the project's key."
  }

  assert {
    condition     = jsondecode(local.policies["external-secrets"]).Statement[0].Resource == "arn:aws:secretsmanager:us-east-1:123456789012:secret:devops-ppp/app-??????"
    error_message = "S5: external-secrets reads the one secret."
  }

  assert {
    condition     = [for statement in jsondecode(local.policies["external-secrets"]).Statement : statement.Resource if statement.Sid == "ItsKey"] == [var.kms_key_arn]
    error_message = "S5: and uses the one key."
  }
}

run "mistakes_are_refused" {
  command = plan

  variables {
    name                  = "x"
    account_id            = "1"
    region                = "moon"
    namespace             = "Devops"
    oidc_provider_arn     = "arn:aws:iam::123456789012:role/x"
    oidc_issuer_host      = "https://oidc.eks.us-east-1.amazonaws.com/id/ABC"
    queue_arn             = "arn:aws:sqs:us-east-1:123456789012:*"
    dead_letter_queue_arn = "*"
  }

  expect_failures = [
    var.name, var.account_id, var.region, var.namespace, var.oidc_provider_arn, var.oidc_issuer_host, var.queue_arn, var.dead_letter_queue_arn,
  ]
}
