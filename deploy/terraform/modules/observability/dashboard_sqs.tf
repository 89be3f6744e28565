locals {
  sqs_widgets = [
    {
      title = "Queue depth"
      stat  = "Maximum"
      metrics = [
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.queue_name, { label = "waiting" }],
        ["AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "QueueName", var.queue_name, { label = "in work" }],
        ["AWS/SQS", "ApproximateNumberOfMessagesDelayed", "QueueName", var.queue_name, { label = "delayed" }],
      ]
    },
    {
      title   = "Age of the oldest message, s"
      stat    = "Maximum"
      line    = local.queue_alarms["oldest-message"].over
      metrics = [["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", var.queue_name, { label = "oldest" }]]
    },
    {
      title   = "Dead-letter queue: waiting for a worker"
      stat    = "Maximum"
      line    = local.queue_alarms["dlq-not-drained"].over
      metrics = [["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.dead_letter_queue_name, { label = "waiting" }]]
    },
    {
      title = "Messages through the queue"
      stat  = "Sum"
      metrics = [for name in ["NumberOfMessagesSent", "NumberOfMessagesReceived", "NumberOfMessagesDeleted"] :
        ["AWS/SQS", name, "QueueName", var.queue_name, { label = trimprefix(name, "NumberOfMessages") }]
      ]
    },
    {
      title = "Outbox: events waiting to be sent"
      stat  = "Maximum"
      metrics = [
        ["Comptoir", "OutboxWaiting", { label = "outbox" }],
        ["Comptoir", "QueueWaiting", { label = "queue" }],
      ]
    },
    {
      title   = "Outbox: how long the oldest event has waited, s"
      stat    = "Maximum"
      line    = local.queue_alarms["outbox-lag"].over
      metrics = [["Comptoir", "OutboxLag", { label = "lag" }]]
    },
    {
      title = "Relayed and received twice"
      stat  = "Sum"
      metrics = concat(
        [for service in ["backend", "sqs-worker"] : ["Comptoir", "MessagesRelayed", "Service", service, { label = "relayed by ${service}" }]],
        [["Comptoir", "MessagesRepeated", "Service", "sqs-worker", { label = "repeated" }]],
      )
    },
    {
      title   = "Dead letters"
      stat    = "Sum"
      metrics = [["Comptoir", "DeadLetters", "Service", "sqs-worker", { label = "new" }], ["Comptoir", "OpenDeadLetters", { label = "open", stat = "Maximum" }]]
    },
    {
      title   = "Empty receives: what an idle worker costs"
      stat    = "Sum"
      metrics = [["AWS/SQS", "NumberOfEmptyReceives", "QueueName", var.queue_name, { label = "empty" }]]
    },
  ]
}
