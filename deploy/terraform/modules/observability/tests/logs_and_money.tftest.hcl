variables {
  cluster_name           = "devops-ppp"
  database_identifier    = "devops-ppp"
  queue_name             = "devops-ppp-orders"
  dead_letter_queue_name = "devops-ppp-orders-dlq"
  alert_email            = "ops@example.com"
  kms_key_arn            = "arn:aws:kms:us-east-1:123456789012:key/0"
  monthly_budget_usd     = 220
}

run "logs" {
  command = plan

  assert {
    condition     = toset([for group in aws_cloudwatch_log_group.this : group.name]) == toset(["/aws/devops-ppp/app", "/aws/devops-ppp/backend", "/aws/devops-ppp/frontend"])
    error_message = "The brief's log groups: app, backend, frontend."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.this : group.retention_in_days == 30 && group.kms_key_id == var.kms_key_arn])
    error_message = "Logs are kept for 30 days, encrypted by the given key."
  }

  assert {
    condition     = alltrue([for filter in aws_cloudwatch_log_metric_filter.this : filter.metric_transformation[0].namespace == "Comptoir/Logs" && length(coalesce(filter.metric_transformation[0].dimensions, {})) == 0])
    error_message = "A metric out of logs has dimensions: each of their values would be billed."
  }
}

run "who_is_told" {
  command = plan

  assert {
    condition     = aws_sns_topic.alarms.kms_master_key_id == var.kms_key_arn && aws_sns_topic_subscription.email.protocol == "email" && aws_sns_topic_subscription.email.endpoint == var.alert_email
    error_message = "Alarms go to an encrypted topic, and from it to the mail address."
  }

  assert {
    condition     = jsondecode(aws_sns_topic_policy.alarms.policy).Statement[0].Principal.Service == "cloudwatch.amazonaws.com" && length(jsondecode(aws_sns_topic_policy.alarms.policy).Statement) == 1
    error_message = "Only this account's CloudWatch may write to the topic."
  }
}

run "the_budget_tells_at_80_percent" {
  command = plan

  assert {
    condition     = aws_budgets_budget.monthly.limit_amount == "220" && aws_budgets_budget.monthly.limit_unit == "USD" && aws_budgets_budget.monthly.time_unit == "MONTHLY"
    error_message = "The budget is not the given one."
  }

  assert {
    condition = anytrue([for notification in aws_budgets_budget.monthly.notification :
      notification.threshold == 80 && notification.threshold_type == "PERCENTAGE" && notification.notification_type == "ACTUAL" && contains(notification.subscriber_email_addresses, var.alert_email)
    ])
    error_message = "Nobody is told at 80 % of the budget."
  }
}

run "another_retention" {
  command = plan

  variables {
    log_retention_days = 31
  }

  expect_failures = [var.log_retention_days]
}
