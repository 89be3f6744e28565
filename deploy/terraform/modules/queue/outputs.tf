output "queue_name" {
  description = "The main queue."
  value       = local.queue_name
}

output "queue_arn" {
  description = "The main queue, for policies."
  value       = local.queue_arn
}

output "queue_url" {
  description = "The main queue, for the program: SQS_QUEUE_URL."
  value       = aws_sqs_queue.main.url
}

output "dead_letter_queue_name" {
  description = "The dead-letter queue."
  value       = local.dead_letter_name
}

output "dead_letter_queue_arn" {
  description = "The dead-letter queue, for policies."
  value       = local.dead_letter_arn
}

output "dead_letter_queue_url" {
  description = "The dead-letter queue, for the program."
  value       = aws_sqs_queue.dead_letter.url
}
