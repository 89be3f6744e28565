//! Reads `deploy/cost/traffic.toml`: the usage that is assumed, since no plan has it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::money::Quantity;
use super::problem::{Outcome, read};

/// Hours of a month, as AWS's own calculator counts them.
pub(crate) const HOURS: i64 = 730;

/// One value each for low, likely and high traffic: the columns of every table.
pub(crate) type PerTraffic<T> = [T; 3];
pub(crate) const LIKELY: usize = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Traffic {
    pub(crate) assumptions: Assumptions,
    environments: BTreeMap<String, Environment>,
    profiles: BTreeMap<String, Profile>,
}

/// Usage that does not depend on the environment; traffic.toml explains each field.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assumptions {
    messages_per_order: i64,
    requests_per_message: i64,
    polls_per_worker_hour: i64,
    attribute_reads_per_hour: i64,
    pub(crate) application_metrics: i64,
    observations_per_cluster_minute: i64,
    observations_per_node_minute: i64,
    observations_per_pod_minute: i64,
    pub(crate) detailed_metrics_per_node: i64,
    pub(crate) stored_log_percent: i64,
    pub(crate) enhanced_monitoring_gb: Quantity,
    pub(crate) balancer_addresses: i64,
    image_gb: BTreeMap<String, Quantity>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Environment {
    low: String,
    likely: String,
    high: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Nodes {
    Min,
    Desired,
    Max,
}

impl Nodes {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Nodes::Min => "min",
            Nodes::Desired => "desired",
            Nodes::Max => "max",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    pub(crate) nodes: Nodes,
    pub(crate) node_cpu: Quantity,
    pub(crate) database_cpu: Quantity,
    pub(crate) orders: i64,
    pub(crate) requests: i64,
    pub(crate) workers: Quantity,
    pub(crate) pods: i64,
    pub(crate) internet_gb: Quantity,
    pub(crate) cross_zone_gb: Quantity,
    pub(crate) nat_gb: Quantity,
    pub(crate) image_pull_gb: Quantity,
    pub(crate) database_gb: Quantity,
    pub(crate) backup_gb: Quantity,
    pub(crate) kms_requests: i64,
    pub(crate) secret_requests: i64,
    pub(crate) bucket_gb: Quantity,
    log_gb: BTreeMap<String, Quantity>,
}

impl Traffic {
    pub(crate) fn read(path: &Path) -> Outcome<Traffic> {
        read(path, Traffic::parse)
    }

    pub(crate) fn parse(text: &str) -> Result<Traffic, String> {
        let traffic: Traffic = toml::from_str(text).map_err(|error| error.to_string())?;
        if !traffic.environments.contains_key("other") {
            return Err("[environments] needs `other`".to_owned());
        }
        for environment in traffic.environments.values() {
            for name in environment.names() {
                let profile = traffic.profiles.get(name).ok_or_else(|| format!("no [profiles.{name}]"))?;
                if !profile.log_gb.contains_key("other") {
                    return Err(format!("[profiles.{name}] needs `other` in log_gb"));
                }
            }
        }
        Ok(traffic)
    }

    fn environment(&self, name: &str) -> &Environment {
        self.environments.get(name).unwrap_or(&self.environments["other"])
    }

    /// Names of the profiles that are low, likely and high for an environment.
    pub(crate) fn names(&self, environment: &str) -> PerTraffic<&str> {
        self.environment(environment).names()
    }

    /// The profiles that some environments use, by name.
    pub(crate) fn used<'a>(&'a self, environments: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, &'a Profile> {
        let names = environments.flat_map(|environment| self.names(environment));
        names.map(|name| (name, &self.profiles[name])).collect()
    }

    pub(crate) fn profiles(&self, environment: &str) -> PerTraffic<&Profile> {
        self.names(environment).map(|name| &self.profiles[name])
    }
}

impl Environment {
    fn names(&self) -> PerTraffic<&str> {
        [&self.low, &self.likely, &self.high]
    }
}

impl Assumptions {
    /// Millions of requests to the queue in a month: those for messages, and long polling while there are none.
    pub(crate) fn queue_millions(&self, profile: &Profile) -> Quantity {
        let messages = profile.orders * self.messages_per_order * self.requests_per_message;
        let polls = profile.workers * (self.polls_per_worker_hour * HOURS);
        (Quantity::whole(messages) + polls).share(1, 1_000_000)
    }

    /// Millions of requests in a month that read the depth of one queue.
    pub(crate) fn attribute_millions(&self) -> Quantity {
        Quantity::whole(self.attribute_reads_per_hour * HOURS).share(1, 2_000_000)
    }

    /// Millions of observations that Container Insights makes in a month.
    pub(crate) fn observation_millions(&self, nodes: Quantity, pods: i64) -> Quantity {
        let minute = nodes * self.observations_per_node_minute
            + Quantity::whole(self.observations_per_cluster_minute + pods * self.observations_per_pod_minute);
        minute.share(60 * HOURS, 1_000_000)
    }

    pub(crate) fn image_gb(&self, repository: &str) -> Quantity {
        self.image_gb.get(repository).or_else(|| self.image_gb.get("other")).copied().unwrap_or_default()
    }
}

impl Profile {
    /// GB that a log group ingests in a month, by the last part of its name.
    pub(crate) fn log_gb(&self, group: &str) -> Quantity {
        let last = group.rsplit('/').next().unwrap_or(group);
        *self.log_gb.get(last).unwrap_or(&self.log_gb["other"])
    }

    /// LCU-hours of a load balancer: the greatest of its dimensions. Of ours, bytes (1 GB each) and new connections (25 a
    /// second each, every request counted as one); <https://aws.amazon.com/elasticloadbalancing/pricing/>.
    pub(crate) fn lcu_hours(&self) -> Quantity {
        self.internet_gb.max(Quantity::whole(self.requests).share(1, 25 * 3600))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_environment_has_three_profiles_and_a_typing_error_is_refused() {
        let text = include_str!("../tests/data/traffic.toml");
        let traffic = Traffic::parse(text).unwrap();
        assert_eq!(traffic.names("production"), ["low", "likely", "high"]);
        assert_eq!(traffic.names("staging"), ["idle", "idle", "low"]);
        assert!(Traffic::parse(&text.replace("likely = \"idle\"", "likely = \"none\"")).is_err());
        assert!(Traffic::parse(&text.replace("nat_gb = 5", "nat_db = 5")).is_err());
    }

    #[test]
    fn quantities_follow_from_orders_workers_and_requests() {
        let traffic = Traffic::parse(include_str!("../tests/data/traffic.toml")).unwrap();
        let [low, likely, high] = traffic.profiles("production");
        // 300 × 4 × 3 + 1 × 180 × 730
        assert_eq!(traffic.assumptions.queue_millions(low).to_string(), "0.135");
        assert_eq!(traffic.assumptions.attribute_millions().to_string(), "0.0438");
        assert_eq!(likely.lcu_hours().to_string(), "11.111111");
        assert_eq!(high.lcu_hours().to_string(), "120");
        assert_eq!(likely.log_gb("/aws/devops-ppp/backend").to_string(), "0.8");
        assert_eq!(likely.log_gb("/aws/new").to_string(), "0.5");
    }
}
