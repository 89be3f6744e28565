# A role for each ServiceAccount whose pods call AWS (S3, S5), and the secret that they are given. Each role trusts one
# ServiceAccount of this cluster, and its policy names what it may touch. The add-ons' roles are in the module cluster.

locals {
  roles = {
    sqs-consumer             = { account = "${var.namespace}:sqs-consumer", statements = local.sqs_consumer }
    backend                  = { account = "${var.namespace}:backend", statements = local.backend }
    keda                     = { account = "keda:keda-operator", statements = local.keda }
    external-secrets         = { account = "external-secrets:external-secrets", statements = local.external_secrets }
    cluster-autoscaler       = { account = "kube-system:cluster-autoscaler", statements = local.cluster_autoscaler }
    load-balancer-controller = { account = "kube-system:aws-load-balancer-controller", statements = local.load_balancer_controller }
  }

  policies = { for role, parts in local.roles : role => jsonencode({ Version = "2012-10-17", Statement = parts.statements }) }
}

resource "aws_iam_role" "this" {
  for_each = local.roles

  name = "${var.name}-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = var.oidc_provider_arn }
      Condition = {
        StringEquals = {
          "${var.oidc_issuer_host}:sub" = "system:serviceaccount:${each.value.account}"
          "${var.oidc_issuer_host}:aud" = "sts.amazonaws.com"
        }
      }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  for_each = local.roles

  name   = each.key
  role   = aws_iam_role.this[each.key].name
  policy = local.policies[each.key]
}

# The container only: people put the value in (docs: operations), external-secrets takes it out. So it is in no state.
resource "aws_secretsmanager_secret" "app" {
  #checkov:skip=CKV2_AWS_57:its parts are rotated by hand, each in its own way (docs: operations); a Lambda could not
  name                    = local.secret_name
  description             = "DATABASE_URL, JWT_SECRET, JWT_SECRET_PREVIOUS, SQS_QUEUE_URL, COMPTOIR_MAIL_SMTP_URL"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = 30
}
