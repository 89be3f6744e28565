# The Kubernetes cluster (A9): control plane here, nodes in nodes.tf, roles in roles*.tf, managed add-ons in addons.tf.

resource "aws_cloudwatch_log_group" "control_plane" {
  #checkov:skip=CKV_AWS_338:30 days, as the brief has it (M1, C1)
  name              = "/aws/eks/${var.name}/cluster" # EKS' own name for it; made here so that it is not kept for ever
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_eks_cluster" "this" {
  #checkov:skip=CKV_AWS_39:the brief has the API reachable from the Internet (N3); who may call is a variable
  #checkov:skip=CKV_AWS_38:the same: public_access_cidrs narrows it
  name     = var.name
  version  = var.kubernetes_version
  role_arn = aws_iam_role.cluster.arn

  enabled_cluster_log_types     = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
  bootstrap_self_managed_addons = false # the managed ones of addons.tf instead
  deletion_protection           = var.deletion_protection

  vpc_config {
    subnet_ids              = var.subnet_ids
    security_group_ids      = [var.cluster_security_group_id]
    endpoint_private_access = true
    endpoint_public_access  = length(var.public_access_cidrs) > 0
    public_access_cidrs     = var.public_access_cidrs
  }

  # Access entries only: no ConfigMap in the cluster that a slip of the pen can lock everybody out with, and whoever happens to
  # create the cluster is nobody special.
  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = false
  }

  encryption_config {
    resources = ["secrets"]

    provider {
      key_arn = var.kms_key_arn
    }
  }

  # Out of standard support AWS upgrades the cluster, instead of billing six times the price (A9).
  upgrade_policy {
    support_type = "STANDARD"
  }

  depends_on = [
    aws_cloudwatch_log_group.control_plane,
    aws_iam_role_policy_attachment.cluster,
    aws_iam_role_policy.cluster_secrets,
  ]
}

resource "aws_eks_access_entry" "administrator" {
  for_each = var.administrator_arns

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = each.value
}

resource "aws_eks_access_policy_association" "administrator" {
  for_each = var.administrator_arns

  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_eks_access_entry.administrator[each.key].principal_arn
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

  access_scope {
    type = "cluster"
  }
}

# IAM believes what the cluster says about its ServiceAccounts (IRSA): so a pod gets a role of its own. AWS knows the
# certificate authority of these issuers; no thumbprint is needed.
resource "aws_iam_openid_connect_provider" "this" {
  url            = aws_eks_cluster.this.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}
