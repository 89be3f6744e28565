variable "name" {
  description = "What everything here is named after."
  type        = string
  default     = "devops-ppp"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "3 to 32 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "account_id" {
  description = "The AWS account, for the ARNs in policies: so a plan shows them whole."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "Twelve digits."
  }
}

variable "region" {
  description = "The AWS region, for the ARNs in policies."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region, as in us-east-1."
  }
}

variable "namespace" {
  description = "The Kubernetes namespace of the program's own ServiceAccounts."
  type        = string
  default     = "devops-ppp"

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$", var.namespace))
    error_message = "A Kubernetes name: lower-case letters, digits and hyphens."
  }
}

variable "cluster_name" {
  description = "The cluster, as tags on load balancers and node groups have it."
  type        = string
}

variable "oidc_provider_arn" {
  description = "The cluster's OIDC provider: whom the roles trust."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:iam::[0-9]{12}:oidc-provider/", var.oidc_provider_arn))
    error_message = "The ARN of an IAM OIDC provider."
  }
}

variable "oidc_issuer_host" {
  description = "The cluster's issuer without https://, as trust policies write it."
  type        = string

  validation {
    condition     = !startswith(var.oidc_issuer_host, "https://")
    error_message = "Without https://: with it no pod would ever be believed."
  }
}

variable "queue_arn" {
  description = "The main queue."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.queue_arn))
    error_message = "The ARN of one SQS queue, without a wildcard."
  }
}

variable "dead_letter_queue_arn" {
  description = "The dead-letter queue."
  type        = string

  validation {
    condition     = can(regex("^arn:aws:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.dead_letter_queue_arn))
    error_message = "The ARN of one SQS queue, without a wildcard."
  }
}

variable "queue_kms_key_arn" {
  description = "The key that the queues are encrypted by, if it is one of ours. Null: SQS' own."
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = "Encrypts the secret."
  type        = string
}
