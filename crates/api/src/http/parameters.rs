//! Refuses query parameters that an operation does not describe: a misspelt filter must not show everything.

use std::sync::Arc;

use serde_json::Value;
use url::form_urlencoded;

use crate::Problem;

/// The names of an operation's query parameters, as `openapi.json` has them.
#[derive(Clone, Debug)]
pub(crate) struct Parameters(Arc<[String]>);

impl Parameters {
    pub(crate) fn of(operation: &Value) -> Self {
        let described = operation["parameters"].as_array().into_iter().flatten();
        let of_query = described.filter(|parameter| parameter["in"] == "query");
        Self(of_query.filter_map(|parameter| parameter["name"].as_str()).map(str::to_owned).collect())
    }

    /// Refuses a query with another parameter, and says which one may have been meant.
    pub(crate) fn check(&self, query: Option<&str>) -> Result<(), Problem> {
        let mut given = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let Some((unknown, _)) = given.find(|(name, _)| !self.0.iter().any(|known| known == name)) else {
            return Ok(());
        };
        let message = match self.nearest(&unknown) {
            Some(known) => format!("there is no such parameter; did you mean {known}?"),
            None if self.0.is_empty() => "there is no such parameter: this address takes none".to_owned(),
            None => format!("there is no such parameter; there are {}", self.0.join(", ")),
        };
        Err(Problem::invalid(unknown.into_owned(), "unknown_parameter", message))
    }

    /// The known name that differs in so few letters that it may have been meant.
    fn nearest(&self, unknown: &str) -> Option<&str> {
        // A caller chooses the length, with which the time for comparing grows.
        let unknown = unknown.get(..unknown.len().min(64))?;
        let distances = self.0.iter().map(|known| (strsim::osa_distance(known, unknown), known));
        let (distance, known) = distances.min_by_key(|(distance, _)| *distance)?;
        (distance <= 1 + known.len() / 4).then_some(known)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(names: &[&str]) -> Parameters {
        let described = names.iter().map(|name| json!({ "in": "query", "name": name })).collect::<Vec<_>>();
        Parameters::of(&json!({ "parameters": described }))
    }

    #[test]
    fn the_nearest_name_is_one_that_may_have_been_meant() {
        let known = of(&["limit", "cursor", "min_total", "max_total", "state", "q"]);
        let long = "x".repeat(100_000);
        for (unknown, nearest) in [
            ("min_totla", Some("min_total")),
            ("mintotal", Some("min_total")),
            ("states", Some("state")),
            ("Limit", Some("limit")),
            ("city", None),
            ("épicerie", None),
            (&long, None),
        ] {
            assert_eq!(known.nearest(unknown), nearest, "{unknown:.20}");
        }
        assert_eq!(of(&[]).nearest("limit"), None);
    }

    #[test]
    fn a_query_is_read_as_handlers_read_it() {
        let known = of(&["q", "min_total"]);
        for query in ["", "q=a&min_total=1", "q", "&&q=a&", "%71=a", "min%5Ftotal=1"] {
            assert!(known.check(Some(query)).is_ok(), "{query:?}");
        }
        for query in ["Q=a", "=a", "q=a&r", "q[]=a", "q%20=a"] {
            assert!(known.check(Some(query)).is_err(), "{query:?}");
        }
        let header = json!({ "parameters": [{ "in": "header", "name": "header" }] });
        assert!(Parameters::of(&header).check(Some("header=1")).is_err());
        assert!(Parameters::of(&json!({})).check(None).is_ok());
    }
}
