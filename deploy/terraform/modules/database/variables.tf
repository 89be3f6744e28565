variable "name" {
  description = "What everything here is named after."
  type        = string
  default     = "devops-ppp"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "3 to 32 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "subnet_ids" {
  description = "The private subnets, in two zones at least."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "RDS wants subnets in two zones."
  }
}

variable "security_group_id" {
  description = "The security group that lets nodes in, and nobody else."
  type        = string
}

variable "kms_key_arn" {
  description = "Encrypts the disk, the backups, the master password and the logs."
  type        = string
}

variable "engine_version" {
  description = "MySQL's version, without the last part: RDS keeps that up to date."
  type        = string
  default     = "8.4"

  validation {
    condition     = can(regex("^[0-9]+\\.[0-9]+$", var.engine_version)) && var.engine_version != "8.0" && !startswith(var.engine_version, "5.")
    error_message = "As in 8.4; 8.0 and older are out of standard support, and billed for it (A4)."
  }
}

variable "instance_class" {
  description = "The instance's class."
  type        = string
  default     = "db.t3.micro"

  validation {
    condition     = can(regex("^db\\.[a-z0-9-]+\\.[a-z0-9]+$", var.instance_class))
    error_message = "An RDS class, as in db.t3.micro."
  }
}

variable "database_name" {
  description = "The database that the program finds."
  type        = string
  default     = "comptoir"

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.database_name))
    error_message = "Lower-case letters, digits and underscores, beginning with a letter."
  }
}

variable "master_username" {
  description = "The administrator; the program does not use it."
  type        = string
  default     = "comptoir_admin"

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,31}$", var.master_username)) && !contains(["admin", "root", "rdsadmin"], var.master_username)
    error_message = "Lower-case letters, digits and underscores, and none of the names that everybody tries first."
  }
}

variable "allocated_storage" {
  description = "The disk in GiB."
  type        = number
  default     = 20

  validation {
    condition     = var.allocated_storage >= 20
    error_message = "RDS gives MySQL at least 20 GiB."
  }
}

variable "max_allocated_storage" {
  description = "How far RDS may let the disk grow by itself, in GiB."
  type        = number
  default     = 50

  validation {
    condition     = var.max_allocated_storage > var.allocated_storage
    error_message = "More than the disk has in the beginning."
  }
}

variable "multi_az" {
  description = "Whether a standby in the other zone takes over when this one fails. Doubles the price."
  type        = bool
  default     = false
}

variable "backup_retention_days" {
  description = "How long backups are kept; as far back can the database be restored to any second."
  type        = number
  default     = 7

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 35
    error_message = "From 1 to 35 days; 0 would switch backups off."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the database."
  type        = bool
  default     = true
}

variable "slow_query_seconds" {
  description = "From how long on a query is logged as slow."
  type        = number
  default     = 0.5

  validation {
    condition     = var.slow_query_seconds > 0
    error_message = "More than nothing: 0 would log every query."
  }
}

variable "ca_cert_identifier" {
  description = "The authority that signs the server's certificate; clients verify it with RDS' global bundle."
  type        = string
  default     = "rds-ca-rsa2048-g1"

  validation {
    condition     = contains(["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"], var.ca_cert_identifier)
    error_message = "rds-ca-rsa2048-g1, rds-ca-rsa4096-g1 or rds-ca-ecc384-g1."
  }
}

variable "log_retention_days" {
  description = "How long the error log and the log of slow queries are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365], var.log_retention_days)
    error_message = "A number of days that CloudWatch Logs knows: 1, 3, 5, 7, 14, 30, 60, 90, …"
  }
}
