//! One small plan for each type of resource: which lines come of it.

use serde_json::{Value, json};

use super::super::bill::{Bill, Group, sum};
use super::super::money::Usd;
use super::super::plan::tests::plan;
use super::*;

struct Fixture {
    prices: Prices,
    support: Support,
    traffic: Traffic,
}

fn fixture() -> Fixture {
    Fixture {
        prices: Prices::parse(include_str!("../../tests/data/prices.toml")).unwrap(),
        support: Support::parse(include_str!("../../tests/data/support.toml")).unwrap(),
        traffic: Traffic::parse(include_str!("../../tests/data/traffic.toml")).unwrap(),
    }
}

impl Fixture {
    fn inputs(&self, on: &str) -> PricingInputs<'_> {
        PricingInputs { prices: &self.prices, support: &self.support, traffic: &self.traffic, on: on.parse().unwrap() }
    }

    fn bill(&self, plan: &Plan) -> Outcome<Bill<'_>> {
        bill(self.inputs("2026-11-23"), plan, HOURS)
    }
}

/// What a single resource of the type costs: its lines that are not assumed, as "what: low likely high".
fn lines(kind: &str, values: Value) -> Vec<String> {
    of(&plan([(kind, "this", values)]))
}

fn of(plan: &Plan) -> Vec<String> {
    let fixture = fixture();
    let bill = fixture.bill(plan).unwrap();
    let lines = bill.lines.iter().filter(|line| !line.resource.starts_with("assumed"));
    lines.map(|line| format!("{}: {} {} {}", line.what, line.cost[0], line.cost[1], line.cost[2])).collect()
}

fn problem(kind: &str, values: Value) -> String {
    fixture().bill(&plan([(kind, "this", values)])).err().unwrap().to_string()
}

fn node_group(values: Value) -> Value {
    let mut group = json!({"instance_types": ["t3.medium"], "capacity_type": "ON_DEMAND",
        "scaling_config": [{"min_size": 1, "desired_size": 2, "max_size": 4}]});
    group.as_object_mut().unwrap().extend(values.as_object().unwrap().clone());
    group
}

fn database(values: Value) -> Value {
    let mut database = json!({"engine": "mysql", "engine_version": "8.4", "instance_class": "db.t3.micro",
        "allocated_storage": 20, "max_allocated_storage": 100, "storage_type": "gp3", "multi_az": false});
    database.as_object_mut().unwrap().extend(values.as_object().unwrap().clone());
    database
}

#[test]
fn a_cluster_costs_its_control_plane_and_out_of_support_six_times_that() {
    assert_eq!(
        lines("aws_eks_cluster", json!({"version": "1.35"}))[0],
        "control plane, Kubernetes 1.35: 73.00 73.00 73.00"
    );
    let old = plan([("aws_eks_cluster", "this", json!({"version": "1.33"}))]);
    let fixture = fixture();
    let bill = fixture.bill(&old).unwrap();
    assert_eq!(bill.group(Group::Cluster).count(), 2);
    assert_eq!(sum(bill.group(Group::Cluster))[0], "438".parse().unwrap());
    assert!(bill.warnings[0].contains("EKS 1.33 left standard support on 2026-07-29"), "{:?}", bill.warnings);
}

#[test]
fn a_cluster_that_refuses_extended_support_pays_none_and_is_warned_of() {
    let old = json!({"version": "1.33", "upgrade_policy": [{"support_type": "STANDARD"}]});
    let fixture = fixture();
    let bill = fixture.bill(&plan([("aws_eks_cluster", "this", old)])).unwrap();
    assert_eq!(sum(bill.group(Group::Cluster))[0], "73".parse().unwrap());
    assert!(bill.warnings[0].contains("AWS upgrades it unasked"));
}

