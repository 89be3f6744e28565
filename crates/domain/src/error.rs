//! The one way in which the domain says no to a value.

/// A value that cannot be accepted: which field, a stable code for programs, a sentence for people.
///
/// `field` is the JSON path as the caller wrote it, for example `lines[2].quantity`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct Invalid {
    pub field: String,
    pub code: &'static str,
    pub message: String,
    /// Where in the field, for one of several lines: counted from 1.
    pub line: Option<usize>,
}

impl Invalid {
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into(), line: None }
    }

    /// The refusal with the line of the field's text that it is about.
    #[must_use]
    pub fn on_line(self, line: Option<usize>) -> Self {
        Self { line, ..self }
    }

    /// The refusal seen from one level further out: `quantity` inside `lines[2]` is `lines[2].quantity`.
    #[must_use]
    pub fn inside(self, outer: &str) -> Self {
        let field = if self.field.is_empty() { outer.to_owned() } else { format!("{outer}.{}", self.field) };
        Self { field, ..self }
    }
}

/// What must be given and is not.
pub(crate) fn required(field: &str) -> Invalid {
    Invalid::new(field, "required", "must be given")
}

/// Refuses what is blank or longer than `max` characters; gives it trimmed.
pub fn required_text(field: &str, value: &str, max: usize) -> Result<String, Invalid> {
    let value = limited_text(field, value, max)?;
    if value.is_empty() { Err(Invalid::new(field, "required", "must not be empty")) } else { Ok(value) }
}

/// Trims; an empty text is the same as none.
pub(crate) fn optional_text(field: &str, value: Option<&str>, max: usize) -> Result<Option<String>, Invalid> {
    let value = value.map(|value| limited_text(field, value, max)).transpose()?;
    Ok(value.filter(|value| !value.is_empty()))
}

/// Looks at the text as it came, so that a schema can say the same, and gives it trimmed.
fn limited_text(field: &str, value: &str, max: usize) -> Result<String, Invalid> {
    if value.chars().count() > max {
        return Err(Invalid::new(field, "too_long", format!("must be at most {max} characters")));
    }
    // A NUL ends a string in C and in some drivers; other control characters break a line of a mail or of a CSV.
    if value.chars().any(|c| c.is_control() && c != '\n' && c != '\t' && c != '\r') {
        return Err(Invalid::new(field, "control_character", "must not contain control characters"));
    }
    Ok(value.trim().to_owned())
}
