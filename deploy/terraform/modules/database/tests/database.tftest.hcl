# Only the schema of the provider is used: no account, no credentials.
mock_provider "aws" {}

variables {
  subnet_ids        = ["subnet-a", "subnet-b"]
  security_group_id = "sg-database"
  kms_key_arn       = "arn:aws:kms:us-east-1:123456789012:key/1"
}

run "the_instance_is_the_briefs" {
  command = plan

  assert {
    condition     = aws_db_instance.this.engine == "mysql" && aws_db_instance.this.engine_version == "8.4"
    error_message = "A4: MySQL 8.4."
  }

  assert {
    condition     = aws_db_instance.this.instance_class == "db.t3.micro" && aws_db_instance.this.multi_az == false
    error_message = "A10: a db.t3.micro in one zone."
  }

  assert {
    condition     = aws_db_instance.this.backup_retention_period == 7
    error_message = "A10: backups are kept 7 days."
  }

  assert {
    condition     = aws_db_instance.this.identifier == "devops-ppp" && aws_db_instance.this.db_name == "comptoir" && aws_db_instance.this.username == "comptoir_admin"
    error_message = "The names are the contract's."
  }
}

run "nobody_outside_reaches_it" {
  command = plan

  assert {
    condition     = aws_db_instance.this.publicly_accessible == false && toset(aws_db_subnet_group.this.subnet_ids) == toset(["subnet-a", "subnet-b"])
    error_message = "A4: the database is private."
  }

  assert {
    condition     = toset(aws_db_instance.this.vpc_security_group_ids) == toset(["sg-database"])
    error_message = "N5: the database has the one security group, and no other."
  }

  assert {
    condition     = { for parameter in aws_db_parameter_group.this.parameter : parameter.name => parameter.value }["require_secure_transport"] == "1"
    error_message = "S5: the database wants TLS."
  }
}

run "the_engine_behaves_as_the_program_expects" {
  command = plan

  assert {
    condition = aws_db_parameter_group.this.family == "mysql8.4" && { for parameter in aws_db_parameter_group.this.parameter : parameter.name => parameter.value } == {
      character_set_server     = "utf8mb4"
      collation_server         = "utf8mb4_bin"
      transaction_isolation    = "READ-COMMITTED"
      require_secure_transport = "1"
      slow_query_log           = "1"
      long_query_time          = "0.5"
      log_output               = "FILE"
    }
    error_message = "A4: utf8mb4, binary collation, READ COMMITTED, TLS and the slow log."
  }
}

run "it_is_encrypted_and_its_password_unknown_here" {
  command = plan

  assert {
    condition     = aws_db_instance.this.storage_encrypted && aws_db_instance.this.kms_key_id == var.kms_key_arn
    error_message = "S4: the disk is encrypted by the project's key."
  }

  assert {
    condition     = aws_db_instance.this.manage_master_user_password && aws_db_instance.this.password == null && aws_db_instance.this.master_user_secret_kms_key_id == var.kms_key_arn
    error_message = "S5: RDS makes the password, and no state has it."
  }
}

run "it_is_not_lost_by_mistake" {
  command = plan

  assert {
    condition     = aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot && !aws_db_instance.this.delete_automated_backups
    error_message = "The database is protected, and its end leaves a snapshot."
  }

  assert {
    condition     = toset(aws_db_instance.this.enabled_cloudwatch_logs_exports) == toset(["error", "slowquery"]) && alltrue([for group in aws_cloudwatch_log_group.this : group.retention_in_days == 30])
    error_message = "M1: its logs are kept for 30 days."
  }
}

run "a_standby_can_be_switched_on" {
  command = plan

  variables {
    multi_az = true
  }

  assert {
    condition     = aws_db_instance.this.multi_az
    error_message = "A10: Multi-AZ is a variable."
  }
}

run "mistakes_are_refused" {
  command = plan

  variables {
    name                  = "Desk"
    subnet_ids            = ["subnet-a"]
    engine_version        = "8.0"
    instance_class        = "t3.micro"
    database_name         = "my-desk"
    master_username       = "root"
    allocated_storage     = 5
    backup_retention_days = 0
    slow_query_seconds    = 0
    ca_cert_identifier    = "rds-ca-2019"
    log_retention_days    = 31
  }

  expect_failures = [
    var.name, var.subnet_ids, var.engine_version, var.instance_class, var.database_name, var.master_username, var.allocated_storage,
    var.backup_retention_days, var.slow_query_seconds, var.ca_cert_identifier, var.log_retention_days,
  ]
}

run "a_disk_that_cannot_grow_is_refused" {
  command = plan

  variables {
    max_allocated_storage = 20
  }

  expect_failures = [var.max_allocated_storage]
}
