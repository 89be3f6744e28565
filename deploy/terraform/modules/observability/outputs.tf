output "log_group_arns" {
  description = "The log groups' ARNs by what they hold: app, backend, frontend."
  value       = { for name, group in aws_cloudwatch_log_group.this : name => group.arn }
}

output "log_group_names" {
  description = "The log groups' names by what they hold: app, backend, frontend."
  value       = { for name, group in aws_cloudwatch_log_group.this : name => group.name }
}

output "topic_arn" {
  description = "The SNS topic that every alarm tells; more subscribers may be added to it."
  value       = aws_sns_topic.alarms.arn
}

output "alarm_names" {
  description = "All alarms."
  value       = sort([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_name])
}

output "dashboard_names" {
  description = "All dashboards."
  value       = sort([for dashboard in aws_cloudwatch_dashboard.this : dashboard.dashboard_name])
}
