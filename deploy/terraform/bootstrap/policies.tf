# What the deployer may do: make and change what the roots describe, by name wherever AWS lets one be given. It never reads a
# secret's value. Whoever writes roles could give one more than it should have: that is what the environment's approval is for.

locals {
  here = "${var.region}:${var.account_id}"

  # AWS gives network things their names when it makes them, so they cannot be named beforehand.
  in_region = { StringEquals = { "aws:RequestedRegion" = var.region } }
  ours      = { StringEquals = { "aws:ResourceTag/Project" = var.name } }

  service_roles = ["autoscaling", "eks", "eks-nodegroup", "elasticloadbalancing", "rds"]

  deployer_policies = {
    state    = local.deployer_state
    roles    = local.deployer_roles
    network  = local.deployer_network
    cluster  = local.deployer_cluster
    data     = local.deployer_data
    keys     = local.deployer_keys
    watching = local.deployer_watching
  }

  deployer_state = [
    { Sid = "ListState", Effect = "Allow", Action = "s3:ListBucket", Resource = local.bucket_arn },
    {
      Sid      = "State"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = "${local.bucket_arn}/environments/${var.environment}.tfstate"
    },
    {
      Sid      = "Lock"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
      Resource = "${local.bucket_arn}/environments/${var.environment}.tfstate.tflock"
    },
  ]

  deployer_roles = [
    {
      Sid    = "Roles"
      Effect = "Allow"
      Action = [
        "iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:GetRole",
        "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies", "iam:PutRolePolicy",
        "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole",
      ]
      Resource = "arn:aws:iam::${var.account_id}:role/${var.name}-*"
    },
    {
      Sid       = "HandRolesToServices"
      Effect    = "Allow"
      Action    = "iam:PassRole"
      Resource  = "arn:aws:iam::${var.account_id}:role/${var.name}-*"
      Condition = { StringEquals = { "iam:PassedToService" = ["eks.amazonaws.com", "ec2.amazonaws.com", "vpc-flow-logs.amazonaws.com"] } }
    },
    {
      Sid    = "ClusterIssuer"
      Effect = "Allow"
      Action = [
        "iam:AddClientIDToOpenIDConnectProvider", "iam:CreateOpenIDConnectProvider", "iam:DeleteOpenIDConnectProvider",
        "iam:GetOpenIDConnectProvider", "iam:TagOpenIDConnectProvider", "iam:UntagOpenIDConnectProvider",
      ]
      Resource = "arn:aws:iam::${var.account_id}:oidc-provider/oidc.eks.${var.region}.amazonaws.com/*"
    },
    {
      Sid       = "FirstOfTheAccount"
      Effect    = "Allow"
      Action    = "iam:CreateServiceLinkedRole"
      Resource  = "arn:aws:iam::${var.account_id}:role/aws-service-role/*"
      Condition = { StringEquals = { "iam:AWSServiceName" = [for service in local.service_roles : "${service}.amazonaws.com"] } }
    },
    {
      Sid    = "NotItself"
      Effect = "Deny"
      Action = [
        "iam:AttachRolePolicy", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:PassRole", "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy", "iam:UpdateRole",
      ]
      Resource = local.deployer_arn
    },
  ]
}
