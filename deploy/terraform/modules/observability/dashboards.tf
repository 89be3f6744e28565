# Three dashboards: three cost nothing. What each shows is in the file of its name (dashboard_*.tf): a list of widgets with
#   title, metrics   each metric [namespace, name, dimension, value, …, {options}] or [{expression, …}], as CloudWatch writes them
#   stat, period     Average and 300 s, if not said
#   line             a threshold to draw: an alarm's

locals {
  dashboards = {
    Application    = { alarms = local.application_alarms, widgets = local.application_widgets }
    Infrastructure = { alarms = merge(local.cluster_alarms, local.database_alarms, local.certificate_alarms), widgets = local.infrastructure_widgets }
    SQS            = { alarms = local.queue_alarms, widgets = local.sqs_widgets }
  }

  # At the top the alarms' states. Their addresses are spelt out, so that a plan shows the dashboard before they exist.
  lights = { for name, dashboard in local.dashboards : name => {
    type   = "alarm"
    x      = 0
    y      = 0
    width  = 24
    height = 3
    properties = {
      title  = "Alarms"
      alarms = [for alarm, _ in dashboard.alarms : "arn:${local.partition}:cloudwatch:${local.region}:${local.account}:alarm:${var.name}-${alarm}"]
    }
  } }

  # Below, three widgets a row: the console's grid has 24 columns.
  graphs = { for name, dashboard in local.dashboards : name => [for place, widget in dashboard.widgets : {
    type   = "metric"
    x      = place % 3 * 8
    y      = 3 + floor(place / 3) * 6
    width  = 8
    height = 6
    properties = {
      title       = widget.title
      region      = local.region
      view        = "timeSeries"
      stat        = try(widget.stat, "Average")
      period      = try(widget.period, 300)
      metrics     = widget.metrics
      yAxis       = { left = { min = 0 } }
      annotations = { horizontal = [for line in try([widget.line], []) : { label = "alarm", value = line }] }
    }
  }] }
}

resource "aws_cloudwatch_dashboard" "this" {
  for_each = local.dashboards

  dashboard_name = "${var.name}-${each.key}"
  dashboard_body = jsonencode({
    start          = "-PT12H"
    periodOverride = "inherit"
    widgets        = concat([local.lights[each.key]], local.graphs[each.key])
  })
}
