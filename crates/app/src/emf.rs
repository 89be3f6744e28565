//! Metrics for CloudWatch: once a minute a line on standard output in the embedded metric format, which CloudWatch Logs
//! reads by itself. They are the counters of `/metrics`, of the time since the last line.
//!
//! The format: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
//! (at most 100 metrics a line; here about a dozen). Every metric and value of a dimension costs money, so there is one
//! dimension, of two values, and none for routes or types: those are for Prometheus.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::registry::Registry;
use serde_json::{Map, Value, json};
use store::Context;
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_mins(1);
const NAMESPACE: &str = "Comptoir";

/// Where a metric comes from, among what `/metrics` tells.
enum Source {
    /// How much a counter has grown, over all its labels; or over those whose status begins so.
    Grown(&'static str, Option<&'static str>),
    /// How much a histogram of seconds has grown, in milliseconds.
    Durations(&'static str),
    /// As it is now. One process at a time knows it, and speaks for all.
    Now(&'static str),
}

/// Name, unit, source. What is not being counted in a process is not told by it.
const TOLD: [(&str, &str, Source); 14] = [
    ("Requests", "Count", Source::Grown("comptoir_http_requests_total", None)),
    ("ServerErrors", "Count", Source::Grown("comptoir_http_requests_total", Some("5"))),
    ("RequestDuration", "Milliseconds", Source::Durations("comptoir_http_request_duration_seconds")),
    ("MessagesRelayed", "Count", Source::Grown("comptoir_relayed_messages_total", None)),
    ("EffectsDone", "Count", Source::Grown("comptoir_effects_done_total", None)),
    ("EffectsFailed", "Count", Source::Grown("comptoir_effects_failed_total", None)),
    ("MessagesRepeated", "Count", Source::Grown("comptoir_messages_repeated_total", None)),
    ("DeadLetters", "Count", Source::Grown("comptoir_dead_letters_total", None)),
    ("EffectLatency", "Milliseconds", Source::Durations("comptoir_effect_latency_seconds")),
    ("OpenDeadLetters", "Count", Source::Now("comptoir_open_dead_letters")),
    ("OutboxWaiting", "Count", Source::Now("comptoir_outbox_waiting")),
    ("OutboxLag", "Seconds", Source::Now("comptoir_outbox_lag_seconds")),
    ("QueueWaiting", "Count", Source::Now("comptoir_queue_waiting")),
    ("OldestMessage", "Seconds", Source::Now("comptoir_oldest_message_seconds")),
];

/// What a process is called in the dimension `Service`, and which of the counters are its business.
#[derive(Clone, Copy)]
pub(crate) struct Service {
    pub(crate) name: &'static str,
    pub(crate) answers: bool,
    pub(crate) works: bool,
}

impl Service {
    fn tells(self, metric: &str) -> bool {
        match metric {
            "Requests" | "ServerErrors" | "RequestDuration" => self.answers,
            "EffectsDone" | "EffectsFailed" | "MessagesRepeated" | "DeadLetters" | "EffectLatency" => self.works,
            _ => true,
        }
    }
}

/// What `/metrics` said, by series: `name{labels}`.
type Series = BTreeMap<String, f64>;

/// Remembers what it has told.
pub(crate) struct Emf {
    service: Service,
    registry: Arc<Registry>,
    before: Series,
}

impl Emf {
    pub(crate) const fn new(service: Service, registry: Arc<Registry>) -> Self {
        Self { service, registry, before: Series::new() }
    }

    /// Tells once a minute, and a last time at the end.
    pub(crate) async fn run(mut self, context: Context, stop: CancellationToken) {
        let mut next = tokio::time::interval(EVERY);
        next.tick().await;
        loop {
            let ended = tokio::select! {
                () = stop.cancelled() => true,
                _ = next.tick() => false,
            };
            let mut out = std::io::stdout().lock();
            for line in self.lines(context.now().unix_millis()) {
                // Whoever reads us may be gone. That is no reason to stop serving, and there is nobody to tell.
                let _ = writeln!(out, "{line}");
            }
            let _ = out.flush();
            if ended {
                return;
            }
        }
    }

    /// What has happened since the last call: a line of the process, and one for all when this process knows it.
    fn lines(&mut self, millis: u64) -> Vec<Value> {
        let now = read(&self.registry);
        let mut own = Vec::new();
        let mut shared = Vec::new();
        for (name, unit, source) in TOLD.iter().filter(|(name, ..)| self.service.tells(name)) {
            match source {
                Source::Grown(series, status) => own.push((*name, *unit, json!(self.grown(&now, series, *status)))),
                Source::Durations(series) => {
                    own.extend(self.durations(&now, series).map(|values| (*name, *unit, values)));
                }
                Source::Now(series) => shared.extend(now.get(*series).map(|value| (*name, *unit, json!(value)))),
            }
        }
        self.before = now;
        let mut lines = vec![line(millis, Some(self.service.name), own)];
        if !shared.is_empty() {
            lines.push(line(millis, None, shared));
        }
        lines
    }

    fn since(&self, series: &str, value: f64) -> f64 {
        value - self.before.get(series).copied().unwrap_or(0.0)
    }

    fn grown(&self, now: &Series, name: &str, status: Option<&str>) -> f64 {
        let wanted = |series: &str| {
            let (of, labels) = series.split_once('{').unwrap_or((series, ""));
            of == name && status.is_none_or(|status| labels.contains(&format!("status=\"{status}")))
        };
        // Not `sum`, whose nothing is -0.
        now.iter()
            .filter(|(series, _)| wanted(series))
            .fold(0.0, |sum, (series, value)| sum + self.since(series, *value))
    }

    /// As CloudWatch takes a distribution: values, and how often each. A value is the upper end of its bucket, so that what
    /// is told is never better than what was; that of the last bucket, which has none, is twice the one before.
    fn durations(&self, now: &Series, name: &str) -> Option<Value> {
        let prefix = format!("{name}_bucket{{le=\"");
        let mut buckets: Vec<(f64, f64)> = Vec::new();
        for (series, value) in now.range(prefix.clone()..).take_while(|(series, _)| series.starts_with(&prefix)) {
            let end = series.trim_start_matches(&prefix).trim_end_matches("\"}");
            buckets.push((end.parse().unwrap_or(f64::INFINITY), self.since(series, *value)));
        }
        buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut values, mut counts, mut below, mut last) = (Vec::new(), Vec::new(), 0.0, 0.0);
        for (end, up_to) in buckets {
            let end = if end.is_finite() { end } else { last * 2.0 };
            if up_to > below {
                values.push(end * 1000.0);
                counts.push(up_to - below);
            }
            (below, last) = (up_to, end);
        }
        (!values.is_empty()).then(|| json!({ "Values": values, "Counts": counts }))
    }
}

/// What `/metrics` would say now.
fn read(registry: &Registry) -> Series {
    let mut text = String::new();
    // It only fails when the text cannot grow.
    let _ = prometheus_client::encoding::text::encode(&mut text, registry);
    let series = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.rsplit_once(' '));
    // A family without labels is written with braces that hold nothing.
    series.filter_map(|(series, value)| Some((series.trim_end_matches("{}").to_owned(), value.parse().ok()?))).collect()
}

