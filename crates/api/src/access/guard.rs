//! Holds every caller to the rule of the route: `security(("bearer" = ["clerk"]))` beside a handler says the least role that
//! it serves, and `security(())` that it serves everyone. That is the description that everybody reads in `openapi.json`, and
//! it is the rule: a route that says nothing, or that is not described, is closed to all. Then counts what the caller asks for
//! (limits.rs), refuses parameters that are not described (parameters.rs), and bounds the time that the answer may take.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Role;
use serde_json::Value;

use crate::access::auth::Caller;
use crate::http::limits::{Left, Payer};
use crate::http::origin::Origin;
use crate::http::parameters::Parameters;
use crate::{App, Problem};

/// What is described of one method at one address.
#[derive(Clone, Debug)]
struct Route {
    rule: Rule,
    /// Not for what takes as long as it takes: streams, exports, uploads.
    timed: bool,
    /// None where nothing is described.
    parameters: Option<Parameters>,
}

impl Route {
    const fn undescribed(rule: Rule) -> Self {
        Self { rule, timed: true, parameters: None }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Everyone,
    AtLeast(Role),
    Nobody,
}

/// The rule of each method at each address.
pub(crate) struct Rules(HashMap<String, Vec<(Method, Route)>>);

impl Rules {
    pub(crate) fn of(document: &utoipa::openapi::OpenApi) -> Self {
        let document = serde_json::to_value(document).unwrap_or_default();
        let paths = document["paths"].as_object().into_iter().flatten();
        Self(paths.map(|(path, operations)| (path.clone(), rules(operations))).collect())
    }

    /// `None` where nothing is described; the methods that are, where only this one is not.
    fn find(&self, path: &str, method: &Method) -> Option<Result<Route, String>> {
        let rules = self.0.get(path)?;
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let found = rules.iter().find(|(described, _)| described == method);
        let allowed = || {
            let names =
                rules.iter().map(|(method, _)| if method == Method::GET { "GET,HEAD" } else { method.as_str() });
            names.collect::<Vec<_>>().join(",")
        };
        Some(found.map(|(_, route)| route.clone()).ok_or_else(allowed))
    }
}

fn rules(operations: &Value) -> Vec<(Method, Route)> {
    let operations = operations.as_object().into_iter().flatten();
    let described = operations.filter_map(|(method, operation)| {
        let method = method.to_uppercase().parse().ok()?;
        let responses = operation.get("responses")?;
        let only_json =
            |content: &Value| content.as_object().is_none_or(|types| types.keys().all(|t| t.contains("json")));
        let answers = responses.as_object().into_iter().flat_map(serde_json::Map::values);
        let timed = only_json(&operation["requestBody"]["content"]) && answers.map(|a| &a["content"]).all(only_json);
        let parameters = Some(Parameters::of(operation));
        Some((method, Route { rule: rule(&operation["security"]), timed, parameters }))
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
    let found = request.extensions().get::<MatchedPath>().map(|path| rules.find(path.as_str(), request.method()));
    let route = match found {
        // Without a route there is nothing to guard: the answer will be 404.
        None => Route::undescribed(Rule::Everyone),
        Some(None) => Route::undescribed(Rule::Nobody),
        Some(Some(Ok(route))) => route,
        Some(Some(Err(allowed))) => return not_allowed(&allowed),
    };
    let caller = if route.rule == Rule::Everyone { None } else { Some(Caller::of(&request, &app).await) };
    let left = count(&app, &request, caller.as_ref().and_then(|caller| caller.as_ref().ok()));
    let admitted = match (left.and_then(|left| left.refusal()), caller) {
        (Some(refused), _) | (None, Some(Err(refused))) => Err(refused),
        (None, Some(Ok(caller))) => allowed(caller, route.rule).map(Some),
        (None, None) => Ok(None),
    };
    let query = request.uri().query();
    let admitted = admitted.and_then(|caller| {
        route.parameters.as_ref().map_or(Ok(()), |known| known.check(query))?;
        Ok(caller)
    });
    let mut response = match admitted {
        Ok(caller) => {
            if let Some(caller) = caller {
                request.extensions_mut().insert(caller);
            }
            within(app.settings.request_time, route.timed, next.run(request)).await
        }
        Err(problem) => problem.into_response(),
    };
    if let Some(left) = left {
        left.tell(response.headers_mut());
    }
    response
}

/// A good token is counted by its owner; without one, the address is.
fn count(app: &App, request: &Request, caller: Option<&Caller>) -> Option<Left> {
    let settings = &app.settings;
    if let Some(caller) = caller {
        let payer = Payer::Caller(caller.actor.as_str().to_owned());
        return app.limits.count(&payer, caller.per_minute.unwrap_or(settings.user_per_minute));
    }
    let Origin(address) = Origin::of(request.extensions(), request.headers(), settings.trusted_proxies);
    app.limits.count(&Payer::at(address), settings.address_per_minute)
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

/// Gives up waiting; what has been begun with `Db::write` is not stopped by that.
async fn within(time: Duration, timed: bool, answer: impl Future<Output = Response>) -> Response {
    if !timed || time.is_zero() {
        return answer.await;
    }
    let Ok(response) = tokio::time::timeout(time, answer).await else {
        let detail = "this took too long; a change that had begun is still being made, so look before you repeat it, or repeat \
                      it with the same Idempotency-Key";
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", detail).retry_after(5).into_response();
    };
    response
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
    fn only_what_speaks_json_both_ways_is_timed() {
        let timed = |body: &str, answer: &str| {
            let operation = json!({ "requestBody": { "content": { body: {} } }, "responses": { "200": { "content": {
                answer: {} } }, "404": { "content": { "application/problem+json": {} } } } });
            rules(&json!({ "post": operation }))[0].1.timed
        };
        assert!(timed("application/json", "application/json"));
        assert!(!timed("text/csv", "application/json"));
        assert!(!timed("application/json", "text/event-stream"));
        assert!(rules(&json!({ "get": { "responses": { "204": {} } } }))[0].1.timed);
    }

    #[test]
    fn a_route_that_says_nothing_is_closed() {
        assert_eq!(rule(&Value::Null), Rule::Nobody);
        assert_eq!(rule(&json!([{ "bearer": [] }])), Rule::Nobody);
        assert_eq!(rule(&json!([{ "bearer": ["king"] }])), Rule::Nobody);
        assert_eq!(rule(&json!([{ "bearer": ["manager"] }])), Rule::AtLeast(Role::Manager));
        assert_eq!(rule(&json!([{}])), Rule::Everyone);
    }
}
