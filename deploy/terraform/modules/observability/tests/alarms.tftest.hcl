# Names, thresholds, links and who is told. Whether each fires when it should is deploy/tests/alarms' matter.

variables {
  cluster_name           = "devops-ppp"
  database_identifier    = "devops-ppp"
  queue_name             = "devops-ppp-orders"
  dead_letter_queue_name = "devops-ppp-orders-dlq"
  alert_email            = "ops@example.com"
  certificate_arn        = "arn:aws:acm:us-east-1:123456789012:certificate/0"
}

run "all_alarms_are_there" {
  command = plan

  assert {
    condition = toset(keys(aws_cloudwatch_metric_alarm.this)) == toset([
      "high-cpu", "high-memory", "pod-memory",
      "error-rate", "frontend-error-rate", "effects-failing", "error-lines-backend", "error-lines-app",
      "metrics-missing", "metrics-missing-backend", "metrics-missing-totals",
      "open-dead-letters", "oldest-message", "dlq-not-drained", "outbox-lag",
      "database-storage", "database-connections", "database-cpu-credits", "certificate-expiry",
    ])
    error_message = "Alarms have come or gone: ${join(", ", keys(aws_cloudwatch_metric_alarm.this))}. Each needs a section in docs/alarms.md and a drill."
  }

  assert {
    condition     = alltrue([for key, alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name == "devops-ppp-${key}"])
    error_message = "An alarm's name does not begin with the project's."
  }

  # That the actions are the topic's address is for notify.tftest.hcl: a plan does not know it.
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.actions_enabled != false])
    error_message = "An alarm is there, but its actions are off."
  }

  assert {
    condition = alltrue([for key, alarm in aws_cloudwatch_metric_alarm.this :
      can(regex("^[A-Z].*\\. What to do: https://github.com/example/comptoir/blob/main/docs/alarms\\.md#alarm-[a-z-]+$", alarm.alarm_description))
    ])
    error_message = "A description is not a sentence and a link to docs/alarms.md#alarm-…"
  }

  # CloudWatch evaluates no more than a day.
  assert {
    condition = alltrue([for alarm in aws_cloudwatch_metric_alarm.this :
      alarm.evaluation_periods * coalesce(alarm.period, try(max([for query in alarm.metric_query : query.metric[0].period]...), 300)) <= 86400 &&
      alarm.datapoints_to_alarm <= alarm.evaluation_periods
    ])
    error_message = "An alarm looks back longer than a day, or wants more datapoints than it looks at."
  }
}

run "thresholds" {
  command = plan

  assert {
    condition = {
      for key, alarm in aws_cloudwatch_metric_alarm.this : key =>
      "${alarm.comparison_operator == "GreaterThanThreshold" ? ">" : "<"} ${alarm.threshold}, ${alarm.datapoints_to_alarm}/${alarm.evaluation_periods}, ${alarm.treat_missing_data}"
      } == {
      high-cpu                = "> 80, 3/3, missing"
      high-memory             = "> 80, 3/3, missing"
      pod-memory              = "> 90, 3/3, missing"
      error-rate              = "> 5, 1/1, notBreaching"
      frontend-error-rate     = "> 5, 1/1, notBreaching"
      effects-failing         = "> 20, 2/2, notBreaching"
      error-lines-backend     = "> 10, 1/1, notBreaching"
      error-lines-app         = "> 10, 1/1, notBreaching"
      metrics-missing         = "< 1, 5/5, breaching"
      metrics-missing-backend = "< 1, 5/5, breaching"
      metrics-missing-totals  = "< 1, 5/5, breaching"
      open-dead-letters       = "> 0, 1/1, ignore"
      oldest-message          = "> 300, 3/5, notBreaching"
      dlq-not-drained         = "> 0, 3/3, notBreaching"
      outbox-lag              = "> 60, 3/5, ignore"
      # 20 GiB / 5; 60 × 0.9; 24 h × 12 / 10
      database-storage     = "< 4294967296, 3/3, missing"
      database-connections = "> 54, 3/5, missing"
      database-cpu-credits = "< 28, 3/3, missing"
      certificate-expiry   = "< 30, 1/1, breaching"
    }
    error_message = "A threshold has changed; if it is meant to, say so here and in docs/alarms.md."
  }
}

run "without_a_certificate_and_without_credits" {
  command = plan

  variables {
    certificate_arn            = null
    database_class             = "db.m7g.large"
    database_allocated_storage = 100
    database_max_connections   = 600
  }

  assert {
    condition     = !contains(keys(aws_cloudwatch_metric_alarm.this), "certificate-expiry") && !contains(keys(aws_cloudwatch_metric_alarm.this), "database-cpu-credits")
    error_message = "An alarm watches what is not there."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["database-storage"].threshold == 21474836480 && aws_cloudwatch_metric_alarm.this["database-connections"].threshold == 540
    error_message = "Thresholds do not follow the database's size."
  }
}

run "a_mail_address_is_asked_for" {
  command = plan

  variables {
    alert_email = "ops"
  }

  expect_failures = [var.alert_email]
}
