# What the deployer may do with AWS' services; its state and its way with roles stand in policies.tf.

locals {
  deployer_network = [{
    Sid    = "Network"
    Effect = "Allow"
    Action = [
      "ec2:AllocateAddress", "ec2:AssociateRouteTable", "ec2:AttachInternetGateway", "ec2:AuthorizeSecurityGroup*",
      "ec2:CreateFlowLogs", "ec2:CreateInternetGateway", "ec2:CreateLaunchTemplate*", "ec2:CreateNatGateway", "ec2:CreateRoute",
      "ec2:CreateRouteTable", "ec2:CreateSecurityGroup", "ec2:CreateSubnet", "ec2:CreateTags", "ec2:CreateVpc", "ec2:CreateVpcEndpoint",
      "ec2:DeleteFlowLogs", "ec2:DeleteInternetGateway", "ec2:DeleteLaunchTemplate*", "ec2:DeleteNatGateway", "ec2:DeleteRoute",
      "ec2:DeleteRouteTable", "ec2:DeleteSecurityGroup", "ec2:DeleteSubnet", "ec2:DeleteTags", "ec2:DeleteVpc", "ec2:DeleteVpcEndpoints",
      "ec2:Describe*", "ec2:DetachInternetGateway", "ec2:DisassociateAddress", "ec2:DisassociateRouteTable", "ec2:GetLaunchTemplateData",
      "ec2:ModifyLaunchTemplate", "ec2:ModifySecurityGroupRules", "ec2:ModifySubnetAttribute", "ec2:ModifyVpcAttribute",
      "ec2:ModifyVpcEndpoint", "ec2:ReleaseAddress", "ec2:ReplaceRoute", "ec2:ReplaceRouteTableAssociation", "ec2:RevokeSecurityGroup*",
      "ec2:RunInstances", "ec2:UpdateSecurityGroupRuleDescriptions*",
    ]
    Resource  = "*"
    Condition = local.in_region
  }]

  deployer_cluster = [
    {
      Sid    = "Cluster"
      Effect = "Allow"
      Action = "eks:*"
      Resource = [for kind in ["cluster", "nodegroup", "addon", "access-entry"] :
        "arn:aws:eks:${local.here}:${kind}/${var.name}${kind == "cluster" ? "" : "/*"}"
      ]
    },
    { Sid = "WhatAddOnsThereAre", Effect = "Allow", Action = "eks:DescribeAddon*", Resource = "*", Condition = local.in_region },
    {
      Sid      = "NodeGroupTags"
      Effect   = "Allow"
      Action   = ["autoscaling:CreateOrUpdateTags", "autoscaling:DeleteTags"]
      Resource = "arn:aws:autoscaling:${local.here}:autoScalingGroup:*:autoScalingGroupName/eks-${var.name}-node-*"
    },
    { Sid = "FindNodeGroups", Effect = "Allow", Action = "autoscaling:Describe*", Resource = "*", Condition = local.in_region },
  ]

  deployer_data = [
    {
      Sid    = "Database"
      Effect = "Allow"
      Action = "rds:*"
      Resource = [
        "arn:aws:rds:${local.here}:db:${var.name}", "arn:aws:rds:${local.here}:subgrp:${var.name}",
        "arn:aws:rds:${local.here}:pg:${var.name}-*", "arn:aws:rds:${local.here}:snapshot:${var.name}-*",
        "arn:aws:rds:${local.here}:og:default*",
      ]
    },
    { Sid = "FindDatabases", Effect = "Allow", Action = "rds:Describe*", Resource = "*", Condition = local.in_region },
    { Sid = "Queues", Effect = "Allow", Action = "sqs:*", Resource = "arn:aws:sqs:${local.here}:${var.name}-orders*" },
    {
      Sid      = "Images"
      Effect   = "Allow"
      Action   = "ecr:*"
      Resource = [for name in ["backend", "frontend"] : "arn:aws:ecr:${local.here}:repository/${name}"]
    },
    { Sid = "SignInToImages", Effect = "Allow", Action = "ecr:GetAuthorizationToken", Resource = "*", Condition = local.in_region },
    {
      Sid    = "SecretsButNotTheirValues"
      Effect = "Allow"
      Action = [
        "secretsmanager:CreateSecret", "secretsmanager:DeleteSecret", "secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy",
        "secretsmanager:RestoreSecret", "secretsmanager:TagResource", "secretsmanager:UntagResource", "secretsmanager:UpdateSecret",
      ]
      Resource = [for name in ["${var.name}/app-*", "rds!db-*"] : "arn:aws:secretsmanager:${local.here}:secret:${name}"]
    },
  ]

  deployer_keys = [
    {
      Sid       = "MakeAKey"
      Effect    = "Allow"
      Action    = ["kms:CreateKey", "kms:TagResource"]
      Resource  = "*" # it has no name yet, but must get the project's tag
      Condition = { StringEquals = { "aws:RequestTag/Project" = var.name } }
    },
    {
      Sid    = "ItsKey"
      Effect = "Allow"
      Action = [
        "kms:CreateAlias", "kms:CreateGrant", "kms:Decrypt", "kms:DeleteAlias", "kms:DescribeKey", "kms:EnableKeyRotation",
        "kms:GenerateDataKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListGrants", "kms:ListResourceTags", "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
      ]
      Resource  = "arn:aws:kms:${local.here}:key/*"
      Condition = local.ours
    },
    {
      Sid      = "Alias"
      Effect   = "Allow"
      Action   = ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"]
      Resource = "arn:aws:kms:${local.here}:alias/${var.name}"
    },
    { Sid = "FindKeys", Effect = "Allow", Action = "kms:ListAliases", Resource = "*", Condition = local.in_region },
  ]

  deployer_watching = [
    {
      Sid    = "Logs"
      Effect = "Allow"
      Action = "logs:*"
      Resource = [for group in ["/aws/${var.name}/*", "/aws/eks/${var.name}/*", "/aws/rds/instance/${var.name}/*", "/aws/containerinsights/${var.name}/*"] :
        "arn:aws:logs:${local.here}:log-group:${group}"
      ]
    },
    { Sid = "FindLogs", Effect = "Allow", Action = "logs:DescribeLogGroups", Resource = "*", Condition = local.in_region },
    {
      Sid    = "AlarmsAndDashboards"
      Effect = "Allow"
      Action = "cloudwatch:*"
      Resource = [
        "arn:aws:cloudwatch:${local.here}:alarm:${var.name}-*",
        "arn:aws:cloudwatch::${var.account_id}:dashboard/${var.name}-*",
      ]
    },
    { Sid = "WhoIsTold", Effect = "Allow", Action = "sns:*", Resource = "arn:aws:sns:${local.here}:${var.name}-*" },
    {
      Sid      = "Budget"
      Effect   = "Allow"
      Action   = ["budgets:ModifyBudget", "budgets:ViewBudget", "budgets:ListTagsForResource", "budgets:TagResource", "budgets:UntagResource"]
      Resource = "arn:aws:budgets::${var.account_id}:budget/${var.name}*"
    },
  ]
}
