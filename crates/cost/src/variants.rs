//! What another choice would cost: plans are altered in memory and priced again.

use serde_json::Value;

use super::money::Usd;
use super::plan::{Plan, Resource};
use super::problem::Outcome;
use super::resources::{PricingInputs, bill};
use super::traffic::{HOURS, LIKELY};

/// Hours a month that an environment runs which is switched off at night and at weekends: 5 days × 12 hours of a week's 168.
const WORKING_HOURS: i64 = HOURS * 60 / 168;
/// The environment that is never switched off.
const ALWAYS_ON: &str = "production";

/// A change of a plan, to be priced.
pub(super) struct Variant {
    pub(super) name: String,
    pub(super) how: &'static str,
    change: Box<dyn Fn(&mut Plan)>,
    /// Whether nodes and databases run in working hours only, except in production.
    off_outside_working_hours: bool,
}

impl Variant {
    /// The likely cost of a month of a plan with this variant's change.
    pub(super) fn likely(&self, inputs: PricingInputs<'_>, plan: &Plan) -> Outcome<Usd> {
        let mut plan = plan.clone();
        (self.change)(&mut plan);
        let running = if self.off_outside_working_hours && plan.name != ALWAYS_ON { WORKING_HOURS } else { HOURS };
        Ok(bill(inputs, &plan, running)?.total()[LIKELY])
    }

    fn new(name: impl Into<String>, how: &'static str, change: impl Fn(&mut Plan) + 'static) -> Variant {
        Variant { name: name.into(), how, change: Box::new(change), off_outside_working_hours: false }
    }
}

/// Variants that cost less.
pub(super) fn cheaper() -> Vec<Variant> {
    vec![
        Variant::new("Graviton nodes", "`t4g` for `t3` and `t3a`; the images are built for arm64, too", graviton_nodes),
        Variant::new("Graviton database", "`db.t4g` for `db.t3`", graviton_database),
        Variant::new("One NAT gateway", "one zone's failure then cuts the other's way out", one_gateway),
        Variant::new("Spot nodes", "two minutes' notice; at an assumed price, which moves", spot),
        Variant {
            off_outside_working_hours: true,
            ..Variant::new("Off at night", "nodes and database of what is not production run 60 hours a week", |_| ())
        },
        Variant {
            off_outside_working_hours: true,
            ..Variant::new("All of these together", "", |plan| {
                graviton_nodes(plan);
                graviton_database(plan);
                one_gateway(plan);
                spot(plan);
            })
        },
    ]
}

/// Variants that cost more: safer choices, and old versions.
pub(super) fn more_expensive(inputs: PricingInputs<'_>) -> Vec<Variant> {
    let mut all = vec![
        Variant::new("A standby of the database", "Multi-AZ, as the brief's network picture shows it", |plan| {
            each(plan, "aws_db_instance", |database| put(database, "multi_az", true));
        }),
        Variant::new("One more node", "`desired_size` + 1", |plan| {
            each(plan, "aws_eks_node_group", |group| {
                let size = group.integer("/scaling_config/0/desired_size").unwrap_or_default();
                group.set("/scaling_config/0/desired_size", size + 1);
            });
        }),
    ];
    let (cluster, mysql) = inputs.support.outdated_versions(inputs.on);
    if let Some(version) = cluster.map(str::to_owned) {
        let name = format!("Kubernetes {version}");
        all.push(Variant::new(
            name,
            "left standard support: five times the control plane's price on top",
            move |plan| {
                each(plan, "aws_eks_cluster", |cluster| {
                    cluster.set("/version", version.as_str());
                    cluster.set("/upgrade_policy", Value::Null);
                });
            },
        ));
    }
    if let Some(version) = mysql.map(str::to_owned) {
        let name = format!("MySQL {version}");
        all.push(Variant::new(name, "left standard support: billed by vCPU and hour", move |plan| {
            each(plan, "aws_db_instance", |database| {
                database.set("/engine_version", version.as_str());
                database.set("/engine_lifecycle_support", Value::Null);
            });
        }));
    }
    all
}

fn each(plan: &mut Plan, kind: &str, change: impl FnMut(&mut Resource)) {
    plan.resources.iter_mut().filter(|resource| resource.kind == kind).for_each(change);
}

fn put(resource: &mut Resource, attribute: &str, value: impl Into<Value>) {
    if let Some(values) = resource.values.as_object_mut() {
        values.insert(attribute.to_owned(), value.into());
    }
}

