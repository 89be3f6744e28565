# Only the schema of the provider is used: no account, no credentials.
mock_provider "aws" {}

variables {
  account_id = "123456789012"
}

run "the_key_turns_and_is_not_lost" {
  command = plan

  assert {
    condition     = aws_kms_key.this.enable_key_rotation && aws_kms_key.this.deletion_window_in_days == 30
    error_message = "S4: the key is rotated, and deleted after 30 days at the earliest."
  }

  assert {
    condition     = aws_kms_alias.this.name == "alias/devops-ppp"
    error_message = "The alias is alias/devops-ppp."
  }
}

run "only_this_account_uses_the_key" {
  command = plan

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_kms_key.this.policy).Statement :
      lookup(statement.Principal, "AWS", "") == "arn:aws:iam::123456789012:root" ||
      strcontains(jsonencode(lookup(statement, "Condition", {})), "123456789012")
    ])
    error_message = "S5: whoever may use the key belongs to this account, or acts for it."
  }

  assert {
    condition     = !strcontains(aws_kms_key.this.policy, "\"AWS\":\"*\"") && !strcontains(aws_kms_key.this.policy, "\"Principal\":\"*\"")
    error_message = "S5: the key is not everybody's."
  }
}

run "mistakes_are_refused" {
  command = plan

  variables {
    name       = "-"
    account_id = "me"
    region     = "East"
  }

  expect_failures = [var.name, var.account_id, var.region]
}
