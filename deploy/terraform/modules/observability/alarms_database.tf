locals {
  rds = { for name, stat in {
    FreeStorageSpace = "Minimum", DatabaseConnections = "Maximum", CPUCreditBalance = "Minimum"
    } : name => {
    namespace  = "AWS/RDS"
    name       = name
    dimensions = { DBInstanceIdentifier = var.database_identifier }
    stat       = stat
  } }

  # A burstable class earns credits and keeps a day's worth of them at the most: credits an hour by size, the same for T3 and T4g.
  # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html
  credits_an_hour = { micro = 12, small = 24, medium = 24, large = 36, xlarge = 96, "2xlarge" = 192 }
  burstable       = startswith(var.database_class, "db.t")
  credits_kept    = 24 * lookup(local.credits_an_hour, split(".", var.database_class)[2], 12)

  database_alarms = merge({
    database-storage = {
      summary = "Less than a fifth of the database's disk is free."
      metric  = local.rds.FreeStorageSpace
      under   = floor(var.database_allocated_storage * 1024 * 1024 * 1024 / 5)
      period  = 300, periods = 3, points = 3, missing = "missing"
    }
    database-connections = {
      summary = "More than 90 % of the connections that the database allows are in use."
      metric  = local.rds.DatabaseConnections
      over    = floor(var.database_max_connections * 0.9)
      period  = 60, periods = 5, points = 3, missing = "missing"
    }
    }, local.burstable ? {
    # A new database begins with none and is here for its first two and a half hours.
    database-cpu-credits = {
      summary = "The database has used up nearly all of its CPU credits; without them it is slow, or costs more."
      metric  = local.rds.CPUCreditBalance
      under   = floor(local.credits_kept / 10)
      period  = 300, periods = 3, points = 3, missing = "missing"
    }
  } : {})
}
