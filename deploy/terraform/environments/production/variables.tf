# The defaults are the brief's. Rules about single values stand in the modules.

variable "account_id" {
  description = "The environment's AWS account. Not in a file here: TF_VAR_account_id."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "Twelve digits."
  }
}

variable "environment" {
  description = "Which environment this is; a tag on everything."
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "staging or production."
  }
}

variable "alert_email" {
  description = "Who hears of alarms and of the budget. Not in a file here: TF_VAR_alert_email."
  type        = string

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.alert_email))
    error_message = "An e-mail address."
  }
}

variable "name" {
  description = "What everything is named after. Environments are accounts of their own, so names need no suffix."
  type        = string
  default     = "devops-ppp"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "3 to 32 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "region" {
  description = "The AWS region."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region, as in us-east-1."
  }
}

variable "nat_gateway_count" {
  description = "How many NAT gateways: 2 as drawn, 1 to save."
  type        = number
  default     = 2

  validation {
    condition     = var.nat_gateway_count >= 1
    error_message = "At least one: nodes must reach AWS."
  }
}

variable "flow_logs" {
  description = "Whether every connection is recorded."
  type        = bool
  default     = false
}

variable "api_public_cidrs" {
  description = "Who may call the Kubernetes API from outside."
  type        = list(string)
  default     = ["0.0.0.0/0"]

  validation {
    condition     = alltrue([for cidr in var.api_public_cidrs : can(cidrnetmask(cidr))])
    error_message = "IPv4 blocks, as in 203.0.113.0/24."
  }
}

variable "administrator_arns" {
  description = "Roles (or users) that may do everything in the cluster, besides the deployer."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.administrator_arns : can(regex("^arn:aws:iam::[0-9]{12}:(role|user)/", arn))])
    error_message = "ARNs of IAM roles or users."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the cluster and the database."
  type        = bool
  default     = true
}

variable "kubernetes_version" {
  description = "Kubernetes' version, one in EKS standard support."
  type        = string
  default     = "1.35"

  validation {
    condition     = can(regex("^1\\.[0-9]{2}$", var.kubernetes_version))
    error_message = "As in 1.35."
  }
}

variable "addon_versions" {
  description = "Pins managed add-ons to versions; the others get AWS' choice."
  type        = map(string)
  default     = {}
}

variable "node_instance_types" {
  description = "The nodes' instance types."
  type        = list(string)
  default     = ["t3.medium"]

  validation {
    condition     = length(var.node_instance_types) > 0
    error_message = "At least one."
  }
}

variable "node_ami_type" {
  description = "The nodes' system: AL2023_x86_64_STANDARD, or AL2023_ARM_64_STANDARD for Graviton."
  type        = string
  default     = "AL2023_x86_64_STANDARD"

  validation {
    condition     = contains(["AL2023_x86_64_STANDARD", "AL2023_ARM_64_STANDARD"], var.node_ami_type)
    error_message = "AL2023_x86_64_STANDARD or AL2023_ARM_64_STANDARD."
  }
}

variable "node_capacity_type" {
  description = "ON_DEMAND or SPOT."
  type        = string
  default     = "ON_DEMAND"

  validation {
    condition     = contains(["ON_DEMAND", "SPOT"], var.node_capacity_type)
    error_message = "ON_DEMAND or SPOT."
  }
}

variable "node_count" {
  description = "How many nodes: at least, at most, and in the beginning."
  type        = object({ min = number, max = number, desired = number })
  default     = { min = 1, max = 4, desired = 2 }

  validation {
    condition     = var.node_count.min >= 1 && var.node_count.min <= var.node_count.desired && var.node_count.desired <= var.node_count.max
    error_message = "1 ≤ min ≤ desired ≤ max."
  }
}

variable "database_class" {
  description = "The database's class."
  type        = string
  default     = "db.t3.micro"

  validation {
    condition     = startswith(var.database_class, "db.")
    error_message = "An RDS class, as in db.t3.micro."
  }
}

variable "database_multi_az" {
  description = "Whether the database has a standby in the other zone."
  type        = bool
  default     = false
}

variable "database_backup_retention_days" {
  description = "How long the database's backups are kept."
  type        = number
  default     = 7

  validation {
    condition     = var.database_backup_retention_days >= 1 && var.database_backup_retention_days <= 35
    error_message = "From 1 to 35 days."
  }
}

variable "certificate_arn" {
  description = "The load balancer's certificate in ACM, whose expiry is watched. Null: there is none yet."
  type        = string
  default     = null

  validation {
    condition     = var.certificate_arn == null || can(regex("^arn:aws:acm:", var.certificate_arn))
    error_message = "The ARN of an ACM certificate."
  }
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
