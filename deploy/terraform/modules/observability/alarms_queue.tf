locals {
  # Told by one process for all of them.
  desk = { for name in ["OpenDeadLetters", "OutboxLag"] : name => {
    namespace  = "Comptoir"
    name       = name
    dimensions = {}
    stat       = "Maximum"
  } }

  queue_alarms = {
    # "ignore": nobody has decided on them while nobody counts them.
    open-dead-letters = {
      summary = "A message has failed for good and waits for a person's decision."
      metric  = local.desk.OpenDeadLetters
      over    = 0
      period  = 60, periods = 1, points = 1, missing = "ignore"
    }
    # As SQS sees it: it fires when no worker is there to say so. An empty queue has no oldest message, hence no data.
    oldest-message = {
      summary = "A message has waited in the queue for more than 5 minutes."
      metric = {
        namespace  = "AWS/SQS"
        name       = "ApproximateAgeOfOldestMessage"
        dimensions = { QueueName = var.queue_name }
        stat       = "Maximum"
      }
      over   = 300
      period = 60, periods = 5, points = 3, missing = "notBreaching"
    }
    # The workers bring its messages to the desk within a minute.
    dlq-not-drained = {
      summary = "Messages lie in the dead-letter queue, and no worker has brought them to the desk for 15 minutes."
      metric = {
        namespace  = "AWS/SQS"
        name       = "ApproximateNumberOfMessagesVisible"
        dimensions = { QueueName = var.dead_letter_queue_name }
        stat       = "Maximum"
      }
      over   = 0
      period = 300, periods = 3, points = 3, missing = "notBreaching"
    }
    # The relay sends what it finds within a second.
    outbox-lag = {
      summary = "An event has waited for more than a minute to be sent to the queue."
      metric  = local.desk.OutboxLag
      over    = 60
      period  = 60, periods = 5, points = 3, missing = "ignore"
    }
  }
}
