variable "name" {
  description = "What everything here is named after; also the cluster's name, which subnets are tagged with."
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
  description = "The AWS region; the zones lie in it."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region, as in us-east-1."
  }
}

variable "vpc_cidr" {
  description = "The VPC's addresses."
  type        = string
  default     = "10.0.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr))
    error_message = "An IPv4 block, as in 10.0.0.0/16."
  }
}

variable "zones" {
  description = "The availability zones, and the addresses of the public and the private subnet in each."
  type        = map(object({ public = string, private = string }))
  default = {
    us-east-1a = { public = "10.0.1.0/24", private = "10.0.101.0/24" }
    us-east-1b = { public = "10.0.2.0/24", private = "10.0.102.0/24" }
  }

  validation {
    condition     = length(var.zones) >= 2
    error_message = "EKS, the load balancer and the database each want two zones at least."
  }

  validation {
    condition     = alltrue([for zone, _ in var.zones : startswith(zone, var.region)])
    error_message = "The zones must lie in the region."
  }

  validation {
    condition     = alltrue(flatten([for _, zone in var.zones : [can(cidrnetmask(zone.public)), can(cidrnetmask(zone.private))]]))
    error_message = "The subnets must be IPv4 blocks."
  }
}

variable "nat_gateway_count" {
  description = "How many NAT gateways: one in each zone as drawn, or 1 to save; then a zone's failure cuts the other's way out."
  type        = number
  default     = 2

  validation {
    condition     = var.nat_gateway_count >= 1 && var.nat_gateway_count <= length(var.zones) && floor(var.nat_gateway_count) == var.nat_gateway_count
    error_message = "At least one, at most one for each zone."
  }
}

variable "api_public_cidrs" {
  description = "Who may call the Kubernetes API from outside (N3)."
  type        = list(string)
  default     = ["0.0.0.0/0"]

  validation {
    condition     = alltrue([for cidr in var.api_public_cidrs : can(cidrnetmask(cidr))])
    error_message = "IPv4 blocks, as in 203.0.113.0/24."
  }
}

variable "pod_port" {
  description = "The port on which the load balancer reaches the frontend's and the backend's pods, for requests and for health."
  type        = number
  default     = 8080

  validation {
    condition     = var.pod_port >= 1024 && var.pod_port <= 65535
    error_message = "From 1024 to 65535: pods have no privileges."
  }
}

variable "flow_logs" {
  description = "Whether every connection is recorded in CloudWatch Logs."
  type        = bool
  default     = false
}

variable "kms_key_arn" {
  description = "Encrypts the flow logs. Null: what AWS encrypts by itself."
  type        = string
  default     = null
}
