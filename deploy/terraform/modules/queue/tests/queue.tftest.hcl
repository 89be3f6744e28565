# Only the schema of the provider is used: no account, no credentials.
mock_provider "aws" {}

variables {
  account_id = "123456789012"
}

run "the_queue_is_the_briefs" {
  command = plan

  assert {
    condition     = aws_sqs_queue.main.name == "devops-ppp-orders" && aws_sqs_queue.main.fifo_queue != true
    error_message = "A5: a standard queue, devops-ppp-orders."
  }

  assert {
    condition     = aws_sqs_queue.main.visibility_timeout_seconds == 300
    error_message = "A5: the visibility timeout is 5 minutes."
  }

  assert {
    condition     = aws_sqs_queue.main.receive_wait_time_seconds == 20
    error_message = "A5: long polling."
  }

  assert {
    condition = jsondecode(aws_sqs_queue.main.redrive_policy) == {
      deadLetterTargetArn = "arn:aws:sqs:us-east-1:123456789012:devops-ppp-orders-dlq"
      maxReceiveCount     = 5
    }
    error_message = "A5: after 5 receptions a message goes to the dead-letter queue."
  }
}

run "dead_letters_wait_for_14_days" {
  command = plan

  assert {
    condition     = aws_sqs_queue.dead_letter.name == "devops-ppp-orders-dlq" && aws_sqs_queue.dead_letter.message_retention_seconds == 1209600
    error_message = "A5: devops-ppp-orders-dlq keeps messages for 14 days."
  }

  assert {
    condition = jsondecode(aws_sqs_queue_redrive_allow_policy.dead_letter.redrive_allow_policy) == {
      redrivePermission = "byQueue"
      sourceQueueArns   = ["arn:aws:sqs:us-east-1:123456789012:devops-ppp-orders"]
    }
    error_message = "A5: dead letters come from the one queue only."
  }
}

run "messages_are_encrypted" {
  command = plan

  assert {
    condition     = aws_sqs_queue.main.sqs_managed_sse_enabled && aws_sqs_queue.dead_letter.sqs_managed_sse_enabled
    error_message = "S4: both queues are encrypted at rest."
  }

  assert {
    condition = alltrue([
      for queue, policy in aws_sqs_queue_policy.tls_only :
      jsondecode(policy.policy).Statement[0].Effect == "Deny" &&
      jsondecode(policy.policy).Statement[0].Condition == { Bool = { "aws:SecureTransport" = "false" } } &&
      jsondecode(policy.policy).Statement[0].Resource == local.queues[queue].arn
    ]) && length(aws_sqs_queue_policy.tls_only) == 2
    error_message = "S5: both queues refuse who comes without TLS."
  }
}

run "a_key_of_ones_own_replaces_sqs_key" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:us-east-1:123456789012:key/1"
  }

  assert {
    condition     = aws_sqs_queue.main.kms_master_key_id == var.kms_key_arn && aws_sqs_queue.dead_letter.kms_master_key_id == var.kms_key_arn
    error_message = "S4: both queues use the key that is given."
  }
}

run "mistakes_are_refused" {
  command = plan

  variables {
    name                       = "x"
    account_id                 = "1"
    region                     = "moon"
    visibility_timeout_seconds = 5
    receive_wait_seconds       = 0
    max_receive_count          = 1
    retention_days             = 15
  }

  expect_failures = [
    var.name, var.account_id, var.region, var.visibility_timeout_seconds, var.receive_wait_seconds, var.max_receive_count, var.retention_days,
  ]
}

run "dead_letters_that_die_early_are_refused" {
  command = plan

  variables {
    dead_letter_retention_days = 4
  }

  expect_failures = [var.dead_letter_retention_days]
}
