//! Reads `deploy/cost/support.toml`: until when AWS supports a version, at the standard price and at all.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use serde::Deserialize;

use super::plan::Resource;
use super::prices::date;
use super::problem::{Outcome, Problem, read};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Support {
    eks: BTreeMap<String, Cluster>,
    #[serde(rename = "rds-mysql")]
    mysql: BTreeMap<String, Database>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cluster {
    #[serde(deserialize_with = "date")]
    standard: Date,
    #[serde(deserialize_with = "date")]
    extended: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Database {
    #[serde(deserialize_with = "date")]
    standard: Date,
    #[serde(deserialize_with = "date")]
    year3: Date,
    #[serde(deserialize_with = "date")]
    extended: Date,
}

/// The kind of support that a version has on a day.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SupportStatus {
    Standard { until: Date },
    Extended { since: Date, year3: bool },
}

impl Support {
    pub(crate) fn read(path: &Path) -> Outcome<Support> {
        read(path, Support::parse)
    }

    pub(crate) fn parse(text: &str) -> Result<Support, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// The support of an EKS version. Both dates of the file are the first day on which the earlier state no longer holds.
    pub(crate) fn cluster(&self, of: &Resource, version: &str, on: Date) -> Outcome<SupportStatus> {
        let known = self.eks.get(version).ok_or_else(|| unknown(of, "EKS", version))?;
        if on >= known.extended {
            return Err(gone(of, "EKS", version, known.extended));
        }
        Ok(if on < known.standard {
            SupportStatus::Standard { until: known.standard }
        } else {
            SupportStatus::Extended { since: known.standard, year3: false }
        })
    }

    /// The support of an RDS for MySQL version. Both dates of the file are the last day of their kind of support; the surcharge begins the day after.
    pub(crate) fn mysql(&self, of: &Resource, version: &str, on: Date) -> Outcome<SupportStatus> {
        let service = "RDS for MySQL";
        let major = version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
        let known = self.mysql.get(&major).ok_or_else(|| unknown(of, service, version))?;
        if on > known.extended {
            return Err(gone(of, service, version, known.extended));
        }
        Ok(if on <= known.standard {
            SupportStatus::Standard { until: known.standard }
        } else {
            SupportStatus::Extended { since: known.standard, year3: on >= known.year3 }
        })
    }

    /// The newest version of each service that has only extended support on a day.
    pub(crate) fn outdated_versions(&self, on: Date) -> (Option<&str>, Option<&str>) {
        let cluster =
            self.eks.iter().filter(|(_, it)| it.standard <= on && on < it.extended).max_by_key(|(_, it)| it.standard);
        let mysql =
            self.mysql.iter().filter(|(_, it)| it.standard < on && on <= it.extended).max_by_key(|(_, it)| it.standard);
        (cluster.map(|(version, _)| version.as_str()), mysql.map(|(version, _)| version.as_str()))
    }
}

fn unknown(of: &Resource, service: &'static str, version: &str) -> Problem {
    Problem::UnknownVersion { address: of.address.clone(), service, version: version.to_owned() }
}

fn gone(of: &Resource, service: &'static str, version: &str, since: Date) -> Problem {
    Problem::Unsupported { address: of.address.clone(), service, version: version.to_owned(), since }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::plan::tests::plan;
    use super::*;

    fn support() -> Support {
        Support::parse(include_str!("../tests/data/support.toml")).unwrap()
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn eks_asks_for_extended_support_from_the_day_that_standard_support_ends() {
        let of = &plan([("aws_eks_cluster", "this", json!({}))]).resources[0];
        let on = |date: &str| support().cluster(of, "1.35", day(date));
        assert_eq!(on("2027-03-26").unwrap(), SupportStatus::Standard { until: day("2027-03-27") });
        assert_eq!(on("2027-03-27").unwrap(), SupportStatus::Extended { since: day("2027-03-27"), year3: false });
        assert!(on("2028-03-26").is_ok());
        assert!(matches!(on("2028-03-27"), Err(Problem::Unsupported { .. })));
        assert!(matches!(support().cluster(of, "1.28", day("2026-11-23")), Err(Problem::Unsupported { .. })));
        assert!(matches!(support().cluster(of, "1.99", day("2026-11-23")), Err(Problem::UnknownVersion { .. })));
    }

    #[test]
    fn rds_asks_from_the_day_after_and_twice_as_much_from_the_third_year() {
        let of = &plan([("aws_db_instance", "this", json!({}))]).resources[0];
        let on = |date: &str| support().mysql(of, "8.0.46", day(date));
        assert_eq!(on("2026-07-31").unwrap(), SupportStatus::Standard { until: day("2026-07-31") });
        assert_eq!(on("2026-08-01").unwrap(), SupportStatus::Extended { since: day("2026-07-31"), year3: false });
        assert_eq!(on("2028-07-31").unwrap(), SupportStatus::Extended { since: day("2026-07-31"), year3: false });
        assert_eq!(on("2028-08-01").unwrap(), SupportStatus::Extended { since: day("2026-07-31"), year3: true });
        assert!(on("2029-07-31").is_ok());
        assert!(matches!(on("2029-08-01"), Err(Problem::Unsupported { .. })));
        assert!(matches!(support().mysql(of, "8.4", day("2026-11-23")), Ok(SupportStatus::Standard { .. })));
        assert!(matches!(support().mysql(of, "9.7", day("2026-11-23")), Err(Problem::UnknownVersion { .. })));
    }

    #[test]
    fn the_newest_versions_behind_are_found() {
        assert_eq!(support().outdated_versions(day("2026-11-23")), (Some("1.33"), Some("8.0")));
        assert_eq!(support().outdated_versions(day("2020-01-01")), (None, None));
    }
}
