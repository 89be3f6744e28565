# A plan does not know the topic's address; here it is made up, so that nothing is applied anywhere.
override_resource {
  target          = aws_sns_topic.alarms
  override_during = plan

  values = {
    arn = "arn:aws:sns:us-east-1:123456789012:devops-ppp-alarms"
  }
}

variables {
  cluster_name           = "devops-ppp"
  database_identifier    = "devops-ppp"
  queue_name             = "devops-ppp-orders"
  dead_letter_queue_name = "devops-ppp-orders-dlq"
  alert_email            = "ops@example.com"
  certificate_arn        = "arn:aws:acm:us-east-1:123456789012:certificate/0"
}

run "every_alarm_tells_the_topic" {
  command = plan

  assert {
    condition = alltrue([for alarm in aws_cloudwatch_metric_alarm.this :
      alarm.alarm_actions == toset([aws_sns_topic.alarms.arn]) && alarm.ok_actions == toset([aws_sns_topic.alarms.arn])
    ])
    error_message = "An alarm does not tell the topic when it begins, or when it ends."
  }

  assert {
    condition = alltrue([for alarm in aws_cloudwatch_metric_alarm.this :
      (alarm.treat_missing_data == "missing") == (alarm.insufficient_data_actions == toset([aws_sns_topic.alarms.arn]))
    ])
    error_message = "An alarm whose data ends goes to INSUFFICIENT_DATA and tells nobody."
  }

  assert {
    condition     = aws_sns_topic_subscription.email.topic_arn == aws_sns_topic.alarms.arn
    error_message = "The mail's subscription is to another topic."
  }
}