fn line(millis: u64, service: Option<&str>, told: Vec<(&str, &str, Value)>) -> Value {
    let dimensions = if service.is_some() { json!([["Service"]]) } else { json!([[]]) };
    let metrics: Vec<Value> = told.iter().map(|(name, unit, _)| json!({ "Name": name, "Unit": unit })).collect();
    let directive = json!({ "Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": metrics });
    let mut line = Map::new();
    line.insert("_aws".into(), json!({ "Timestamp": millis, "CloudWatchMetrics": [directive] }));
    line.extend(service.map(|service| ("Service".to_owned(), json!(service))));
    line.extend(told.into_iter().map(|(name, _, value)| (name.to_owned(), value)));
    Value::Object(line)
}

#[cfg(test)]
mod tests {
    use prometheus_client::metrics::counter::Counter;
    use prometheus_client::metrics::family::Family;
    use prometheus_client::metrics::gauge::Gauge;
    use prometheus_client::metrics::histogram::Histogram;

    use super::*;

    type Labels = Vec<(String, String)>;

    struct Counted {
        requests: Family<Labels, Counter>,
        duration: Histogram,
        open: Family<[(&'static str, &'static str); 0], Gauge>,
        emf: Emf,
    }

    fn counted() -> Counted {
        let mut registry = Registry::with_prefix("comptoir");
        let (requests, duration, open) = (Family::default(), Histogram::new([0.01, 0.1]), Family::default());
        registry.register("http_requests", "-", Family::clone(&requests));
        registry.register("http_request_duration_seconds", "-", duration.clone());
        registry.register("open_dead_letters", "-", Family::clone(&open));
        let service = Service { name: "backend", answers: true, works: false };
        Counted { requests, duration, open, emf: Emf::new(service, Arc::new(registry)) }
    }

