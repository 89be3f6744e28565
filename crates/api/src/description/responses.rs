//! The answers that operations have in common, told once: which problems an operation may answer follows from what it takes.
//! A handler describes its success, and a refusal only where it says something special.

use serde_json::json;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{ContentBuilder, Header, OpenApi, Ref, RefOr, Response, ResponseBuilder, schema};

/// `(name, status, code of the example, its detail, meaning)`
const PROBLEMS: [(&str, u16, &str, &str, &str); 14] = [
    ("BadRequest", 400, "bad_json", "expected `,` or `}` at line 3 column 9", "The request cannot be read."),
    ("Unauthorized", 401, "token_expired", "the token has expired; sign in again", "Nobody we know: sign in."),
    ("Forbidden", 403, "forbidden", "this needs the role manager; yours is clerk", "Your role may not do this."),
    ("NotFound", 404, "not_found", "order not found", "There is no such thing."),
    ("TooSlow", 408, "body_too_slow", "nothing more of the body came for 10 s", "The body did not come in time."),
    ("Conflict", 409, "already_exists", "another one has this external_id", "Not for the thing as it stands now."),
    ("Stale", 412, "stale", "the order has changed since you read it", "Somebody has changed it since you read it."),
    ("TooLarge", 413, "body_too_large", "the body may have at most 2 MiB", "The body is too large."),
    ("NotJson", 415, "bad_content_type", "send Content-Type: application/json", "The body is of another type."),
    ("Invalid", 422, "invalid", "lines[0].quantity: must be above zero", "Read, but cannot be accepted: see `errors`."),
    (
        "VersionRequired",
        428,
        "if_match_required",
        "send If-Match with the ETag of what you have read",
        "An edit must say which version it changes.",
    ),
    ("TooMany", 429, "rate_limited", "too many requests; try again in 12 s", "Too many requests; see `Retry-After`."),
    ("Internal", 500, "internal", "something went wrong on our side; it has been recorded", "Our mistake."),
    (
        "Unavailable",
        503,
        "database_unavailable",
        "the database is not available; try again shortly",
        "Not now; try again after `Retry-After`.",
    ),
];

/// Of every answer: `(name, type, meaning, example)`. The limits are told as in draft-ietf-httpapi-ratelimit-headers-06.
const HEADERS: [(&str, schema::Type, &str, &str); 5] = [
    (
        "X-Request-Id",
        schema::Type::String,
        "The name of the request, in our log too.",
        "req_01JD8Z5Q0V3T9N4C7K2M6X8YRB",
    ),
    ("RateLimit-Limit", schema::Type::Integer, "Requests that you may send a minute.", "1200"),
    ("RateLimit-Remaining", schema::Type::Integer, "How many you may send at once, now.", "1187"),
    ("RateLimit-Reset", schema::Type::Integer, "Seconds until all of the limit is there again.", "1"),
    ("RateLimit-Policy", schema::Type::String, "The limit, and its window in seconds.", "1200;w=60"),
];

/// Adds to each operation the problems that it may answer, and the problems themselves to the components.
pub(crate) fn describe(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        let reads = item.get.as_mut().map(|operation| (operation, false));
        let changes = [&mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        let changes = changes.into_iter().flatten().map(|operation| (operation, true));
        for (operation, changing) in reads.into_iter().chain(changes) {
            add_problems(operation, changing);
        }
    }
    let components = document.components.get_or_insert_default();
    for (name, ..) in PROBLEMS {
        components.responses.insert(name.to_owned(), RefOr::T(problem(name)));
    }
    for (name, kind, meaning, example) in HEADERS {
        let mut header = Header::new(schema::Object::with_type(kind));
        header.description = Some(meaning.to_owned());
        header.example = Some(example.parse::<u32>().map_or_else(|_| json!(example), |number| json!(number)));
        components.headers.insert(name.to_owned(), RefOr::T(header));
    }
}

/// Adds the headers that each answer has. (With no limit set, those of the limit are left out.)
fn add_headers(response: &mut Response, status: &str) {
    for (name, ..) in HEADERS {
        // A request that fails on our side is answered outside what counts it.
        if status != "500" || name == "X-Request-Id" {
            let reference = Ref::new(format!("#/components/headers/{name}"));
            response.headers.insert(name.to_owned(), RefOr::Ref(reference));
        }
    }
}

fn add_problems(operation: &mut Operation, changing: bool) {
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    let parameters: Vec<_> =
        parameters.iter().filter_map(|p| if let RefOr::T(p) = p { Some(p) } else { None }).collect();
    let has = |place: ParameterIn| parameters.iter().any(|p| p.parameter_in == place);
    let header = |name: &str| parameters.iter().find(|p| p.parameter_in == ParameterIn::Header && p.name == name);
    let (path, query, body) = (has(ParameterIn::Path), has(ParameterIn::Query), operation.request_body.is_some());
    let (if_match, key) = (header("If-Match"), header("Idempotency-Key"));
    let must_match = if_match.is_some_and(|p| matches!(p.required, Required::True));
    let public = json!(operation.security).as_array().is_some_and(|all| all.iter().any(|one| *one == json!({})));
    let answers = [
        ("BadRequest", query || body || key.is_some() || if_match.is_some()),
        ("Unauthorized", !public),
        ("Forbidden", !public),
        ("NotFound", path),
        ("TooSlow", body),
        ("Conflict", changing),
        ("Stale", if_match.is_some()),
        ("TooLarge", body),
        ("NotJson", body),
        // For a parameter that is not described, if for nothing else.
        ("Invalid", true),
        ("VersionRequired", must_match),
        ("TooMany", true),
        ("Internal", true),
        ("Unavailable", true),
    ];
    for (name, _) in answers.into_iter().filter(|(_, may)| *may) {
        let status = PROBLEMS.iter().find(|(known, ..)| *known == name).map_or(500, |(_, status, ..)| *status);
        // What the operation says itself is more exact.
        let slot = operation.responses.responses.entry(status.to_string());
        slot.or_insert_with(|| RefOr::Ref(Ref::from_response_name(name)));
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response {
            add_headers(response, status);
        }
    }
}

fn problem(name: &str) -> Response {
    let known = PROBLEMS.iter().find(|(known, ..)| *known == name);
    let (_, status, code, detail, meaning) = *known.unwrap_or(&PROBLEMS[0]);
    let title = axum::http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let mut example = json!({
        "type": format!("urn:comptoir:problem:{code}"), "title": title, "status": status, "code": code, "detail": detail,
        "request_id": "req_01JD8Z5Q0V3T9N4C7K2M6X8YRB",
    });
    if let (422, Some((field, message))) = (status, detail.split_once(": ")) {
        example["errors"] = json!([{ "field": field, "code": "bad_quantity", "message": message }]);
    }
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).example(Some(example)).build();
    let response = ResponseBuilder::new().description(meaning).content("application/problem+json", content);
    let seconds = || Header::new(schema::Object::with_type(schema::Type::Integer));
    let mut response = match status {
        412 => response.header("ETag", Header::new(schema::Object::with_type(schema::Type::String))).build(),
        429 | 503 => response.header("Retry-After", seconds()).build(),
        _ => response.build(),
    };
    add_headers(&mut response, &status.to_string());
    response
}
