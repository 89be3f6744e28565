# Metrics whose source is a log. Each pattern finds its field at the root of a line (as the program writes it) and below
# log_processed, where Fluent Bit puts it when it adds the pod's name and labels.

locals {
  log_namespace = "Comptoir/Logs"
  error_line    = "{ ($.level = \"ERROR\") || ($.log_processed.level = \"ERROR\") }"

  metric_filters = {
    AppErrorLines     = { group = "app", pattern = local.error_line }
    BackendErrorLines = { group = "backend", pattern = local.error_line }
    # nginx writes what goes wrong as plain text.
    FrontendErrorLines   = { group = "frontend", pattern = "?\"[error]\" ?\"[crit]\" ?\"[alert]\" ?\"[emerg]\"" }
    FrontendRequests     = { group = "frontend", pattern = "{ ($.status >= 100) || ($.log_processed.status >= 100) }" }
    FrontendServerErrors = { group = "frontend", pattern = "{ ($.status >= 500) || ($.log_processed.status >= 500) }" }
  }
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.metric_filters

  name           = "${var.name}-${each.key}"
  log_group_name = aws_cloudwatch_log_group.this[each.value.group].name
  pattern        = each.value.pattern

  metric_transformation {
    namespace     = local.log_namespace
    name          = each.key
    value         = "1"
    default_value = "0"
    unit          = "Count"
  }
}
