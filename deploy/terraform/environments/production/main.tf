# Connects the modules; what differs between environments stands in terraform.tfvars, and nowhere else: this file, variables.tf,
# outputs.tf and versions.tf are the same in staging and production, to the letter (scripts/check-terraform looks).

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id] # each environment has an account; the wrong one's credentials get nowhere

  default_tags {
    tags = { Project = var.name, Environment = var.environment, ManagedBy = "terraform" }
  }
}

module "encryption" {
  source = "../../modules/encryption"

  name       = var.name
  account_id = var.account_id
  region     = var.region
}

module "network" {
  source = "../../modules/network"

  name              = var.name
  account_id        = var.account_id
  region            = var.region
  nat_gateway_count = var.nat_gateway_count
  api_public_cidrs  = var.api_public_cidrs
  flow_logs         = var.flow_logs
  kms_key_arn       = module.encryption.key_arn
}

module "cluster" {
  source = "../../modules/cluster"

  name                      = var.name
  account_id                = var.account_id
  region                    = var.region
  kubernetes_version        = var.kubernetes_version
  subnet_ids                = values(module.network.private_subnet_ids)
  cluster_security_group_id = module.network.security_group_ids["cluster"]
  node_security_group_id    = module.network.security_group_ids["node"]
  kms_key_arn               = module.encryption.key_arn
  public_access_cidrs       = var.api_public_cidrs
  administrator_arns        = setunion(["arn:aws:iam::${var.account_id}:role/${var.name}-deployer"], var.administrator_arns)
  deletion_protection       = var.deletion_protection
  node_instance_types       = var.node_instance_types
  node_ami_type             = var.node_ami_type
  node_capacity_type        = var.node_capacity_type
  node_count                = var.node_count
  addon_versions            = var.addon_versions
}

module "database" {
  source = "../../modules/database"

  name                  = var.name
  subnet_ids            = values(module.network.private_subnet_ids)
  security_group_id     = module.network.security_group_ids["database"]
  kms_key_arn           = module.encryption.key_arn
  instance_class        = var.database_class
  multi_az              = var.database_multi_az
  backup_retention_days = var.database_backup_retention_days
  deletion_protection   = var.deletion_protection
}

module "queue" {
  source = "../../modules/queue"

  name       = var.name
  account_id = var.account_id
  region     = var.region
}

module "registry" {
  source = "../../modules/registry"

  kms_key_arn = module.encryption.key_arn
}

module "identity" {
  source = "../../modules/identity"

  name                  = var.name
  account_id            = var.account_id
  region                = var.region
  cluster_name          = module.cluster.name
  oidc_provider_arn     = module.cluster.oidc_provider_arn
  oidc_issuer_host      = module.cluster.oidc_issuer_host
  queue_arn             = module.queue.queue_arn
  dead_letter_queue_arn = module.queue.dead_letter_queue_arn
  kms_key_arn           = module.encryption.key_arn
}

module "observability" {
  source = "../../modules/observability"

  name                   = var.name
  cluster_name           = module.cluster.name
  database_identifier    = module.database.identifier
  database_class         = var.database_class
  queue_name             = module.queue.queue_name
  dead_letter_queue_name = module.queue.dead_letter_queue_name
  alert_email            = var.alert_email
  certificate_arn        = var.certificate_arn
  kms_key_arn            = module.encryption.key_arn
  monthly_budget_usd     = var.monthly_budget_usd
}
