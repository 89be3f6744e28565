variable "repositories" {
  description = "The repositories' names."
  type        = set(string)
  default     = ["backend", "frontend"]

  validation {
    condition     = length(var.repositories) > 0 && alltrue([for name in var.repositories : can(regex("^[a-z][a-z0-9._/-]{1,255}$", name))])
    error_message = "Lower-case names, at least one."
  }
}

variable "keep_images" {
  description = "How many images of each are kept."
  type        = number
  default     = 10

  validation {
    condition     = var.keep_images >= 2
    error_message = "At least 2: a roll-back needs what ran before."
  }
}

variable "kms_key_arn" {
  description = "Encrypts the images. Null: AES-256 by ECR. Cannot be changed afterwards."
  type        = string
  default     = null
}
