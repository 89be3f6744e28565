# The brief's queue and its dead-letter queue (A5). The program may receive a message twice and never loses one: its outbox and
# inbox see to that (DESIGN), so a standard queue will do.

locals {
  queue_name       = "${var.name}-orders"
  dead_letter_name = "${var.name}-orders-dlq"

  # Made from the names, so that a plan shows every policy whole, and the two queues can name each other.
  queue_arn       = "arn:aws:sqs:${var.region}:${var.account_id}:${local.queue_name}"
  dead_letter_arn = "arn:aws:sqs:${var.region}:${var.account_id}:${local.dead_letter_name}"

  queues = {
    main        = { id = aws_sqs_queue.main.id, arn = local.queue_arn }
    dead_letter = { id = aws_sqs_queue.dead_letter.id, arn = local.dead_letter_arn }
  }
}

resource "aws_sqs_queue" "main" {
  name                       = local.queue_name
  visibility_timeout_seconds = var.visibility_timeout_seconds
  receive_wait_time_seconds  = var.receive_wait_seconds
  message_retention_seconds  = var.retention_days * 86400
  redrive_policy             = jsonencode({ deadLetterTargetArn = local.dead_letter_arn, maxReceiveCount = var.max_receive_count })

  sqs_managed_sse_enabled           = var.kms_key_arn == null ? true : null
  kms_master_key_id                 = var.kms_key_arn
  kms_data_key_reuse_period_seconds = var.kms_key_arn == null ? null : 300

  # AWS refuses a redrive policy that names no queue.
  depends_on = [aws_sqs_queue.dead_letter]
}

resource "aws_sqs_queue" "dead_letter" {
  name                       = local.dead_letter_name
  visibility_timeout_seconds = var.visibility_timeout_seconds
  receive_wait_time_seconds  = var.receive_wait_seconds
  message_retention_seconds  = var.dead_letter_retention_days * 86400

  sqs_managed_sse_enabled           = var.kms_key_arn == null ? true : null
  kms_master_key_id                 = var.kms_key_arn
  kms_data_key_reuse_period_seconds = var.kms_key_arn == null ? null : 300
}

# Only the one queue may put its dead letters here.
resource "aws_sqs_queue_redrive_allow_policy" "dead_letter" {
  queue_url            = aws_sqs_queue.dead_letter.id
  redrive_allow_policy = jsonencode({ redrivePermission = "byQueue", sourceQueueArns = [local.queue_arn] })

  depends_on = [aws_sqs_queue.main]
}

# Nobody is let in here (roles say who may do what: module identity); whoever comes without TLS is turned away.
resource "aws_sqs_queue_policy" "tls_only" {
  for_each = local.queues

  queue_url = each.value.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = each.value.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
