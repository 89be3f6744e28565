//! Tags: short labels that people put on things.

use crate::Invalid;
use crate::error::required_text;

/// More tags than anybody looks at.
pub const MAX_TAGS: usize = 50;
const MAX_LENGTH: usize = 50;

/// A short label; the same whatever its case.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, min_length = 1, max_length = 50, example = "urgent")]
#[expect(dead_code, reason = "only described")]
pub struct Tag(String);

/// Trimmed, each once whatever its case (the first spelling stays), sorted without regard to case.
pub(crate) fn checked_tags(field: &str, tags: Vec<String>) -> Result<Vec<String>, Invalid> {
    if tags.len() > MAX_TAGS {
        return Err(Invalid::new(field, "too_long", format!("must be at most {MAX_TAGS} tags")));
    }
    let mut checked: Vec<(String, String)> = Vec::with_capacity(tags.len());
    for (i, tag) in tags.iter().enumerate() {
        let tag = required_text(&format!("{field}[{i}]"), tag, MAX_LENGTH)?;
        let key = tag_key(&tag);
        if checked.iter().all(|(known, _)| *known != key) {
            checked.push((key, tag));
        }
    }
    checked.sort();
    Ok(checked.into_iter().map(|(_, tag)| tag).collect())
}

/// The comparing key of a tag: equal for tags that differ in case only.
#[must_use]
pub fn tag_key(tag: &str) -> String {
    tag.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_trimmed_unique_whatever_their_case_and_sorted() {
        let checked = |tags: &[&str]| checked_tags("tags", tags.iter().map(|&tag| tag.to_owned()).collect());
        assert_eq!(checked(&[" vip ", "Export", "VIP", "été"]).unwrap(), ["Export", "vip", "été"]);
        assert_eq!(checked(&["a", " "]).unwrap_err().field, "tags[1]");
        assert_eq!(checked(&["x".repeat(51).as_str()]).unwrap_err().code, "too_long");
        assert_eq!(checked(&["x"; 51]).unwrap_err().field, "tags");
    }
}
