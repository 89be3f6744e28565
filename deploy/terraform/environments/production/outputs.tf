output "cluster_name" {
  description = "For aws eks update-kubeconfig."
  value       = module.cluster.name
}

output "vpc_id" {
  description = "For the load balancer controller, which cannot ask the node's metadata."
  value       = module.network.vpc_id
}

output "security_group_ids" {
  description = "The security groups; the ingress names alb."
  value       = module.network.security_group_ids
}

output "database_address" {
  description = "The host in DATABASE_URL."
  value       = module.database.address
}

output "database_master_secret_arn" {
  description = "Where the administrator's password is."
  value       = module.database.master_secret_arn
}

output "queue_url" {
  description = "SQS_QUEUE_URL."
  value       = module.queue.queue_url
}

output "dead_letter_queue_url" {
  description = "The dead-letter queue."
  value       = module.queue.dead_letter_queue_url
}

output "repository_urls" {
  description = "Where images are pushed to."
  value       = module.registry.repository_urls
}

output "role_arns" {
  description = "For the ServiceAccounts' annotations."
  value       = module.identity.role_arns
}

output "app_secret_name" {
  description = "The secret that people fill and external-secrets reads."
  value       = module.identity.app_secret_name
}

output "sqs_consumer_policy_json" {
  description = "What the worker may do."
  value       = module.identity.sqs_consumer_policy_json
}

output "backend_policy_json" {
  description = "What the backend may do."
  value       = module.identity.backend_policy_json
}

output "alarm_topic_arn" {
  description = "The SNS topic that every alarm tells."
  value       = module.observability.topic_arn
}
