# What the AWS Load Balancer Controller needs to keep one ingress (K8): application load balancers that carry this cluster's tag.
# Narrower than the policy its authors publish: security groups are ours (the ingress names devops-ppp-alb), so it writes none; WAF
# and Shield are only asked whether they are there.

locals {
  elb     = "arn:aws:elasticloadbalancing:${var.region}:${var.account_id}"
  elb_tag = "elbv2.k8s.aws/cluster"

  balancers     = "${local.elb}:loadbalancer/app/*"
  target_groups = "${local.elb}:targetgroup/*"
  listeners     = ["${local.elb}:listener/app/*", "${local.elb}:listener-rule/app/*"]

  load_balancer_controller = [
    {
      Sid    = "Look"
      Effect = "Allow"
      Action = [
        "acm:DescribeCertificate",
        "acm:ListCertificates",
        "ec2:DescribeAccountAttributes",
        "ec2:DescribeAddresses",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeInstances",
        "ec2:DescribeInternetGateways",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeTags",
        "ec2:DescribeVpcs",
        "ec2:GetSecurityGroupsForVpc",
        "elasticloadbalancing:DescribeCapacityReservation",
        "elasticloadbalancing:DescribeListenerAttributes",
        "elasticloadbalancing:DescribeListenerCertificates",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeSSLPolicies",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:DescribeTargetGroupAttributes",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
        "elasticloadbalancing:DescribeTrustStores",
        "shield:GetSubscriptionState",
        "waf-regional:GetWebACLForResource",
        "wafv2:GetWebACLForResource",
      ]
      Resource = "*" # AWS knows no resource for most of these, and names of what others made for the rest
    },
    {
      Sid       = "FirstLoadBalancerOfTheAccount"
      Effect    = "Allow"
      Action    = "iam:CreateServiceLinkedRole"
      Resource  = "arn:aws:iam::${var.account_id}:role/aws-service-role/elasticloadbalancing.amazonaws.com/*"
      Condition = { StringEquals = { "iam:AWSServiceName" = "elasticloadbalancing.amazonaws.com" } }
    },
    {
      Sid       = "Create"
      Effect    = "Allow"
      Action    = ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"]
      Resource  = [local.balancers, local.target_groups]
      Condition = { StringEquals = { "aws:RequestTag/${local.elb_tag}" = var.cluster_name } }
    },
    {
      Sid      = "TagWhatItCreates"
      Effect   = "Allow"
      Action   = "elasticloadbalancing:AddTags"
      Resource = [local.balancers, local.target_groups]
      Condition = {
        StringEquals = {
          "aws:RequestTag/${local.elb_tag}"   = var.cluster_name
          "elasticloadbalancing:CreateAction" = ["CreateLoadBalancer", "CreateTargetGroup"]
        }
      }
    },
    {
      Sid    = "ChangeItsOwn"
      Effect = "Allow"
      Action = [
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:DeleteLoadBalancer",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:DeregisterTargets",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:ModifyTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
        "elasticloadbalancing:RegisterTargets",
        "elasticloadbalancing:RemoveTags",
        "elasticloadbalancing:SetIpAddressType",
        "elasticloadbalancing:SetSecurityGroups",
        "elasticloadbalancing:SetSubnets",
      ]
      Resource  = [local.balancers, local.target_groups]
      Condition = { StringEquals = { "aws:ResourceTag/${local.elb_tag}" = var.cluster_name } }
    },
    {
      Sid    = "Listeners"
      Effect = "Allow"
      Action = [
        "elasticloadbalancing:AddListenerCertificates",
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:CreateRule",
        "elasticloadbalancing:DeleteListener",
        "elasticloadbalancing:DeleteRule",
        "elasticloadbalancing:ModifyListener",
        "elasticloadbalancing:ModifyListenerAttributes",
        "elasticloadbalancing:ModifyRule",
        "elasticloadbalancing:RemoveListenerCertificates",
        "elasticloadbalancing:RemoveTags",
        "elasticloadbalancing:SetRulePriorities",
      ]
      Resource = local.listeners
    },
    {
      Sid       = "ListenersOfItsOwn"
      Effect    = "Allow"
      Action    = "elasticloadbalancing:CreateListener" # asked of the balancer
      Resource  = local.balancers
      Condition = { StringEquals = { "aws:ResourceTag/${local.elb_tag}" = var.cluster_name } }
    },
  ]
}
