//! Holds every caller to the rule of the route: `security(("bearer" = ["clerk"]))` beside a handler says the least role that
//! it serves, and `security(())` that it serves everyone. That is the description that everybody reads in `openapi.json`, and
//! it is the rule: a route that says nothing, or that is not described, is closed to all.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Role;
use serde_json::Value;

use crate::auth::Caller;
use crate::{App, Problem};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Everyone,
    AtLeast(Role),
    Nobody,
}

/// The rule of each method at each address.
pub(crate) struct Rules(HashMap<String, Vec<(Method, Rule)>>);

impl Rules {
    pub(crate) fn of(document: &utoipa::openapi::OpenApi) -> Self {
        let document = serde_json::to_value(document).unwrap_or_default();
        let paths = document["paths"].as_object().into_iter().flatten();
        Self(paths.map(|(path, operations)| (path.clone(), rules(operations))).collect())
    }

    /// `None` where nothing is described; the methods that are, where only this one is not.
    fn find(&self, path: &str, method: &Method) -> Option<Result<Rule, String>> {
        let rules = self.0.get(path)?;
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let found = rules.iter().find(|(described, _)| described == method);
        let allowed = || {
            let names =
                rules.iter().map(|(method, _)| if method == Method::GET { "GET,HEAD" } else { method.as_str() });
            names.collect::<Vec<_>>().join(",")
        };
        Some(found.map(|(_, rule)| *rule).ok_or_else(allowed))
    }
}

fn rules(operations: &Value) -> Vec<(Method, Rule)> {
    let operations = operations.as_object().into_iter().flatten();
    let described = operations.filter_map(|(method, operation)| {
        let method = method.to_uppercase().parse().ok()?;
        operation.get("responses").map(|_| (method, rule(&operation["security"])))
    });
    described.collect()
}

fn rule(security: &Value) -> Rule {
    let Some(security) = security.as_array() else { return Rule::Nobody };
    if security.iter().any(|requirement| requirement.as_object().is_some_and(serde_json::Map::is_empty)) {
        return Rule::Everyone;
    }
    let role = security.iter().find_map(|requirement| requirement["bearer"][0].as_str()?.parse().ok());
    role.map_or(Rule::Nobody, Rule::AtLeast)
}

pub(crate) async fn guard(State((app, rules)): State<(App, Arc<Rules>)>, mut request: Request, next: Next) -> Response {
    // Without a route there is nothing to guard: the answer will be 404.
    let Some(path) = request.extensions().get::<MatchedPath>() else { return next.run(request).await };
    let rule = match rules.find(path.as_str(), request.method()) {
        None => Rule::Nobody,
        Some(Ok(rule)) => rule,
        Some(Err(allowed)) => return not_allowed(&allowed),
    };
    if rule != Rule::Everyone {
        let caller = Caller::of(&request, &app).await;
        match caller.and_then(|caller| allowed(caller, rule)) {
            Ok(caller) => drop(request.extensions_mut().insert(caller)),
            Err(problem) => return problem.into_response(),
        }
    }
    next.run(request).await
}

fn allowed(caller: Caller, rule: Rule) -> Result<Caller, Problem> {
    match rule {
        Rule::AtLeast(needed) => caller.at_least(needed)?,
        Rule::Everyone | Rule::Nobody => {
            return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", "nobody may do this"));
        }
    }
    Ok(caller)
}

/// RFC 9110, 15.5.6: a 405 must say which methods there are.
fn not_allowed(allowed: &str) -> Response {
    let detail = format!("this address does not take that method, but {allowed}");
    let mut response = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail).into_response();
    if let Ok(allowed) = HeaderValue::from_str(allowed) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_route_that_says_nothing_is_closed() {
        assert_eq!(rule(&Value::Null), Rule::Nobody);
        assert_eq!(rule(&json!([{ "bearer": [] }])), Rule::Nobody);
        assert_eq!(rule(&json!([{ "bearer": ["king"] }])), Rule::Nobody);
        assert_eq!(rule(&json!([{ "bearer": ["manager"] }])), Rule::AtLeast(Role::Manager));
        assert_eq!(rule(&json!([{}])), Rule::Everyone);
    }
}
