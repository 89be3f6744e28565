# Only the schema of the provider is used: no account, no credentials.
mock_provider "aws" {}

variables {
  account_id                = "123456789012"
  subnet_ids                = ["subnet-a", "subnet-b"]
  cluster_security_group_id = "sg-cluster"
  node_security_group_id    = "sg-node"
  kms_key_arn               = "arn:aws:kms:us-east-1:123456789012:key/1"
  administrator_arns        = ["arn:aws:iam::123456789012:role/devops-ppp-deployer"]
}

run "the_cluster_is_in_standard_support" {
  command = plan

  assert {
    condition     = aws_eks_cluster.this.name == "devops-ppp" && aws_eks_cluster.this.version == "1.35"
    error_message = "A9: devops-ppp, version 1.35."
  }

  assert {
    condition     = aws_eks_cluster.this.upgrade_policy[0].support_type == "STANDARD"
    error_message = "A9: extended support is never entered."
  }
}

run "the_api_is_guarded" {
  command = plan

  variables {
    public_access_cidrs = ["203.0.113.0/24"]
  }

  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].endpoint_private_access && toset(aws_eks_cluster.this.vpc_config[0].public_access_cidrs) == toset(["203.0.113.0/24"])
    error_message = "N3: the private endpoint is on, and the public one's callers are a variable."
  }

  assert {
    condition     = toset(aws_eks_cluster.this.vpc_config[0].security_group_ids) == toset(["sg-cluster"]) && toset(aws_eks_cluster.this.vpc_config[0].subnet_ids) == toset(["subnet-a", "subnet-b"])
    error_message = "S5: the API lies in the private subnets, behind its own security group."
  }

  assert {
    condition     = aws_eks_cluster.this.access_config[0].authentication_mode == "API" && aws_eks_cluster.this.access_config[0].bootstrap_cluster_creator_admin_permissions == false
    error_message = "S5: access entries say who may do what, and nothing else."
  }

  assert {
    condition     = [for entry in aws_eks_access_entry.administrator : entry.principal_arn] == ["arn:aws:iam::123456789012:role/devops-ppp-deployer"]
    error_message = "S5: only who is listed administers the cluster."
  }

  assert {
    condition     = aws_eks_cluster.this.encryption_config[0].provider[0].key_arn == var.kms_key_arn && toset(aws_eks_cluster.this.encryption_config[0].resources) == toset(["secrets"])
    error_message = "S4: Kubernetes' secrets are encrypted by the project's key."
  }

  assert {
    condition     = length(aws_eks_cluster.this.enabled_cluster_log_types) == 5 && aws_cloudwatch_log_group.control_plane.retention_in_days == 30
    error_message = "M1: all of the control plane's logs are kept, for 30 days."
  }
}

run "without_public_callers_there_is_no_public_endpoint" {
  command = plan

  variables {
    public_access_cidrs = []
  }

  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].endpoint_public_access == false
    error_message = "N3: nobody may call, so nobody is listened to."
  }
}

run "add_ons_are_managed" {
  command = plan

  assert {
    condition = toset(concat(keys(aws_eks_addon.before_nodes), keys(aws_eks_addon.this))) == toset([
      "vpc-cni", "kube-proxy", "coredns", "aws-ebs-csi-driver", "metrics-server", "amazon-cloudwatch-observability",
    ]) && aws_eks_cluster.this.bootstrap_self_managed_addons == false
    error_message = "The six add-ons are AWS' managed ones."
  }

  assert {
    condition     = jsondecode(aws_eks_addon.before_nodes["vpc-cni"].configuration_values).enableNetworkPolicy == "true"
    error_message = "S5: network policies are enforced."
  }

  assert {
    condition = alltrue([for group in ["app", "backend", "frontend"] : strcontains(
      jsondecode(aws_eks_addon.this["amazon-cloudwatch-observability"].configuration_values).containerLogs.fluentBit.config.extraFiles["application-log.conf"],
      "log_group_name    /aws/devops-ppp/${group}\n",
    )])
    error_message = "M1: containers' output goes to app, backend and frontend."
  }

  # Shell-like names are Fluent Bit's, and must come through Terraform's template as they are.
  assert {
    condition = strcontains(
      jsondecode(aws_eks_addon.this["amazon-cloudwatch-observability"].configuration_values).containerLogs.fluentBit.config.extraFiles["application-log.conf"],
      "region            $${AWS_REGION}\n",
    )
    error_message = "Fluent Bit fills in the region."
  }

  assert {
    condition     = length(regexall("Path +/var/log/containers/backend-\\*_devops-ppp_\\*\\.log", jsondecode(aws_eks_addon.this["amazon-cloudwatch-observability"].configuration_values).containerLogs.fluentBit.config.extraFiles["application-log.conf"])) == 2
    error_message = "M1: the backend's lines go to one group, once: what backend takes, app leaves out."
  }
}

run "mistakes_are_refused" {
  command = plan

  variables {
    name                = "x"
    account_id          = "1"
    region              = "moon"
    namespace           = "Devops"
    subnet_ids          = ["subnet-a"]
    public_access_cidrs = ["all"]
    administrator_arns  = []
    node_instance_types = []
    node_ami_type       = "AL2_x86_64"
    node_capacity_type  = "FREE"
    node_count          = { min = 0, max = 4, desired = 2 }
    node_disk_gib       = 5
    max_pods_per_node   = 5
    addon_versions      = { adot = "v1" }
    log_retention_days  = 31
  }

  expect_failures = [
    var.name, var.account_id, var.region, var.namespace, var.subnet_ids, var.public_access_cidrs, var.administrator_arns,
    var.node_instance_types, var.node_ami_type, var.node_capacity_type, var.node_count, var.node_disk_gib, var.max_pods_per_node,
    var.addon_versions, var.log_retention_days,
  ]
}

run "the_briefs_own_version_is_refused" {
  command = plan

  variables {
    kubernetes_version = "1.28"
  }

  expect_failures = [var.kubernetes_version]
}
