# Only the schema of the provider is used: no account, no credentials.
mock_provider "aws" {}

variables {
  account_id = "123456789012"
}

run "subnets_are_the_briefs" {
  command = plan

  assert {
    condition     = aws_vpc.this.cidr_block == "10.0.0.0/16"
    error_message = "A8: the VPC is 10.0.0.0/16."
  }

  assert {
    condition = { for zone, subnet in aws_subnet.public : zone => subnet.cidr_block } == {
      us-east-1a = "10.0.1.0/24", us-east-1b = "10.0.2.0/24"
    }
    error_message = "N1: the public subnets are 10.0.1.0/24 and 10.0.2.0/24."
  }

  assert {
    condition = { for zone, subnet in aws_subnet.private : zone => subnet.cidr_block } == {
      us-east-1a = "10.0.101.0/24", us-east-1b = "10.0.102.0/24"
    }
    error_message = "N1: the private subnets are 10.0.101.0/24 and 10.0.102.0/24."
  }

  assert {
    condition     = alltrue([for zone, subnet in merge(aws_subnet.public, aws_subnet.private) : subnet.availability_zone == zone])
    error_message = "N1: each subnet lies in its zone."
  }

  assert {
    condition     = alltrue([for subnet in concat(values(aws_subnet.public), values(aws_subnet.private)) : subnet.map_public_ip_on_launch != true])
    error_message = "Nothing gets a public address by itself."
  }
}

run "load_balancers_find_their_subnets" {
  command = plan

  assert {
    condition     = alltrue([for subnet in aws_subnet.public : subnet.tags["kubernetes.io/role/elb"] == "1" && !contains(keys(subnet.tags), "kubernetes.io/role/internal-elb")])
    error_message = "Public subnets are for public balancers."
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.private : subnet.tags["kubernetes.io/role/internal-elb"] == "1" && !contains(keys(subnet.tags), "kubernetes.io/role/elb")])
    error_message = "Private subnets are for internal balancers only."
  }
}

run "each_zone_has_a_nat_gateway" {
  command = plan

  assert {
    condition     = toset(keys(aws_nat_gateway.this)) == toset(["us-east-1a", "us-east-1b"])
    error_message = "N2: a NAT gateway in each zone."
  }

  assert {
    condition     = toset(keys(aws_eip.nat)) == toset(keys(aws_nat_gateway.this))
    error_message = "N2: each NAT gateway has an address."
  }
}

# The ids are unknown before anything is made: here they are given, so that the routes can be read.
run "routes_lead_out" {
  command = plan

  override_resource {
    target          = aws_internet_gateway.this
    override_during = plan
    values          = { id = "igw-1" }
  }

  override_resource {
    target          = aws_nat_gateway.this["us-east-1a"]
    override_during = plan
    values          = { id = "nat-a" }
  }

  override_resource {
    target          = aws_nat_gateway.this["us-east-1b"]
    override_during = plan
    values          = { id = "nat-b" }
  }

  assert {
    condition     = aws_route.public.destination_cidr_block == "0.0.0.0/0" && aws_route.public.gateway_id == "igw-1"
    error_message = "N2: public subnets go out by the Internet gateway."
  }

  assert {
    condition     = alltrue([for route in aws_route.private : route.destination_cidr_block == "0.0.0.0/0" && route.gateway_id != "igw-1"])
    error_message = "N2: private subnets never go out by the Internet gateway."
  }

  assert {
    condition     = aws_route.private["us-east-1a"].nat_gateway_id == "nat-a" && aws_route.private["us-east-1b"].nat_gateway_id == "nat-b"
    error_message = "N2: each private subnet goes out by the NAT gateway of its zone."
  }
}

run "one_nat_gateway_serves_both_zones" {
  command = plan

  variables {
    nat_gateway_count = 1
  }

  override_resource {
    target          = aws_nat_gateway.this["us-east-1a"]
    override_during = plan
    values          = { id = "nat-a" }
  }

  assert {
    condition     = keys(aws_nat_gateway.this) == ["us-east-1a"] && alltrue([for route in aws_route.private : route.nat_gateway_id == "nat-a"])
    error_message = "N2: with one NAT gateway both private subnets go through it."
  }
}

run "connections_are_recorded_when_asked_for" {
  command = plan

  variables {
    flow_logs = true
  }

  assert {
    condition     = aws_flow_log.this[0].traffic_type == "ALL" && aws_cloudwatch_log_group.flow[0].retention_in_days == 30
    error_message = "Flow logs hold everything, for 30 days."
  }
}

run "mistakes_are_refused" {
  command = plan

  variables {
    name             = "Not A Name"
    account_id       = "12"
    region           = "here"
    vpc_cidr         = "10.0.0.0"
    api_public_cidrs = ["anywhere"]
    pod_port         = 80
  }

  expect_failures = [var.name, var.account_id, var.region, var.vpc_cidr, var.api_public_cidrs, var.pod_port]
}

# Apart from the others: a rule about two variables is not looked at when one of them is refused already.
run "one_zone_is_refused" {
  command = plan

  variables {
    zones             = { us-east-1a = { public = "10.0.1.0/24", private = "10.0.101.0/24" } }
    nat_gateway_count = 1
  }

  expect_failures = [var.zones]
}

run "more_nat_gateways_than_zones_are_refused" {
  command = plan

  variables {
    nat_gateway_count = 3
  }

  expect_failures = [var.nat_gateway_count]
}
