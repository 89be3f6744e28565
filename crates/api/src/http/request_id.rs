//! The name of each request: `X-Request-Id`, the caller's own or a new one. It is on the answer, in the body of a problem, and
//! in every line that is logged while the request is being answered, in whatever thread.

use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use domain::RequestId;
use futures_util::{StreamExt as _, stream};
use tracing::{Instrument, Span, field};

use crate::{App, problem};

pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The outermost layer.
pub(crate) async fn name(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = given(request.headers()).unwrap_or_else(|| app.context.id(RequestId::new).to_string());
    // Of the highest level, or a filter that keeps only warnings would take the name off them.
    let span = tracing::error_span!("request", request_id = id, trace_id = field::Empty);
    note_trace(request.headers(), &span);
    let response = next.run(request).instrument(span.clone()).await;
    let mut response = response.map(|body| if body.size_hint().exact().is_none() { within(span, body) } else { body });
    problem::name_request(&mut response, &id);
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

/// A body that is still being made while it is sent: a stream, an export.
fn within(span: Span, body: Body) -> Body {
    let mut data = body.into_data_stream();
    Body::from_stream(stream::poll_fn(move |context| {
        let _within = span.enter();
        data.poll_next_unpin(context)
    }))
}

/// What goes into our logs must not look like more than one word of them.
fn given(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(X_REQUEST_ID)?.to_str().ok()?;
    let fits = (1..=64).contains(&id.len());
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (fits && id.bytes().all(plain)).then(|| id.to_owned())
}

fn note_trace(headers: &HeaderMap, span: &Span) {
    let header = headers.get("traceparent").and_then(|value| value.to_str().ok());
    if let Some((header, trace_id)) = header.and_then(|header| Some((header, trace_id(header)?))) {
        span.record("trace_id", trace_id);
        traces::follow(span, header);
    }
}

/// The second field of a `traceparent`: `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`
/// (<https://www.w3.org/TR/trace-context/#traceparent-header>). One that breaks its rules is as good as none.
fn trace_id(header: &str) -> Option<&str> {
    let mut fields = header.trim().split('-');
    let (version, trace, parent, flags) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let hex = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let zero = |text: &str| text.bytes().all(|byte| byte == b'0');
    let well_formed = hex(version, 2) && hex(trace, 32) && hex(parent, 16) && hex(flags, 2);
    // Later versions may have more fields; version 00 has four.
    let known = version != "ff" && (version != "00" || fields.next().is_none());
    (well_formed && known && !zero(trace) && !zero(parent)).then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_taken_from_a_well_formed_header_only() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(trace_id(good), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
        assert!(trace_id(&good.replacen("00", "cc", 1)).is_some());
        for bad in [
            String::new(),
            "nonsense".into(),
            good.replacen("00", "ff", 1),
            good.to_uppercase(),
            format!("{good}-more"),
            good.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
            good.replace("00f067aa0ba902b7", &"0".repeat(16)),
            good.replace("4bf9", "4bg9"),
        ] {
            assert_eq!(trace_id(&bad), None, "{bad}");
        }
    }

    #[test]
    fn a_callers_name_is_taken_if_it_is_one_plain_word() {
        let named = |id: &str| given(&HeaderMap::from_iter([(X_REQUEST_ID, HeaderValue::from_str(id).unwrap())]));
        assert_eq!(named("web-7.3_a"), Some("web-7.3_a".into()));
        assert!(named(&"x".repeat(64)).is_some());
        for bad in ["", "a b", "a=b", "a/b", "\"a\"", &"x".repeat(65)] {
            assert_eq!(named(bad), None, "{bad}");
        }
    }
}