#[test]
fn a_surcharge_begins_on_the_day() {
    let fixture = fixture();
    let cluster = plan([("aws_eks_cluster", "this", json!({"version": "1.35"}))]);
    let database = plan([("aws_db_instance", "this", database(json!({"engine_version": "8.0.43"})))]);
    let likely = |plan: &Plan, on: &str| bill(fixture.inputs(on), plan, HOURS).unwrap().total()[1];
    let more = |plan: &Plan, before: &str, after: &str| likely(plan, after) - likely(plan, before);
    assert_eq!(more(&cluster, "2027-03-26", "2027-03-27"), "365".parse::<Usd>().unwrap());
    assert_eq!(more(&database, "2026-07-31", "2026-08-01"), "146".parse::<Usd>().unwrap());
    assert_eq!(more(&database, "2028-07-31", "2028-08-01"), "146".parse::<Usd>().unwrap());
}

#[test]
fn versions_that_cannot_be_had_or_are_unknown_are_errors() {
    assert!(
        problem("aws_eks_cluster", json!({"version": "1.28"})).ends_with("EKS 1.28 cannot be had since 2025-11-26")
    );
    assert!(problem("aws_eks_cluster", json!({"version": "1.77"})).contains("EKS 1.77 is not in"));
    assert!(problem("aws_db_instance", database(json!({"engine_version": "9.9"}))).contains("MySQL 9.9 is not in"));
    assert!(problem("aws_eks_cluster", json!({})).ends_with("the plan does not say its /version"));
}

#[test]
fn nodes_cost_hours_disks_and_what_they_compute_above_their_baseline() {
    let two = node_group(json!({}));
    assert_eq!(
        lines("aws_eks_node_group", two),
        // 4 nodes × 730 h × 2 vCPUs × (25 − 20) % × 0.05
        [
            "t3.medium: 60.74 60.74 121.47",
            "CPU above the baseline: 0.00 0.00 14.60",
            "20 GB for each node: 3.20 3.20 6.40"
        ]
    );
    let spot = lines("aws_eks_node_group", node_group(json!({"capacity_type": "SPOT"})));
    assert!(spot.contains(&"t3.medium, spot (assumed price): 24.24 24.24 48.47".to_owned()), "{spot:?}");
    // The dearest of its types when AWS chooses, and the first when it does not.
    let two = json!({"instance_types": ["t3a.medium", "t3.medium"], "capacity_type": "SPOT"});
    assert_eq!(lines("aws_eks_node_group", node_group(two))[0], spot[0]);
    let two = json!({"instance_types": ["t3a.medium", "t3.medium"]});
    assert_eq!(lines("aws_eks_node_group", node_group(two))[0], "t3a.medium: 54.90 54.90 109.79");
    assert!(
        problem("aws_eks_node_group", node_group(json!({"instance_types": ["x9.huge"]})))
            .contains("x9.huge has no price")
    );
}

#[test]
fn the_launch_template_of_its_module_says_which_disk_a_node_has() {
    let template = json!({"block_device_mappings": [{"ebs": [{"volume_size": 30, "volume_type": "gp3"}]}],
        "monitoring": [{"enabled": true}]});
    let group = node_group(json!({"launch_template": [{"version": "1"}]}));
    let lines = of(&plan([("aws_eks_node_group", "this", group), ("aws_launch_template", "this", template)]));
    assert!(lines.contains(&"30 GB for each node: 4.80 4.80 9.60".to_owned()), "{lines:?}");
    assert!(lines.contains(&"detailed monitoring: 4.20 4.20 8.40".to_owned()), "{lines:?}");
}

