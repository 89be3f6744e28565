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

variable "visibility_timeout_seconds" {
  description = "How long a received message is hidden from other workers."
  type        = number
  default     = 300

  validation {
    condition     = var.visibility_timeout_seconds >= 30 && var.visibility_timeout_seconds <= 43200
    error_message = "From 30 seconds (an effect may take 15) to 12 hours."
  }
}

variable "receive_wait_seconds" {
  description = "How long a worker's question waits for a message (long polling)."
  type        = number
  default     = 20

  validation {
    condition     = var.receive_wait_seconds >= 1 && var.receive_wait_seconds <= 20
    error_message = "From 1 to 20 seconds; 0 would be short polling, which is billed for empty answers."
  }
}

variable "max_receive_count" {
  description = "How often a message is received before it is a dead letter."
  type        = number
  default     = 5

  validation {
    condition     = var.max_receive_count >= 2 && var.max_receive_count <= 1000
    error_message = "From 2 to 1000; with 1 a worker's restart would make dead letters."
  }
}

variable "retention_days" {
  description = "How long a message waits for a worker."
  type        = number
  default     = 4

  validation {
    condition     = var.retention_days >= 1 && var.retention_days <= 14
    error_message = "From 1 to 14 days."
  }
}

variable "dead_letter_retention_days" {
  description = "How long a dead letter waits. Its clock began when the message was first sent."
  type        = number
  default     = 14

  validation {
    condition     = var.dead_letter_retention_days <= 14 && var.dead_letter_retention_days > var.retention_days
    error_message = "14 days at most, and longer than in the main queue: a dead letter's clock does not begin anew."
  }
}

variable "kms_key_arn" {
  description = "Encrypts the messages; senders and receivers then need it too (module identity). Null: SQS' own key."
  type        = string
  default     = null
}
