# Only the schema of the provider is used: no account, no credentials.
mock_provider "aws" {}

run "the_repositories_are_the_briefs" {
  command = plan

  assert {
    condition     = toset([for repository in aws_ecr_repository.this : repository.name]) == toset(["backend", "frontend"])
    error_message = "A11: backend and frontend."
  }

  assert {
    condition     = alltrue([for repository in aws_ecr_repository.this : repository.image_tag_mutability == "IMMUTABLE"])
    error_message = "A11: tags are immutable."
  }

  assert {
    condition     = alltrue([for repository in aws_ecr_repository.this : repository.image_scanning_configuration[0].scan_on_push])
    error_message = "A11: images are scanned when they are pushed."
  }
}

run "the_last_10_images_are_kept" {
  command = plan

  assert {
    condition = length(aws_ecr_lifecycle_policy.this) == 2 && alltrue([
      for policy in aws_ecr_lifecycle_policy.this :
      [for rule in jsondecode(policy.policy).rules : rule.selection.countNumber if rule.selection.countType == "imageCountMoreThan"] == [10]
    ])
    error_message = "A11: the last 10 images are kept."
  }
}

run "images_are_encrypted_by_a_given_key" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/1"
  }

  assert {
    condition     = alltrue([for repository in aws_ecr_repository.this : repository.encryption_configuration[0].encryption_type == "KMS" && repository.encryption_configuration[0].kms_key == var.kms_key_arn])
    error_message = "S4: images are encrypted by the key that is given."
  }
}

run "mistakes_are_refused" {
  command = plan

  variables {
    repositories = ["Backend"]
    keep_images  = 1
  }

  expect_failures = [var.repositories, var.keep_images]
}
