# frontend: nginx; backend: the API; app: workers, migrations and whatever else runs in the cluster.
resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_338:30 days are the brief's (M1, C1); what must be kept for years, the journal of events, is in the database
  for_each = toset(["app", "backend", "frontend"])

  name              = "/aws/${var.name}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
