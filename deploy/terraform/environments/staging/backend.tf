# The bucket has the account's number in its name, so it is said when beginning:
# terraform init -backend-config="bucket=devops-ppp-terraform-ACCOUNT" (root bootstrap makes it).
terraform {
  backend "s3" {
    key          = "environments/staging.tfstate"
    region       = "us-east-1"
    encrypt      = true
    use_lockfile = true
  }
}
