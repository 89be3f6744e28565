output "identifier" {
  description = "The instance's name."
  value       = aws_db_instance.this.identifier
}

output "address" {
  description = "The host in DATABASE_URL."
  value       = aws_db_instance.this.address
}

output "master_secret_arn" {
  description = "Where Secrets Manager keeps the administrator's password (its name, not the password)."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}
