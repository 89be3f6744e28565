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

# EKS makes up the issuer's name.
override_resource {
  target          = aws_eks_cluster.this
  override_during = plan
  values          = { identity = [{ oidc = [{ issuer = "https://oidc.eks.us-east-1.amazonaws.com/id/ABC" }] }] }
}

override_resource {
  target          = aws_iam_openid_connect_provider.this
  override_during = plan
  values          = { arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC" }
}

run "the_nodes_are_the_briefs" {
  command = plan

  assert {
    condition     = aws_eks_node_group.this.instance_types == tolist(["t3.medium"]) && aws_eks_node_group.this.capacity_type == "ON_DEMAND"
    error_message = "A9: t3.medium."
  }

  assert {
    condition     = aws_eks_node_group.this.scaling_config[0].min_size == 1 && aws_eks_node_group.this.scaling_config[0].max_size == 4 && aws_eks_node_group.this.scaling_config[0].desired_size == 2
    error_message = "A9: 1 to 4 nodes, 2 in the beginning."
  }

  assert {
    condition     = toset(aws_eks_node_group.this.subnet_ids) == toset(["subnet-a", "subnet-b"]) && toset(aws_launch_template.node.vpc_security_group_ids) == toset(["sg-node"])
    error_message = "N4: nodes are private, and have the one security group."
  }

  assert {
    condition     = { for tag in aws_autoscaling_group_tag.autoscaler : tag.tag[0].key => tag.tag[0].value } == { "k8s.io/cluster-autoscaler/enabled" = "true", "k8s.io/cluster-autoscaler/devops-ppp" = "owned" }
    error_message = "A9: the autoscaler finds its group by two tags."
  }
}

run "pods_cannot_take_the_nodes_role" {
  command = plan

  assert {
    condition     = aws_launch_template.node.metadata_options[0].http_tokens == "required" && aws_launch_template.node.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "S5: IMDSv2, one hop."
  }

  assert {
    condition     = aws_launch_template.node.block_device_mappings[0].ebs[0].encrypted == "true" && aws_launch_template.node.block_device_mappings[0].ebs[0].volume_type == "gp3"
    error_message = "S4: the nodes' disks are encrypted."
  }

  assert {
    condition     = strcontains(base64decode(aws_launch_template.node.user_data), "maxPods: 40\n") && startswith(base64decode(aws_launch_template.node.user_data), "MIME-Version: 1.0\n")
    error_message = "A node takes 40 pods, as its settings say from their first line on."
  }
}

run "cluster_and_nodes_have_the_briefs_roles" {
  command = plan

  assert {
    condition     = aws_iam_role.cluster.name == "devops-ppp-eks-cluster" && toset([for attachment in aws_iam_role_policy_attachment.cluster : attachment.policy_arn]) == toset(["arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"])
    error_message = "S1: the cluster's role has AmazonEKSClusterPolicy."
  }

  assert {
    condition = aws_iam_role.node.name == "devops-ppp-eks-node" && toset([for attachment in aws_iam_role_policy_attachment.node : attachment.policy_arn]) == toset([
      "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
      "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
      "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly",
    ])
    error_message = "S2: the nodes' role has its three policies, and no other."
  }

  assert {
    condition     = jsondecode(aws_iam_role.cluster.assume_role_policy).Statement[0].Principal == { Service = "eks.amazonaws.com" } && jsondecode(aws_iam_role.node.assume_role_policy).Statement[0].Principal == { Service = "ec2.amazonaws.com" }
    error_message = "S1, S2: only EKS and EC2 take these roles."
  }
}

run "each_add_ons_role_trusts_one_service_account" {
  command = plan

  assert {
    condition = { for key, role in aws_iam_role.addon : role.name => jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals } == {
      devops-ppp-vpc-cni = {
        "oidc.eks.us-east-1.amazonaws.com/id/ABC:sub" = "system:serviceaccount:kube-system:aws-node"
        "oidc.eks.us-east-1.amazonaws.com/id/ABC:aud" = "sts.amazonaws.com"
      }
      devops-ppp-ebs-csi = {
        "oidc.eks.us-east-1.amazonaws.com/id/ABC:sub" = "system:serviceaccount:kube-system:ebs-csi-controller-sa"
        "oidc.eks.us-east-1.amazonaws.com/id/ABC:aud" = "sts.amazonaws.com"
      }
      devops-ppp-cloudwatch = {
        "oidc.eks.us-east-1.amazonaws.com/id/ABC:sub" = "system:serviceaccount:amazon-cloudwatch:cloudwatch-agent"
        "oidc.eks.us-east-1.amazonaws.com/id/ABC:aud" = "sts.amazonaws.com"
      }
    }
    error_message = "S5: an add-on's role is for its own ServiceAccount."
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.addon : jsondecode(role.assume_role_policy).Statement[0].Principal == { Federated = aws_iam_openid_connect_provider.this.arn }])
    error_message = "S5: only this cluster's ServiceAccounts are believed."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_role_policy.cloudwatch.policy).Statement : alltrue([for resource in statement.Resource : strcontains(resource, "devops-ppp/")]) if statement.Sid == "WriteLogs"])
    error_message = "S5: logs are written to the project's own groups."
  }
}
