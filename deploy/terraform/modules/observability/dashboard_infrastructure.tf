locals {
  infrastructure_widgets = concat(local.cluster_widgets, local.database_widgets)

  cluster_widgets = [
    {
      title   = "Nodes: CPU, %"
      line    = local.node_alarms["high-cpu"].over
      metrics = [[local.container_insights, "node_cpu_utilization", "ClusterName", var.cluster_name, { label = "all nodes" }]]
    },
    {
      title   = "Nodes: memory, %"
      line    = local.node_alarms["high-memory"].over
      metrics = [[local.container_insights, "node_memory_utilization", "ClusterName", var.cluster_name, { label = "all nodes" }]]
    },
    {
      title = "Nodes"
      stat  = "Maximum"
      metrics = [
        [local.container_insights, "cluster_node_count", "ClusterName", var.cluster_name, { label = "nodes" }],
        [local.container_insights, "cluster_failed_node_count", "ClusterName", var.cluster_name, { label = "failed" }],
      ]
    },
    {
      title   = "Pods: CPU, % of the limit"
      metrics = [for deployment in local.deployments : concat([local.container_insights, "pod_cpu_utilization_over_pod_limit"], local.pod[deployment])]
    },
    {
      title   = "Pods: memory, % of the limit"
      stat    = "Maximum"
      line    = local.cluster_alarms["pod-memory"].over
      metrics = [for deployment in local.deployments : concat([local.container_insights, "pod_memory_utilization_over_pod_limit"], local.pod[deployment])]
    },
    {
      title   = "Pods: restarts"
      stat    = "Maximum"
      metrics = [for deployment in local.deployments : concat([local.container_insights, "pod_number_of_container_restarts"], local.pod[deployment])]
    },
    {
      title   = "Nodes: disk, %"
      metrics = [[local.container_insights, "node_filesystem_utilization", "ClusterName", var.cluster_name, { label = "all nodes" }]]
    },
  ]

  pod = { for deployment in local.deployments : deployment =>
    ["ClusterName", var.cluster_name, "Namespace", var.namespace, "PodName", deployment, { label = deployment }]
  }

  database_widgets = [
    { title = "Database: CPU, %", metrics = [concat(["AWS/RDS", "CPUUtilization"], local.database)] },
    {
      title   = "Database: connections"
      stat    = "Maximum"
      line    = local.database_alarms["database-connections"].over
      metrics = [concat(["AWS/RDS", "DatabaseConnections"], local.database)]
    },
    {
      title   = "Database: free disk, bytes"
      stat    = "Minimum"
      line    = local.database_alarms["database-storage"].under
      metrics = [concat(["AWS/RDS", "FreeStorageSpace"], local.database)]
    },
    { title = "Database: free memory, bytes", stat = "Minimum", metrics = [concat(["AWS/RDS", "FreeableMemory"], local.database)] },
    { title = "Database: CPU credits left", stat = "Minimum", metrics = [concat(["AWS/RDS", "CPUCreditBalance"], local.database)] },
    {
      title   = "Database: time to read and write, s"
      metrics = [for name in ["ReadLatency", "WriteLatency"] : concat(["AWS/RDS", name], slice(local.database, 0, 2), [{ label = name }])]
    },
  ]

  database = ["DBInstanceIdentifier", var.database_identifier, { label = var.database_identifier }]
}
