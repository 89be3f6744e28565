# terraform.tfvars is read here too: these are staging's own values.
variables {
  account_id  = "123456789012"
  alert_email = "operations@example.com"
}

run "staging_is_smaller" {
  command = plan

  assert {
    condition     = var.environment == "staging" && var.nat_gateway_count == 1 && var.node_capacity_type == "SPOT" && var.node_count.max == 3
    error_message = "Staging has one NAT gateway and spot nodes."
  }

  assert {
    condition     = var.database_class == "db.t3.micro" && var.database_backup_retention_days == 7 && var.deletion_protection
    error_message = "A10: the database is the same as in production."
  }
}

run "the_parts_fit_together" {
  command = plan

  assert {
    condition     = output.cluster_name == "devops-ppp" && output.app_secret_name == "devops-ppp/app"
    error_message = "Names need no suffix: the account is the environment."
  }

  assert {
    condition     = length(output.role_arns) == 6 && alltrue([for arn in output.role_arns : startswith(arn, "arn:aws:iam::123456789012:role/devops-ppp-")])
    error_message = "S5: a role for each ServiceAccount that calls AWS."
  }
}
