//! The types of resources that cost nothing by themselves, with the reason. A type that is neither here nor priced is an error.

use super::super::bill::Bill;
use super::super::plan::Resource;
use super::super::problem::Outcome;
use super::unknown;

const IAM: &str = "identities and permissions are free";
const NETWORK: &str = "networks and rules are free; gateways, addresses and traffic are not";
const PART: &str = "part of another resource, which is counted";

const FREE: [(&str, &str); 64] = [
    ("aws_acm_certificate", "public certificates are free"),
    ("aws_acm_certificate_validation", "public certificates are free"),
    ("aws_autoscaling_group_tag", PART),
    ("aws_budgets_budget", "budgets that only tell are free"),
    ("aws_cloudwatch_event_rule", "events of AWS itself are free"),
    ("aws_cloudwatch_event_target", "events of AWS itself are free"),
    ("aws_cloudwatch_log_resource_policy", PART),
    ("aws_cloudwatch_query_definition", "saved queries are free; running one costs 0.005 USD a GB"),
    ("aws_db_parameter_group", PART),
    ("aws_db_subnet_group", PART),
    ("aws_default_network_acl", NETWORK),
    ("aws_default_route_table", NETWORK),
    ("aws_default_security_group", NETWORK),
    ("aws_ebs_encryption_by_default", "a setting of the account"),
    ("aws_ebs_default_kms_key", "a setting of the account"),
    ("aws_ecr_lifecycle_policy", PART),
    ("aws_ecr_repository_policy", PART),
    ("aws_eip_association", PART),
    ("aws_eks_access_entry", PART),
    ("aws_eks_access_policy_association", PART),
    ("aws_eks_pod_identity_association", PART),
    ("aws_flow_log", "counted where it is written: its log group"),
    ("aws_iam_instance_profile", IAM),
    ("aws_iam_openid_connect_provider", IAM),
    ("aws_iam_policy", IAM),
    ("aws_iam_policy_attachment", IAM),
    ("aws_iam_role", IAM),
    ("aws_iam_role_policies_exclusive", IAM),
    ("aws_iam_role_policy", IAM),
    ("aws_iam_role_policy_attachment", IAM),
    ("aws_iam_role_policy_attachments_exclusive", IAM),
    ("aws_iam_service_linked_role", IAM),
    ("aws_internet_gateway", NETWORK),
    ("aws_kms_alias", PART),
    ("aws_kms_grant", PART),
    ("aws_kms_key_policy", PART),
    ("aws_launch_template", "counted with the nodes made from it"),
    ("aws_network_acl", NETWORK),
    ("aws_network_acl_rule", NETWORK),
    ("aws_route", NETWORK),
    ("aws_route53_record", "questions to a zone cost 0.40 USD a million"),
    ("aws_route_table", NETWORK),
    ("aws_route_table_association", NETWORK),
    ("aws_s3_bucket_lifecycle_configuration", PART),
    ("aws_s3_bucket_ownership_controls", PART),
    ("aws_s3_bucket_policy", PART),
    ("aws_s3_bucket_public_access_block", PART),
    ("aws_s3_bucket_server_side_encryption_configuration", PART),
    ("aws_s3_bucket_versioning", PART),
    ("aws_secretsmanager_secret_policy", PART),
    ("aws_secretsmanager_secret_rotation", PART),
    ("aws_security_group", NETWORK),
    ("aws_security_group_rule", NETWORK),
    ("aws_sns_topic", "the first 1,000 mails a month are free"),
    ("aws_sns_topic_policy", PART),
    ("aws_sns_topic_subscription", "the first 1,000 mails a month are free"),
    ("aws_sqs_queue_policy", PART),
    ("aws_sqs_queue_redrive_allow_policy", PART),
    ("aws_sqs_queue_redrive_policy", PART),
    ("aws_subnet", NETWORK),
    ("aws_vpc", NETWORK),
    ("aws_vpc_security_group_egress_rule", NETWORK),
    ("aws_vpc_security_group_ingress_rule", NETWORK),
    ("terraform_data", "lives in Terraform's state only"),
];

pub(super) fn count(resource: &Resource, bill: &mut Bill<'_>) -> Outcome<()> {
    // Basic scanning is free; enhanced scanning is Amazon Inspector's, billed by image.
    if resource.kind == "aws_ecr_registry_scanning_configuration" && resource.is("/scan_type", "BASIC") {
        bill.count_free(resource, "basic scanning is free");
        return Ok(());
    }
    let (_, why) = FREE.iter().find(|(free, _)| *free == resource.kind).ok_or_else(|| unknown(resource))?;
    bill.count_free(resource, why);
    Ok(())
}
