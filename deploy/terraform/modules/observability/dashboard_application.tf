locals {
  backend = ["Service", "backend"]
  worker  = ["Service", "sqs-worker"]

  application_widgets = [
    {
      title = "Requests"
      stat  = "Sum"
      metrics = [
        ["Comptoir", "Requests", local.backend[0], local.backend[1], { label = "backend" }],
        [local.log_namespace, "FrontendRequests", { label = "frontend" }],
      ]
    },
    {
      title = "Error rate, % of requests"
      stat  = "Sum"
      line  = local.rate_alarms["error-rate"].over
      metrics = [
        ["Comptoir", "Requests", local.backend[0], local.backend[1], { id = "requests", visible = false }],
        ["Comptoir", "ServerErrors", local.backend[0], local.backend[1], { id = "errors", visible = false }],
        [{ expression = "100 * errors / requests", label = "backend" }],
        [local.log_namespace, "FrontendRequests", { id = "answers", visible = false }],
        [local.log_namespace, "FrontendServerErrors", { id = "failures", visible = false }],
        [{ expression = "100 * failures / answers", label = "frontend" }],
      ]
    },
    {
      title = "Time to answer, ms"
      metrics = [for stat in ["p50", "p95", "p99"] :
        ["Comptoir", "RequestDuration", local.backend[0], local.backend[1], { stat = stat, label = stat }]
      ]
    },
    {
      title = "Effects"
      stat  = "Sum"
      metrics = [for name in ["EffectsDone", "EffectsFailed", "MessagesRepeated", "DeadLetters"] :
        ["Comptoir", name, local.worker[0], local.worker[1], { label = name }]
      ]
    },
    {
      title = "From the event to its effect, ms"
      metrics = [for stat in ["p50", "p95", "p99"] :
        ["Comptoir", "EffectLatency", local.worker[0], local.worker[1], { stat = stat, label = stat }]
      ]
    },
    {
      title   = "Open dead letters"
      stat    = "Maximum"
      line    = local.queue_alarms["open-dead-letters"].over
      metrics = [["Comptoir", "OpenDeadLetters", { label = "open" }]]
    },
    {
      title = "Errors in the logs, lines"
      stat  = "Sum"
      metrics = [for name in ["BackendErrorLines", "AppErrorLines", "FrontendErrorLines"] :
        [local.log_namespace, name, { label = trimsuffix(name, "ErrorLines") }]
      ]
    },
    # The load balancer is made by its controller, so its name is not known here; there is one.
    {
      title = "Load balancer: answers it or its targets failed to give"
      stat  = "Sum"
      metrics = [for name in ["HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count"] : [{
        expression = "SEARCH('{AWS/ApplicationELB,LoadBalancer} MetricName=\"${name}\"', 'Sum', 300)"
        label      = name
      }]]
    },
    {
      title = "Load balancer: requests"
      stat  = "Sum"
      metrics = [[{
        expression = "SEARCH('{AWS/ApplicationELB,LoadBalancer} MetricName=\"RequestCount\"', 'Sum', 300)"
        label      = "requests"
      }]]
    },
  ]
}
