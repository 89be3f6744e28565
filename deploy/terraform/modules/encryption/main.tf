# One key for what the project keeps: the database, its password, the cluster's secrets, the app's secret, images, logs, alarms.
# Its policy lets in this account's own roles (their policies say which) and the few services that act in nobody's name.

locals {
  # Where a service asks for itself, it must ask for this account: nobody else's alarms or logs can use the key.
  own_account = { StringEquals = { "aws:SourceAccount" = var.account_id } }

  statements = [
    {
      Sid       = "ThisAccountsRoles"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    },
    {
      Sid       = "Logs"
      Effect    = "Allow"
      Principal = { Service = "logs.${var.region}.amazonaws.com" }
      Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"]
      Resource  = "*"
      Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:${var.region}:${var.account_id}:log-group:*" } }
    },
    {
      Sid       = "AlarmsAndBudgets"
      Effect    = "Allow"
      Principal = { Service = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] }
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = "*" # in a key's own policy: this key
      Condition = local.own_account
    },
  ]
}

resource "aws_kms_key" "this" {
  description             = "What ${var.name} keeps"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = jsonencode({ Version = "2012-10-17", Statement = local.statements })

  lifecycle {
    prevent_destroy = true # without it the database and its backups are noise
  }
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this.key_id
}
