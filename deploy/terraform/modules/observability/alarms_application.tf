locals {
  # The program's own metrics. It says them once a minute, zeros too.
  of_service = { for service in ["backend", "sqs-worker"] : service => {
    for name in ["Requests", "ServerErrors", "EffectsDone", "EffectsFailed"] : name => {
      namespace  = "Comptoir"
      name       = name
      dimensions = { Service = service }
      stat       = "Sum"
    }
  } }
  in_logs = { for name, _ in local.metric_filters : name => {
    namespace  = local.log_namespace
    name       = name
    dimensions = {}
    stat       = "Sum"
  } }

  application_alarms = merge(local.rate_alarms, local.error_line_alarms, local.silence_alarms)

  # Below so many in five minutes, one failure would be a high percentage.
  enough_requests = 20
  enough_effects  = 10

  rate_alarms = {
    error-rate = {
      summary    = "More than 5 % of the API's answers are server errors."
      queries    = { requests = local.of_service["backend"].Requests, errors = local.of_service["backend"].ServerErrors }
      expression = "IF(requests >= ${local.enough_requests}, 100 * errors / requests, 0)"
      label      = "Server errors, % of requests"
      over       = 5
      period     = 300, periods = 1, points = 1, missing = "notBreaching"
    }
    # nginx also sees the requests that no backend has answered (502, 504).
    frontend-error-rate = {
      summary    = "More than 5 % of what nginx answers are server errors."
      queries    = { requests = local.in_logs.FrontendRequests, errors = local.in_logs.FrontendServerErrors }
      expression = "IF(requests >= ${local.enough_requests}, 100 * errors / requests, 0)"
      label      = "Server errors, % of requests"
      over       = 5
      period     = 300, periods = 1, points = 1, missing = "notBreaching"
    }
    # A receiver that is down fails alone and is tried again; a fifth of all effects is something of our own.
    effects-failing = {
      summary    = "More than 20 % of the attempts at effects fail."
      queries    = { done = local.of_service["sqs-worker"].EffectsDone, failed = local.of_service["sqs-worker"].EffectsFailed }
      expression = "IF(done + failed >= ${local.enough_effects}, 100 * failed / (done + failed), 0)"
      label      = "Failed attempts, % of all"
      over       = 20
      period     = 300, periods = 2, points = 2, missing = "notBreaching"
    }
  }

  error_line_alarms = { for group, metric in { backend = local.in_logs.BackendErrorLines, app = local.in_logs.AppErrorLines } :
    "error-lines-${group}" => {
      summary = "More than 10 lines of level ERROR in 5 minutes in the log group /aws/${var.name}/${group}."
      page    = "alarm-error-lines"
      metric  = metric
      over    = 10
      period  = 300, periods = 1, points = 1, missing = "notBreaching"
    }
  }

  # Whoever says nothing cannot say that something is wrong. One sample a minute and process is what is expected.
  silence_alarms = { for name, silent in {
    metrics-missing         = { who = "workers", metric = local.of_service["sqs-worker"].EffectsDone }
    metrics-missing-backend = { who = "backends", metric = local.of_service["backend"].Requests }
    metrics-missing-totals  = { who = "process that counts dead letters and the outbox", metric = local.desk.OpenDeadLetters }
    } : name => {
    summary = "The ${silent.who} said nothing for 5 minutes."
    page    = "alarm-metrics-missing"
    metric  = merge(silent.metric, { stat = "SampleCount" })
    under   = 1
    period  = 60, periods = 5, points = 5, missing = "breaching"
  } }
}
