locals {
  container_insights = "ContainerInsights"
  of_cluster         = { ClusterName = var.cluster_name }

  cluster_alarms = merge(local.node_alarms, {
    # At 100 % the kernel ends the process. The highest of the three: which one it is stands on the dashboard.
    pod-memory = {
      summary = "The pods of a Deployment use more than 90 % of the memory that they may use."
      queries = { for deployment in local.deployments : replace(deployment, "-", "_") => {
        namespace  = local.container_insights
        name       = "pod_memory_utilization_over_pod_limit"
        dimensions = merge(local.of_cluster, { Namespace = var.namespace, PodName = deployment })
        stat       = "Maximum"
      } }
      expression = "MAX([${join(", ", [for deployment in local.deployments : replace(deployment, "-", "_")])}])"
      label      = "Memory, % of the limit"
      over       = 90
      period     = 300, periods = 3, points = 3, missing = "missing"
    }
  })

  # The mean of all nodes. The autoscaler adds nodes by what pods request, so it does not help where they use more than that.
  node_alarms = { for name, node in {
    high-cpu    = { metric = "node_cpu_utilization", what = "processors" }
    high-memory = { metric = "node_memory_utilization", what = "memory" }
    } : name => {
    summary = "The nodes have used more than 80 % of their ${node.what} for 15 minutes."
    metric = {
      namespace  = local.container_insights
      name       = node.metric
      dimensions = local.of_cluster
      stat       = "Average"
    }
    over   = 80
    period = 300, periods = 3, points = 3, missing = "missing"
  } }
}
