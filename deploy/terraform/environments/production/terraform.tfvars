# The brief's own numbers: see the defaults in variables.tf.
environment = "production"

# docs/cost.md expects more than the brief's 220 USD in a likely month; an alert at 80 % of this is one that means something.
monthly_budget_usd = 360
