output "name" {
  description = "The cluster, for aws eks update-kubeconfig."
  value       = aws_eks_cluster.this.name
}

output "endpoint" {
  description = "The API's address."
  value       = aws_eks_cluster.this.endpoint
}

output "oidc_provider_arn" {
  description = "Whom roles trust that pods may take (IRSA)."
  value       = aws_iam_openid_connect_provider.this.arn
}

output "oidc_issuer_host" {
  description = "The issuer without https://, as trust policies write it."
  value       = local.oidc_host
}

output "node_role_arn" {
  description = "The nodes' role."
  value       = aws_iam_role.node.arn
}
