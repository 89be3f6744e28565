output "role_arns" {
  description = "The roles, for the ServiceAccounts' annotations, by name without the project's."
  value       = { for key, role in aws_iam_role.this : key => "arn:aws:iam::${var.account_id}:role/${role.name}" }
}

output "sqs_consumer_policy_json" {
  description = "What the worker may do: the whole of it, as IAM gets it."
  value       = local.policies["sqs-consumer"]
}

output "backend_policy_json" {
  description = "What the backend may do: the whole of it, as IAM gets it."
  value       = local.policies["backend"]
}

output "app_secret_arn" {
  description = "The secret whose values people put in."
  value       = aws_secretsmanager_secret.app.arn
}

output "app_secret_name" {
  description = "The secret's name, for external-secrets."
  value       = local.secret_name
}
