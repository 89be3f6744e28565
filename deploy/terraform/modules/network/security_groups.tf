# Who may speak to whom. Each rule is one row of this table (N3 to N6 are the brief's), and nothing else is open.

locals {
  ingress = merge(
    # N3. In a private subnet these rules let nobody in from outside: the public endpoint is AWS' own, and has the same list of
    # addresses (module cluster).
    { for cidr in var.api_public_cidrs : "cluster-api-${cidr}" => { group = "cluster", from = 443, to = 443, cidr = cidr, source = null, why = "Kubernetes API (N3)" } },
    {
      cluster-api-nodes     = { group = "cluster", from = 443, to = 443, cidr = null, source = "node", why = "Kubernetes API, from the nodes" }
      node-cluster          = { group = "node", from = 1025, to = 65535, cidr = null, source = "cluster", why = "kubelets and webhooks, from the API (N4)" }
      node-webhooks         = { group = "node", from = 443, to = 443, cidr = null, source = "cluster", why = "webhooks on 443, from the API" }
      node-node             = { group = "node", from = null, to = null, cidr = null, source = "node", why = "pods among themselves; network policies say which" }
      node-load-balancer    = { group = "node", from = var.pod_port, to = var.pod_port, cidr = null, source = "alb", why = "frontend and backend pods, from the load balancer" }
      database-nodes        = { group = "database", from = 3306, to = 3306, cidr = null, source = "node", why = "MySQL, from the nodes (N5)" }
      load-balancer-http    = { group = "alb", from = 80, to = 80, cidr = "0.0.0.0/0", source = null, why = "HTTP, answered with a redirect (N6)" }
      load-balancer-encrypt = { group = "alb", from = 443, to = 443, cidr = "0.0.0.0/0", source = null, why = "HTTPS (N6)" }
    },
  )

  # The database's group has no way out: AWS' own rule is removed with the group's creation, and none is added.
  groups = {
    cluster  = "Interfaces of the Kubernetes API in the VPC"
    node     = "The nodes, and the pods on them"
    database = "MySQL"
    alb      = "The load balancer, the only thing that the Internet reaches"
  }
}

resource "aws_security_group" "this" {
  #checkov:skip=CKV2_AWS_5:attached by the modules cluster and database, and by the ingress (its annotation names the group)
  for_each = local.groups

  name        = "${var.name}-${each.key}"
  description = each.value
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-${each.key}" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  #checkov:skip=CKV_AWS_260:port 80 is open on the load balancer only, which answers with a redirect (N6)
  for_each = local.ingress

  security_group_id            = aws_security_group.this[each.value.group].id
  description                  = each.value.why
  ip_protocol                  = each.value.from == null ? "-1" : "tcp"
  from_port                    = each.value.from
  to_port                      = each.value.to
  cidr_ipv4                    = each.value.cidr
  referenced_security_group_id = each.value.source == null ? null : aws_security_group.this[each.value.source].id

  tags = { Name = each.key }
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = toset(["cluster", "node", "alb"])

  security_group_id = aws_security_group.this[each.key].id
  description       = "Everything"
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"

  tags = { Name = "${each.key}-out" }
}

# What is put into the VPC without a group of its own reaches nothing, and is reached by nothing.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-default-closed" }
}
