# Smaller than production, and it may fail for a while: one NAT gateway, spot nodes (of two types, so that AWS has one to give).
environment         = "staging"
nat_gateway_count   = 1
node_capacity_type  = "SPOT"
node_instance_types = ["t3.medium", "t3a.medium"]
node_count          = { min = 1, max = 3, desired = 2 }
monthly_budget_usd  = 260
