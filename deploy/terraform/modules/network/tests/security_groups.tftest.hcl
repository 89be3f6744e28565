# Only the schema of the provider is used: no account, no credentials.
mock_provider "aws" {}

variables {
  account_id = "123456789012"
}

# Security groups have no ids before they are made: here they are called what they are.
override_resource {
  target          = aws_security_group.this["cluster"]
  override_during = plan
  values          = { id = "cluster" }
}

override_resource {
  target          = aws_security_group.this["node"]
  override_during = plan
  values          = { id = "node" }
}

override_resource {
  target          = aws_security_group.this["database"]
  override_during = plan
  values          = { id = "database" }
}

override_resource {
  target          = aws_security_group.this["alb"]
  override_during = plan
  values          = { id = "alb" }
}

run "the_internet_reaches_the_load_balancer_only" {
  command = plan

  variables {
    api_public_cidrs = ["203.0.113.0/24"]
  }

  assert {
    condition = toset([
      for rule in aws_vpc_security_group_ingress_rule.this : "${rule.security_group_id} ${rule.from_port}-${rule.to_port}" if rule.cidr_ipv4 == "0.0.0.0/0"
    ]) == toset(["alb 80-80", "alb 443-443"])
    error_message = "S5, N6: only the load balancer is open to the Internet, on 80 and 443."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.this : rule.cidr_ipv6 == null && rule.prefix_list_id == null])
    error_message = "S5: no rule lets IPv6 or a prefix list in."
  }

  assert {
    condition     = [for rule in aws_vpc_security_group_ingress_rule.this : rule.security_group_id if rule.cidr_ipv4 == "203.0.113.0/24"] == ["cluster"]
    error_message = "N3: the API's callers are a variable."
  }
}

run "the_api_is_on_443" {
  command = plan

  assert {
    condition = toset([
      for rule in aws_vpc_security_group_ingress_rule.this : "${rule.from_port}-${rule.to_port} ${coalesce(rule.cidr_ipv4, rule.referenced_security_group_id)}" if rule.security_group_id == "cluster"
    ]) == toset(["443-443 0.0.0.0/0", "443-443 node"])
    error_message = "N3: 443 in from the Internet, and from the nodes."
  }
}

run "nodes_take_from_the_cluster_and_the_load_balancer" {
  command = plan

  assert {
    condition = toset([
      for rule in aws_vpc_security_group_ingress_rule.this : "${rule.ip_protocol} ${rule.from_port == null ? "all" : "${rule.from_port}-${rule.to_port}"} ${rule.referenced_security_group_id}" if rule.security_group_id == "node"
    ]) == toset(["tcp 1025-65535 cluster", "tcp 443-443 cluster", "-1 all node", "tcp 8080-8080 alb"])
    error_message = "N4: 1025-65535 in from the cluster, and what EKS and the load balancer need."
  }
}

run "the_database_accepts_only_nodes" {
  command = plan

  assert {
    condition = [
      for rule in aws_vpc_security_group_ingress_rule.this : "${rule.ip_protocol} ${rule.from_port}-${rule.to_port} ${rule.referenced_security_group_id}" if rule.security_group_id == "database"
    ] == ["tcp 3306-3306 node"]
    error_message = "N5: 3306 in from the nodes, and nothing else."
  }

  assert {
    condition     = toset([for rule in aws_vpc_security_group_egress_rule.this : "${rule.security_group_id} ${rule.ip_protocol} ${rule.cidr_ipv4}"]) == toset(["cluster -1 0.0.0.0/0", "node -1 0.0.0.0/0", "alb -1 0.0.0.0/0"])
    error_message = "N3 to N6: all out, except from the database."
  }
}

run "groups_have_the_contracts_names" {
  command = plan

  assert {
    condition     = toset([for group in aws_security_group.this : group.name]) == toset(["devops-ppp-cluster", "devops-ppp-node", "devops-ppp-database", "devops-ppp-alb"])
    error_message = "The groups are called NAME-cluster, -node, -database and -alb."
  }

  # AWS takes no apostrophe, and says so only when it is asked to make the group.
  assert {
    condition = alltrue([
      for text in concat(values(aws_security_group.this)[*].description, values(aws_vpc_security_group_ingress_rule.this)[*].description) :
      can(regex("^[A-Za-z0-9 ._:/()#,@+=&;{}!$*\\[\\]-]{1,255}$", text))
    ])
    error_message = "AWS knows only some characters in a description."
  }
}
