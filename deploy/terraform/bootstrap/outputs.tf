output "state_bucket" {
  description = "For terraform init -backend-config=bucket=…"
  value       = local.bucket_name
}

output "deployer_role_arn" {
  description = "The role that the workflows take."
  value       = local.deployer_arn
}

output "workflow_role_arns" {
  description = "The roles of the jobs that plan (environment …-plan) and that build images (…-images)."
  value       = { for key in keys(local.workflow_roles) : key => "arn:aws:iam::${var.account_id}:role/${var.name}-${key}" }
}