#[test]
fn a_database_costs_hours_storage_and_backups_and_its_standby_as_much_again() {
    assert_eq!(
        lines("aws_db_instance", database(json!({"manage_master_user_password": true}))),
        [
            "db.t3.micro: 12.41 12.41 12.41",
            "CPU above the baseline: 0.00 0.00 5.48",
            "storage, 20 GB at first: 2.30 2.30 4.60",
            "backups beyond the storage's size: 0.00 0.00 4.75",
            "secret of the master password: 0.40 0.40 0.40"
        ]
    );
    let both = lines("aws_db_instance", database(json!({"multi_az": true})));
    assert!(both.contains(&"db.t3.micro, with a standby: 24.82 24.82 24.82".to_owned()), "{both:?}");
    let watched = lines("aws_db_instance", database(json!({"monitoring_interval": 30})));
    assert!(watched.contains(&"enhanced monitoring's log: 0.30 0.30 0.30".to_owned()), "{watched:?}");
    assert!(
        problem("aws_db_instance", database(json!({"engine": "postgres"}))).contains("a database of type postgres")
    );
}

#[test]
fn gateways_share_what_passes_and_one_of_two_makes_traffic_between_zones() {
    let subnet = |zone: &str| json!({"availability_zone": zone});
    let two = plan([
        ("aws_nat_gateway", "a", json!({})),
        ("aws_nat_gateway", "b", json!({})),
        ("aws_eip", "a", json!({})),
        (
            "aws_vpc_endpoint",
            "s3",
            json!({"vpc_endpoint_type": "Gateway", "service_name": "com.amazonaws.us-east-1.s3"}),
        ),
    ]);
    let (gateway, passes) = ("gateway: 32.85 32.85 32.85", "what it passes on: 0.18 0.45 3.38");
    assert_eq!(of(&two), [gateway, passes, gateway, passes, "address: 3.65 3.65 3.65"]);
    let one = plan([
        ("aws_eks_cluster", "this", json!({"version": "1.35"})),
        ("aws_nat_gateway", "a", json!({})),
        ("aws_subnet", "a", subnet("us-east-1a")),
        ("aws_subnet", "b", subnet("us-east-1b")),
    ]);
    // Without the endpoint, images pass, too.
    assert!(of(&one).contains(&"what it passes on: 0.81 1.80 9.45".to_owned()), "{:?}", of(&one));
    let fixture = fixture();
    let bill = fixture.bill(&one).unwrap();
    let far = bill.lines.iter().find(|line| line.resource == "assumed: nodes without a NAT of their zone").unwrap();
    assert_eq!(far.cost[1], "0.20".parse().unwrap());
}

#[test]
fn interface_endpoints_cost_an_hour_in_each_zone() {
    let interface = json!({"vpc_endpoint_type": "Interface", "service_name": "com.amazonaws.us-east-1.sqs"});
    assert_eq!(lines("aws_vpc_endpoint", interface), ["endpoint in each zone: 7.30 7.30 7.30"]);
}

#[test]
fn the_ingress_makes_a_balancer_that_no_plan_shows_and_a_planned_one_replaces_it() {
    let fixture = fixture();
    let cluster = ("aws_eks_cluster", "this", json!({"version": "1.35"}));
    let bill_of = |plan: &Plan| {
        let bill = fixture.bill(plan).unwrap();
        sum(bill.lines.iter().filter(|line| line.price.unit.contains("balancer") || line.price.unit.contains("LCU")))
    };
    let costs = ["16.44", "16.52", "17.39"].map(|usd| usd.parse().unwrap()); // 16.43 and 1.1, 11.1 and 120 LCU-hours
    assert_eq!(bill_of(&plan([cluster.clone()])), costs);
    let planned = ("aws_lb", "this", json!({"load_balancer_type": "application", "internal": false}));
    assert_eq!(bill_of(&plan([cluster, planned])), costs);
    assert!(problem("aws_lb", json!({"load_balancer_type": "network"})).contains("a load balancer that is no ALB"));
}

#[test]
fn queues_cost_requests_beyond_the_first_million() {
    let queues = plan([
        ("aws_sqs_queue", "dead", json!({"name": "devops-ppp-orders-dlq"})),
        ("aws_sqs_queue", "orders", json!({"name": "devops-ppp-orders"})),
    ]);
    assert_eq!(
        of(&queues),
        [
            "reading its depth: 0.02 0.02 0.02",
            "messages, polling and reading its depth: 0.07 0.11 0.37",
            "free each month: 1 million requests: -0.09 -0.13 -0.39"
        ]
    );
    assert!(problem("aws_sqs_queue", json!({"name": "a.fifo", "fifo_queue": true})).contains("a FIFO queue"));
}

