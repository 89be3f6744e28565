# MySQL on RDS (A4, A10): private, encrypted, TLS only. RDS makes the master password, keeps it in Secrets Manager and rotates
# it; Terraform never sees it. The program has a user of its own (docs: operations).

locals {
  # "8.4" → parameter group family mysql8.4
  family = "mysql${var.engine_version}"

  parameters = {
    # Text compares byte by byte, as the program's tables say for themselves: a table made by hand is then no exception.
    character_set_server = "utf8mb4"
    collation_server     = "utf8mb4_bin"
    # The program locks the rows it decides on (DESIGN); REPEATABLE READ would add gap locks, and with them deadlocks.
    transaction_isolation    = "READ-COMMITTED"
    require_secure_transport = "1"
    slow_query_log           = "1"
    long_query_time          = tostring(var.slow_query_seconds)
    log_output               = "FILE" # CloudWatch takes files, not tables
  }

  exported_logs = ["error", "slowquery"]
}

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-${replace(local.family, ".", "-")}-"
  family      = local.family

  dynamic "parameter" {
    for_each = local.parameters

    content {
      name  = parameter.key
      value = parameter.value
    }
  }

  # A new family means a new group, which the instance must have before the old one can go.
  lifecycle {
    create_before_destroy = true
  }
}

# RDS would make these itself, and keep them for ever.
resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_338:30 days, as the brief has it (M1, C1)
  for_each = toset(local.exported_logs)

  name              = "/aws/rds/instance/${var.name}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_db_instance" "this" {
  #checkov:skip=CKV_AWS_157:Multi-AZ is a variable; the brief has it off (A10, C1)
  #checkov:skip=CKV_AWS_161:the program signs in by a password over verified TLS; IAM tokens would cap new connections and last 15 minutes
  #checkov:skip=CKV_AWS_118:enhanced monitoring is billed as logs; CloudWatch's own metrics carry the alarms (M4)
  #checkov:skip=CKV_AWS_353:RDS has no Performance Insights for db.t3.micro
  #checkov:skip=CKV2_AWS_69:require_secure_transport is on, in a dynamic block that checkov does not follow
  identifier     = var.name
  engine         = "mysql"
  engine_version = var.engine_version
  instance_class = var.instance_class
  db_name        = var.database_name

  username                      = var.master_username
  manage_master_user_password   = true
  master_user_secret_kms_key_id = var.kms_key_arn

  storage_type          = "gp3"
  allocated_storage     = var.allocated_storage
  max_allocated_storage = var.max_allocated_storage
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  multi_az               = var.multi_az
  publicly_accessible    = false
  port                   = 3306
  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [var.security_group_id]
  parameter_group_name   = aws_db_parameter_group.this.name
  ca_cert_identifier     = var.ca_cert_identifier

  backup_retention_period   = var.backup_retention_days
  backup_window             = "03:00-04:00"
  copy_tags_to_snapshot     = true
  deletion_protection       = var.deletion_protection
  delete_automated_backups  = false
  skip_final_snapshot       = false
  final_snapshot_identifier = "${var.name}-final"

  maintenance_window         = "sun:04:30-sun:05:30"
  auto_minor_version_upgrade = true
  # Refuse to run on a version that AWS bills as extended support: an upgrade is decided, not slid into (A4).
  engine_lifecycle_support        = "open-source-rds-extended-support-disabled"
  enabled_cloudwatch_logs_exports = local.exported_logs

  depends_on = [aws_cloudwatch_log_group.this]
}
