output "state_bucket" {
  description = "For terraform init -backend-config=bucket=…"
  value       = local.bucket_name
}

output "deployer_role_arn" {
  description = "The role that the workflows take."
  value       = local.deployer_arn
}