#[test]
fn a_repository_costs_as_many_images_as_its_policy_keeps() {
    let policy = json!({"rules": [{"selection": {"countType": "imageCountMoreThan", "countNumber": 10}}]}).to_string();
    let kept = plan([
        ("aws_ecr_repository", "this", json!({"name": "backend"})),
        ("aws_ecr_lifecycle_policy", "this", json!({"repository": "backend", "policy": policy})),
    ]);
    assert_eq!(of(&kept), ["10 images: 0.04 0.04 0.04"]);
    let fixture = fixture();
    let bill = fixture.bill(&plan([("aws_ecr_repository", "this", json!({"name": "frontend"}))])).unwrap();
    assert_eq!((bill.total()[1], bill.warnings.len()), ("0.50".parse().unwrap(), 1));
}

#[test]
fn logs_cost_what_comes_in_and_what_is_kept() {
    let kept = |days: i64| json!({"name": "/aws/devops-ppp/backend", "retention_in_days": days});
    let month = [
        "log taken in: 0.10 0.40 3.50",
        "log kept for 30 days: 0.00 0.00 0.03",
        "free each month: 5 GB: -0.10 -0.40 -2.50",
    ];
    assert_eq!(lines("aws_cloudwatch_log_group", kept(30)), month);
    let fixture = fixture();
    let for_ever = fixture.bill(&plan([("aws_cloudwatch_log_group", "this", kept(0))])).unwrap();
    assert!(for_ever.warnings[0].contains("kept for ever"));
}

#[test]
fn an_alarm_costs_each_metric_of_its_expression_and_ten_are_free() {
    let expression = json!({"metric_query": [{"id": "rate", "expression": "errors / all", "metric": []},
        {"id": "errors", "metric": [{"period": 60}]}, {"id": "all", "metric": [{"period": 60}]}]});
    assert_eq!(
        lines("aws_cloudwatch_metric_alarm", expression),
        ["alarm: 0.20 0.20 0.20", "free each month: 10 alarm metrics: -0.20 -0.20 -0.20"]
    );
    assert_eq!(
        lines("aws_cloudwatch_metric_alarm", json!({"period": 300, "metric_query": []}))[0],
        "alarm: 0.10 0.10 0.10"
    );
    assert!(problem("aws_cloudwatch_metric_alarm", json!({"period": 10})).contains("high resolution"));
    assert_eq!(lines("aws_cloudwatch_composite_alarm", json!({})), ["composite alarm: 0.50 0.50 0.50"]);
}

#[test]
fn dashboards_and_filters_metrics_are_free_up_to_a_number() {
    let free = ["dashboard: 3.00 3.00 3.00", "free each month: 3 dashboards: -3.00 -3.00 -3.00"];
    assert_eq!(lines("aws_cloudwatch_dashboard", json!({})), free);
    let filter = |name: &str| json!({"metric_transformation": [{"namespace": "Comptoir", "name": name}]});
    let kind = "aws_cloudwatch_log_metric_filter";
    let three = plan([(kind, "a", filter("Errors")), (kind, "b", filter("Errors")), (kind, "c", filter("Slow"))]);
    assert_eq!(
        of(&three),
        ["metric: 0.30 0.30 0.30", "metric: 0.30 0.30 0.30", "free each month: 10 metrics: -0.60 -0.60 -0.60"]
    );
}