fn graviton_nodes(plan: &mut Plan) {
    each(plan, "aws_eks_node_group", |group| {
        if let Some(types) = group.values.pointer_mut("/instance_types").and_then(Value::as_array_mut) {
            for size in types.iter_mut() {
                to_graviton(size, "");
            }
            types.dedup();
        }
    });
}

fn graviton_database(plan: &mut Plan) {
    each(plan, "aws_db_instance", |database| {
        if let Some(class) = database.values.pointer_mut("/instance_class") {
            to_graviton(class, "db.");
        }
    });
}

/// Replaces `t3` and `t3a` by `t4g` in an instance type; others stay.
fn to_graviton(size: &mut Value, prefix: &str) {
    let text = size.as_str().and_then(|size| size.strip_prefix(prefix));
    let rest = text.and_then(|text| text.strip_prefix("t3.").or_else(|| text.strip_prefix("t3a.")));
    if let Some(rest) = rest {
        *size = Value::from(format!("{prefix}t4g.{rest}"));
    }
}

/// Keeps the first NAT gateway and as many addresses fewer.
fn one_gateway(plan: &mut Plan) {
    let gateways = plan.of_kind("aws_nat_gateway").count();
    let addresses = plan.of_kind("aws_eip").count();
    keep(plan, "aws_nat_gateway", 1);
    keep(plan, "aws_eip", addresses.saturating_sub(gateways.saturating_sub(1)));
}

fn keep(plan: &mut Plan, kind: &str, most: usize) {
    let mut kept = 0;
    plan.resources.retain(|resource| {
        kept += usize::from(resource.kind == kind);
        resource.kind != kind || kept <= most
    });
}

fn spot(plan: &mut Plan) {
    each(plan, "aws_eks_node_group", |group| put(group, "capacity_type", "SPOT"));
}

#[cfg(test)]
mod tests {
    use super::super::prices::Prices;
    use super::super::support::Support;
    use super::super::traffic::Traffic;
    use super::*;

    /// What each variant changes in a likely month of the tests' plan.
    fn changes(environment: &str) -> Vec<(String, Usd)> {
        let prices = Prices::parse(include_str!("../tests/data/prices.toml")).unwrap();
        let support = Support::parse(include_str!("../tests/data/support.toml")).unwrap();
        let traffic = Traffic::parse(include_str!("../tests/data/traffic.toml")).unwrap();
        let inputs = PricingInputs { prices: &prices, support: &support, traffic: &traffic, on: prices.date };
        let plan = include_str!("../tests/plans/production.json");
        let plan = Plan::parse(environment.to_owned(), plan).unwrap();
        let now = bill(inputs, &plan, HOURS).unwrap().total()[LIKELY];
        let all = cheaper().into_iter().chain(more_expensive(inputs));
        all.map(|variant| (variant.name.clone(), variant.likely(inputs, &plan).unwrap() - now)).collect()
    }

    fn cents(environment: &str) -> Vec<(String, String)> {
        changes(environment).into_iter().map(|(name, usd)| (name, usd.to_string())).collect()
    }

    #[test]
    fn each_variant_changes_what_it_is_about() {
        let changes = cents("production");
        let expected = [
            ("Graviton nodes", "-11.68"),        // 1,460 h × (0.0416 − 0.0336)
            ("Graviton database", "-0.73"),      // 730 h × (0.017 − 0.016)
            ("One NAT gateway", "-36.30"),       // 32.85 and an address, 3.65, less 0.20 between zones
            ("Spot nodes", "-36.50"),            // 1,460 h × (0.0416 − 0.0166)
            ("Off at night", "0.00"),            // never in production
            ("All of these together", "-78.21"), // spot of t4g: 1,460 h × (0.0416 − 0.0134)
            ("A standby of the database", "+14.71"),
            ("One more node", "+33.09"), // 730 h, 30 GB and its observations
            ("Kubernetes 1.33", "+365.00"),
            ("MySQL 8.0", "+146.00"),
        ];
        let expected = expected.map(|(name, usd)| (name.to_owned(), usd.replace('+', "")));
        assert_eq!(changes, expected);
    }

    #[test]
    fn another_environment_sleeps_at_night() {
        let off = cents("staging").into_iter().find(|(name, _)| name == "Off at night").unwrap();
        // Of 730 hours 260: nodes 39.11, database 7.99, disks 3.09 and observations 9.00 less.
        assert_eq!(off.1, "-59.19");
    }
}
