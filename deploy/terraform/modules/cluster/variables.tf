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
  description = "The Kubernetes namespace of the frontend and the backend, whose logs have groups of their own."
  type        = string
  default     = "devops-ppp"

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$", var.namespace))
    error_message = "A Kubernetes name: lower-case letters, digits and hyphens."
  }
}

variable "kubernetes_version" {
  description = "Kubernetes' version: one in EKS standard support, as the extended one costs six times as much. 1.35 is until 27 March 2027."
  type        = string
  default     = "1.35"

  validation {
    condition     = can(regex("^1\\.[0-9]{2}$", var.kubernetes_version)) && try(tonumber(split(".", var.kubernetes_version)[1]) >= 33, false)
    error_message = "As in 1.35; 1.32 and older are out of standard support in November 2026."
  }
}

variable "subnet_ids" {
  description = "The private subnets, in two zones at least."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "EKS wants subnets in two zones."
  }
}

variable "cluster_security_group_id" {
  description = "The security group of the API's interfaces in the VPC (N3)."
  type        = string
}

variable "node_security_group_id" {
  description = "The nodes' security group (N4)."
  type        = string
}

variable "kms_key_arn" {
  description = "Encrypts the cluster's secrets and its logs."
  type        = string
}

variable "public_access_cidrs" {
  description = "Who may call the API from outside (N3). Empty: nobody; only from within the VPC."
  type        = list(string)
  default     = ["0.0.0.0/0"]

  validation {
    condition     = alltrue([for cidr in var.public_access_cidrs : can(cidrnetmask(cidr))])
    error_message = "IPv4 blocks, as in 203.0.113.0/24."
  }
}

variable "administrator_arns" {
  description = "The roles (or users) that may do everything in the cluster: the deployer, and people."
  type        = set(string)

  validation {
    condition     = length(var.administrator_arns) > 0 && alltrue([for arn in var.administrator_arns : can(regex("^arn:aws:iam::[0-9]{12}:(role|user)/", arn))])
    error_message = "ARNs of IAM roles or users, at least one: without any, nobody gets in."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the cluster."
  type        = bool
  default     = true
}

variable "node_instance_types" {
  description = "The nodes' instance types; several help spot capacity."
  type        = list(string)
  default     = ["t3.medium"]

  validation {
    condition     = length(var.node_instance_types) > 0 && alltrue([for type in var.node_instance_types : can(regex("^[a-z0-9-]+\\.[a-z0-9]+$", type))])
    error_message = "Instance types, as in t3.medium, at least one."
  }
}

variable "node_ami_type" {
  description = "The nodes' system: for x86, or for Graviton (t4g…)."
  type        = string
  default     = "AL2023_x86_64_STANDARD"

  validation {
    condition     = contains(["AL2023_x86_64_STANDARD", "AL2023_ARM_64_STANDARD"], var.node_ami_type)
    error_message = "AL2023_x86_64_STANDARD or AL2023_ARM_64_STANDARD."
  }
}

variable "node_capacity_type" {
  description = "ON_DEMAND, or SPOT: about a third of the price, and AWS takes nodes back at two minutes' notice."
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

variable "node_disk_gib" {
  description = "A node's disk in GiB, for images and logs."
  type        = number
  default     = 20

  validation {
    condition     = var.node_disk_gib >= 20
    error_message = "At least 20 GiB: the system's image has that size."
  }
}

variable "max_pods_per_node" {
  description = "How many pods a node takes."
  type        = number
  default     = 40

  validation {
    condition     = var.max_pods_per_node >= 17 && var.max_pods_per_node <= 110
    error_message = "From 17 to 110, which is AWS' limit for nodes of this size."
  }
}

variable "addon_versions" {
  description = "Pins add-ons to versions, as in { coredns = \"v1.12.4-eksbuild.1\" }. The others get AWS' choice for the cluster's version."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name, _ in var.addon_versions : contains(["vpc-cni", "kube-proxy", "coredns", "metrics-server", "aws-ebs-csi-driver", "amazon-cloudwatch-observability"], name)])
    error_message = "An add-on that is not installed here."
  }
}

variable "log_retention_days" {
  description = "How long the control plane's logs and Container Insights' records are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365], var.log_retention_days)
    error_message = "A number of days that CloudWatch Logs knows: 1, 3, 5, 7, 14, 30, 60, 90, …"
  }
}