#[test]
fn container_insights_are_billed_by_observation() {
    let both = plan([
        ("aws_eks_addon", "cni", json!({"addon_name": "vpc-cni"})),
        ("aws_eks_addon", "cloudwatch", json!({"addon_name": "amazon-cloudwatch-observability"})),
        ("aws_eks_node_group", "this", node_group(json!({}))),
    ]);
    // (50 + 2 × 35 + 38 × 40) × 43,800 minutes × 0.21 a million
    assert!(of(&both).contains(&"Container Insights: 13.98 15.08 23.82".to_owned()), "{:?}", of(&both));
    let without = json!({"agent": {"config": {"logs": {"metrics_collected": {"kubernetes": {"enhanced_container_insights": false}}}}}});
    let addon = json!({"addon_name": "amazon-cloudwatch-observability", "configuration_values": without.to_string()});
    assert!(problem("aws_eks_addon", addon).contains("without enhanced observability"));
}

#[test]
fn keys_secrets_buckets_disks_and_zones_cost_by_the_piece_and_by_the_gb() {
    assert_eq!(
        lines("aws_kms_key", json!({})),
        [
            "key: 1.00 1.00 1.00",
            "its requests: 0.03 0.09 0.60",
            "free each month: 2 × 10,000 requests: -0.03 -0.06 -0.06"
        ]
    );
    assert_eq!(
        lines("aws_secretsmanager_secret", json!({})),
        ["secret: 0.40 0.40 0.40", "its requests: 0.02 0.02 0.03"]
    );
    assert_eq!(lines("aws_s3_bucket", json!({})), ["what it holds: 0.00 0.00 0.00"]);
    assert_eq!(lines("aws_ebs_volume", json!({"size": 8, "type": "gp3"})), ["disk: 0.64 0.64 0.64"]);
    assert_eq!(lines("aws_route53_zone", json!({})), ["hosted zone: 0.50 0.50 0.50"]);
}

#[test]
fn what_is_free_is_counted_and_an_unknown_type_is_named() {
    let fixture = fixture();
    let vpc = plan([("aws_vpc", "this", json!({})), ("aws_subnet", "a", json!({})), ("aws_subnet", "b", json!({}))]);
    let bill = fixture.bill(&vpc).unwrap();
    assert_eq!((bill.total()[1], bill.free["aws_subnet"].0), (Usd::default(), 2));
    let unknown = fixture.bill(&plan([("aws_msk_cluster", "new", json!({}))]));
    let Err(Problem::UnknownType { address, kind }) = unknown else { panic!("an unknown type is no error") };
    assert_eq!((address.as_str(), kind.as_str()), ("module.it.aws_msk_cluster.new", "aws_msk_cluster"));
    assert!(
        problem("aws_ecr_registry_scanning_configuration", json!({"scan_type": "ENHANCED"}))
            .contains("nobody has said")
    );
}

#[test]
fn a_budget_whose_alert_would_always_come_is_warned_of() {
    let fixture = fixture();
    let with = |limit: &str| {
        let budget = json!({"budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": limit});
        let plan = plan([
            ("aws_budgets_budget", "month", budget),
            ("aws_nat_gateway", "a", json!({})),
            // Free, and so no reason to warn.
            ("aws_cloudwatch_dashboard", "a", json!({})),
        ]);
        fixture.bill(&plan).unwrap().warnings
    };
    assert!(with("50").is_empty());
    assert!(with("40")[0].ends_with("a likely month is 34.65 USD, over 80 % of the budget of 40.00 USD"));
}

#[test]
fn totals_are_the_sums_of_lines_and_of_groups() {
    let fixture = fixture();
    let plan = Plan::parse("production".to_owned(), include_str!("../../tests/plans/production.json")).unwrap();
    let bill = fixture.bill(&plan).unwrap();
    for at in 0..3 {
        assert_eq!(bill.lines.iter().map(|line| line.cost[at]).sum::<Usd>(), bill.total()[at]);
        let groups = Group::ALL.map(|group| sum(bill.group(group))[at]);
        assert_eq!(groups.into_iter().sum::<Usd>(), bill.total()[at]);
    }
    assert!(bill.total()[0] <= bill.total()[1] && bill.total()[1] < bill.total()[2]);
}
