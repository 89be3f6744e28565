# What watches the system: log groups (log_groups.tf), metrics out of logs (metric_filters.tf), alarms (alarms*.tf), dashboards
# (dashboard*.tf), and who is told (notify.tf, budget.tf). docs/alarms.md says what to do about each alarm.
#
# Metrics come from four places: the program itself (namespace Comptoir, as EMF lines), Container Insights, AWS' own services,
# and the metric filters here (namespace Comptoir/Logs). None has a dimension with many values: each would be billed.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.region

  # The Deployments of the namespace: Container Insights calls a pod by its Deployment's name.
  deployments = ["backend", "frontend", "sqs-worker"]
}
