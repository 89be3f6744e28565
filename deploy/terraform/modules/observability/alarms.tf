# One resource for all alarms, so that none can forget to tell somebody or to say what to do. Each is described in the file of
# its topic (alarms_*.tf) by
#   summary   one sentence: what is the case when it fires; the link to docs/alarms.md is added here
#   page      the section of docs/alarms.md, if it is not alarm-NAME
#   metric    what is watched: namespace, name, dimensions, stat
#   queries   instead of metric: what `expression` calls by name, each as in metric
#   period, periods, points    `points` out of the last `periods` periods of so many seconds must be over the threshold
#   over, under                the threshold, and on which side of it is bad
#   missing   what no data means: "breaching" (bad), "notBreaching" (good), "ignore" (as before), "missing" (not known, and told)

locals {
  alarms = merge(local.application_alarms, local.queue_alarms, local.cluster_alarms, local.database_alarms, local.certificate_alarms)
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = "${each.value.summary} What to do: ${var.runbook_url}#${try(each.value.page, "alarm-${each.key}")}"

  comparison_operator = can(each.value.over) ? "GreaterThanThreshold" : "LessThanThreshold"
  threshold           = try(each.value.over, each.value.under)
  evaluation_periods  = each.value.periods
  datapoints_to_alarm = each.value.points
  treat_missing_data  = each.value.missing

  namespace   = try(each.value.metric.namespace, null)
  metric_name = try(each.value.metric.name, null)
  dimensions  = try(each.value.metric.dimensions, null)
  statistic   = try(each.value.metric.stat, null)
  period      = can(each.value.metric) ? each.value.period : null

  dynamic "metric_query" {
    for_each = try(each.value.queries, {})

    content {
      id          = metric_query.key
      return_data = false

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.name
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.stat
        period      = each.value.period
      }
    }
  }

  dynamic "metric_query" {
    for_each = can(each.value.expression) ? [each.value] : []

    content {
      id          = "watched"
      label       = each.value.label
      expression  = each.value.expression
      return_data = true
    }
  }

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
  # Where data always comes, its end is news too.
  insufficient_data_actions = each.value.missing == "missing" ? [aws_sns_topic.alarms.arn] : []
}
