//! Answers that are files.

use axum::http::{HeaderMap, header};
use serde::Serialize;

/// The bytes of a file.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(crate) struct File(Vec<u8>);

/// `Content-Disposition` of a file to keep under a name (RFC 6266): in ASCII for old clients, and as it is (RFC 8187).
pub(crate) fn attachment(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_graphic() && !"\"\\%".contains(c) || c == ' ' { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    if ascii == name {
        return format!("attachment; filename=\"{name}\"");
    }
    // `attr-char` of RFC 8187, 3.2.1.
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte);
    let coded: String = name
        .bytes()
        .map(|byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{coded}")
}

/// Whether the caller has a copy with this tag (`If-None-Match`, RFC 9110, 13.1.2).
pub(crate) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let given = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = given.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_to_old_clients_and_to_new_ones() {
        assert_eq!(attachment("Delivery note O-1.pdf"), "attachment; filename=\"Delivery note O-1.pdf\"");
        assert_eq!(
            attachment("Reçu \"1\" 50%.pdf"),
            "attachment; filename=\"Re_u _1_ 50_.pdf\"; filename*=UTF-8''Re%C3%A7u%20%221%22%2050%25.pdf"
        );
    }

    #[test]
    fn a_copy_is_known_by_any_of_its_tags() {
        let known = |value: &'static str| {
            let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, value.parse().unwrap())]);
            is_known(&headers, "\"a\"")
        };
        assert!(known("\"a\"") && known("\"b\", W/\"a\"") && known("*"));
        assert!(!known("\"b\"") && !known("a") && !is_known(&HeaderMap::new(), "\"a\""));
    }
}
