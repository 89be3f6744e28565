variable "name" {
  description = "What everything here is named after: log groups /aws/NAME/…, alarms NAME-…, dashboards NAME-…"
  type        = string
  default     = "devops-ppp"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,38}[a-z0-9]$", var.name))
    error_message = "3 to 40 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "cluster_name" {
  description = "The EKS cluster whose Container Insights metrics are watched."
  type        = string
}

variable "namespace" {
  description = "The Kubernetes namespace of the pods that are watched."
  type        = string
  default     = "devops-ppp"
}

variable "database_identifier" {
  description = "The RDS instance (its DBInstanceIdentifier)."
  type        = string
}

variable "database_class" {
  description = "The RDS instance's class. Only the burstable ones (db.t…) have CPU credits, and so an alarm on them."
  type        = string
  default     = "db.t3.micro"

  validation {
    condition     = can(regex("^db\\.[a-z0-9-]+\\.[a-z0-9]+$", var.database_class))
    error_message = "An RDS class, as in db.t3.micro."
  }
}

variable "database_allocated_storage" {
  description = "The RDS instance's disk in GiB; the storage alarm is a fifth of it."
  type        = number
  default     = 20

  validation {
    condition     = var.database_allocated_storage >= 20
    error_message = "RDS gives MySQL at least 20 GiB."
  }
}

variable "database_max_connections" {
  description = "The connections that the database allows; the alarm is at 90 % of them. A db.t3.micro allows about 60, of which all pods together use 54 at the most."
  type        = number
  default     = 60

  validation {
    condition     = var.database_max_connections >= 10
    error_message = "At least 10."
  }
}

variable "queue_name" {
  description = "The SQS queue of the events."
  type        = string
}

variable "dead_letter_queue_name" {
  description = "The SQS queue of the messages that were received too often."
  type        = string
}

variable "alert_email" {
  description = "Who hears of alarms and of the budget. AWS first sends a mail that must be confirmed."
  type        = string

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.alert_email))
    error_message = "An e-mail address."
  }
}

# Known when planning (a setting, not an attribute of a resource that is still to be made): it decides whether the alarm exists.
variable "certificate_arn" {
  description = "The load balancer's ACM certificate, whose expiry is watched. Null: there is none."
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = "Encrypts the log groups and the topic. Null: what AWS encrypts by itself. The key's policy must let logs.REGION.amazonaws.com encrypt and decrypt for /aws/NAME/* and cloudwatch.amazonaws.com use kms:Decrypt and kms:GenerateDataKey*, or no log and no alarm arrives."
  type        = string
  default     = null
}

variable "monthly_budget_usd" {
  description = "What the account may cost in a month, in US dollars; a mail is sent at 80 % of it."
  type        = number
  default     = 250

  validation {
    condition     = var.monthly_budget_usd > 0
    error_message = "More than nothing."
  }
}

variable "runbook_url" {
  description = "The page that says what to do about each alarm (this repository's docs/alarms.md, wherever it is read). Each alarm's description links to RUNBOOK_URL#alarm-…"
  type        = string
  default     = "https://github.com/example/comptoir/blob/main/docs/alarms.md"

  validation {
    condition     = can(regex("^https://[^#\\s]+$", var.runbook_url))
    error_message = "An https:// address without a #."
  }
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "A number of days that CloudWatch Logs knows: 1, 3, 5, 7, 14, 30, 60, 90, …"
  }
}
