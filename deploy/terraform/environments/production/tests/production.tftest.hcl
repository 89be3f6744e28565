# terraform.tfvars is read here too: these are production's own values.
variables {
  account_id  = "123456789012"
  alert_email = "operations@example.com"
}

run "production_is_as_drawn" {
  command = plan

  assert {
    condition     = var.environment == "production" && var.nat_gateway_count == 2 && var.node_capacity_type == "ON_DEMAND"
    error_message = "N2, A9: two NAT gateways, nodes on demand."
  }

  assert {
    condition     = var.node_instance_types == tolist(["t3.medium"]) && var.node_count == { min = 1, max = 4, desired = 2 }
    error_message = "A9: t3.medium, 1 to 4."
  }

  assert {
    condition     = var.database_class == "db.t3.micro" && var.database_multi_az == false && var.database_backup_retention_days == 7 && var.deletion_protection
    error_message = "A10: db.t3.micro in one zone, backups for 7 days, protected."
  }
}

run "the_parts_fit_together" {
  command = plan

  assert {
    condition     = output.cluster_name == "devops-ppp" && output.app_secret_name == "devops-ppp/app"
    error_message = "The names are the contract's."
  }

  assert {
    condition     = toset(keys(output.repository_urls)) == toset(["backend", "frontend"])
    error_message = "A11: backend and frontend."
  }

  assert {
    condition     = output.role_arns["sqs-consumer"] == "arn:aws:iam::123456789012:role/devops-ppp-sqs-consumer"
    error_message = "K3: the worker's role, for its annotation."
  }

  assert {
    condition     = jsondecode(output.sqs_consumer_policy_json).Statement[0].Resource == ["arn:aws:sqs:us-east-1:123456789012:devops-ppp-orders", "arn:aws:sqs:us-east-1:123456789012:devops-ppp-orders-dlq"]
    error_message = "S3: the policy names this account's queues, before they are made."
  }

  assert {
    condition     = jsondecode(output.backend_policy_json).Statement[0].Action == "sqs:SendMessage"
    error_message = "S3: the backend sends only."
  }

  assert {
    condition     = toset(values(module.observability.log_group_names)) == toset(["/aws/devops-ppp/app", "/aws/devops-ppp/backend", "/aws/devops-ppp/frontend"])
    error_message = "M1: the log groups are where Fluent Bit writes (module cluster)."
  }
}

run "mistakes_are_refused" {
  command = plan

  variables {
    account_id                     = "me"
    environment                    = "test"
    alert_email                    = "nobody"
    name                           = "x"
    region                         = "moon"
    nat_gateway_count              = 0
    api_public_cidrs               = ["all"]
    administrator_arns             = ["me"]
    kubernetes_version             = "latest"
    node_instance_types            = []
    node_ami_type                  = "AL2_x86_64"
    node_capacity_type             = "FREE"
    node_count                     = { min = 3, max = 2, desired = 2 }
    database_class                 = "t3.micro"
    database_backup_retention_days = 0
    certificate_arn                = "cert"
    monthly_budget_usd             = 0
  }

  expect_failures = [
    var.account_id, var.environment, var.alert_email, var.name, var.region, var.nat_gateway_count, var.api_public_cidrs,
    var.administrator_arns, var.kubernetes_version, var.node_instance_types, var.node_ami_type, var.node_capacity_type, var.node_count,
    var.database_class, var.database_backup_retention_days, var.certificate_arn, var.monthly_budget_usd,
  ]
}
