# deploy/tests/alarms/metrics.json lists every metric there is, with the source's own dimensions; the drill checks those.

variables {
  cluster_name           = "devops-ppp"
  database_identifier    = "devops-ppp"
  queue_name             = "devops-ppp-orders"
  dead_letter_queue_name = "devops-ppp-orders-dlq"
  alert_email            = "ops@example.com"
}

run "dashboards" {
  command = plan

  assert {
    condition     = toset([for dashboard in aws_cloudwatch_dashboard.this : dashboard.dashboard_name]) == toset(["devops-ppp-Application", "devops-ppp-Infrastructure", "devops-ppp-SQS"])
    error_message = "The brief draws three dashboards: application, infrastructure, SQS."
  }

  assert {
    condition = alltrue(flatten([for dashboard in aws_cloudwatch_dashboard.this : [
      for widget in jsondecode(dashboard.dashboard_body).widgets : [
        for metric in try(widget.properties.metrics, []) : can(metric[0].expression) || can(
          jsondecode(file("../../../tests/alarms/metrics.json"))[metric[0]][metric[1]]
        )
      ]
    ]]))
    error_message = "A dashboard shows a metric that nobody sends."
  }

  assert {
    condition = alltrue(flatten([for dashboard in aws_cloudwatch_dashboard.this : [
      for widget in jsondecode(dashboard.dashboard_body).widgets : widget.type == "alarm" ? length(widget.properties.alarms) > 0 : length(widget.properties.metrics) > 0
    ]]))
    error_message = "A widget shows nothing."
  }

  # Every alarm has its light on one of the dashboards.
  assert {
    condition = toset(flatten([for dashboard in aws_cloudwatch_dashboard.this : [
      for widget in jsondecode(dashboard.dashboard_body).widgets : try(widget.properties.alarms, [])
      ]])) == toset([for alarm in aws_cloudwatch_metric_alarm.this :
      "arn:aws:cloudwatch:us-east-1:123456789012:alarm:${alarm.alarm_name}"
    ])
    error_message = "An alarm has no light on a dashboard, or a light no alarm."
  }

  # What the brief names: CPU, memory, request count, error rate, queue depth.
  assert {
    condition = length(setsubtract(
      ["node_cpu_utilization", "node_memory_utilization", "Requests", "ServerErrors", "ApproximateNumberOfMessagesVisible"],
      flatten([for dashboard in aws_cloudwatch_dashboard.this : [
        for widget in jsondecode(dashboard.dashboard_body).widgets : [for metric in try(widget.properties.metrics, []) : try(metric[1], [])]
      ]])
    )) == 0
    error_message = "A metric that the brief names is on no dashboard."
  }
}