    fn status(code: &str) -> Labels {
        vec![("route".into(), "/api/v1/orders".into()), ("status".into(), code.into())]
    }

    #[test]
    fn a_line_tells_what_has_happened_since_the_last() {
        let mut counted = counted();
        counted.requests.get_or_create(&status("200")).inc_by(3);
        counted.requests.get_or_create(&status("503")).inc_by(2);
        let first = &counted.emf.lines(1)[0];
        assert_eq!((&first["Requests"], &first["ServerErrors"]), (&json!(5.0), &json!(2.0)));
        assert_eq!(first["Service"], "backend");
        counted.requests.get_or_create(&status("200")).inc();
        let second = &counted.emf.lines(2)[0];
        assert_eq!((&second["Requests"], &second["ServerErrors"]), (&json!(1.0), &json!(0.0)));
        assert_eq!(second["_aws"]["Timestamp"], 2);
    }

    #[test]
    fn durations_are_told_as_a_distribution_in_milliseconds() {
        let mut counted = counted();
        assert_eq!(counted.emf.lines(1)[0].get("RequestDuration"), None, "nothing was asked, so nothing took time");
        for seconds in [0.001, 0.002, 0.05, 3.0] {
            counted.duration.observe(seconds);
        }
        let expected = json!({ "Values": [10.0, 100.0, 200.0], "Counts": [2.0, 1.0, 1.0] });
        assert_eq!(counted.emf.lines(2)[0]["RequestDuration"], expected);
        counted.duration.observe(0.05);
        let expected = json!({ "Values": [100.0], "Counts": [1.0] });
        assert_eq!(counted.emf.lines(3)[0]["RequestDuration"], expected);
    }

    #[test]
    fn what_one_process_says_for_all_has_no_dimension() {
        let mut counted = counted();
        assert_eq!(counted.emf.lines(1).len(), 1, "this process does not know");
        counted.open.get_or_create(&[]).set(4);
        let lines = counted.emf.lines(2);
        let shared = lines.last().unwrap();
        assert_eq!(shared["OpenDeadLetters"], 4.0);
        assert_eq!(shared["_aws"]["CloudWatchMetrics"][0]["Dimensions"], json!([[]]));
    }

    #[test]
    fn every_metric_named_is_a_member_and_none_is_told_that_is_not_its_business() {
        let mut counted = counted();
        for line in counted.emf.lines(1) {
            for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap() {
                assert!(line.get(metric["Name"].as_str().unwrap()).is_some(), "{line}");
            }
            assert_eq!(line.get("EffectsDone"), None);
            assert!(!line.to_string().contains("-0"), "{line}");
        }
    }
}
