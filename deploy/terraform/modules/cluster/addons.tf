# What AWS installs into the cluster and keeps working. Versions are AWS' choice for the cluster's version, unless pinned.

locals {
  insights_log_group = "/aws/containerinsights/${var.name}/performance"

  addons_before_nodes = {
    vpc-cni = {
      role = "vpc-cni"
      settings = {
        enableNetworkPolicy = "true"
        env                 = { ENABLE_PREFIX_DELEGATION = "true", WARM_PREFIX_TARGET = "1" }
      }
    }
    kube-proxy = { role = null, settings = {} }
  }

  addons = {
    coredns            = { role = null, settings = {} }
    metrics-server     = { role = null, settings = {} }
    aws-ebs-csi-driver = { role = "ebs-csi", settings = {} }
    amazon-cloudwatch-observability = {
      role = "cloudwatch"
      settings = {
        # Container Insights only: Application Signals would put an agent into every pod.
        agent = { config = { logs = { metrics_collected = { kubernetes = { enhanced_container_insights = true } } } } }
        containerLogs = {
          enabled = true
          fluentBit = { config = { extraFiles = {
            "application-log.conf" = templatefile("${path.module}/application-log.conf.tftpl", { name = var.name, namespace = var.namespace })
            # What systemd and the kernel say is left out: it costs more than it has told anybody yet.
            "dataplane-log.conf" = "# not collected"
            "host-log.conf"      = "# not collected"
          } } }
        }
      }
    }
  }
}

resource "aws_eks_addon" "before_nodes" {
  for_each = local.addons_before_nodes

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = lookup(var.addon_versions, each.key, null)
  service_account_role_arn    = each.value.role == null ? null : aws_iam_role.addon[each.value.role].arn
  configuration_values        = length(each.value.settings) == 0 ? null : jsonencode(each.value.settings)
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  depends_on = [aws_iam_role_policy_attachment.addon]
}

# These have pods that must find a node before AWS calls the add-on well.
resource "aws_eks_addon" "this" {
  for_each = local.addons

  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = lookup(var.addon_versions, each.key, null)
  service_account_role_arn    = each.value.role == null ? null : aws_iam_role.addon[each.value.role].arn
  configuration_values        = length(each.value.settings) == 0 ? null : jsonencode(each.value.settings)
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"

  depends_on = [
    aws_eks_node_group.this,
    aws_iam_role_policy_attachment.addon,
    aws_iam_role_policy.cloudwatch,
    aws_cloudwatch_log_group.insights,
  ]
}

resource "aws_cloudwatch_log_group" "insights" {
  #checkov:skip=CKV_AWS_338:30 days, as the brief has it (M1, C1)
  name              = local.insights_log_group
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
