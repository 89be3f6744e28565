//! A small SQL tokenizer: words, quoted texts, signs and comments.
//!
//! The files are read by two engines, so what those read differently is refused here: a backslash in a text (an escape in
//! MySQL), `--` without a space (no comment in MySQL), comments that MySQL runs, a double quote (a text in MySQL).

/// A token of a statement. Words are kept as written and compared without case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword, a name, a number, or `{narrow}` and `{wide}`.
    Word(String),
    Text(String),
    Sign(char),
}

impl Token {
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(own) if own.eq_ignore_ascii_case(word))
    }

    pub(super) fn is_sign(&self, sign: char) -> bool {
        *self == Self::Sign(sign)
    }
}

/// A file's statement and its comments.
#[derive(Debug, Default)]
pub(super) struct Script {
    pub(super) tokens: Vec<Token>,
    /// The text of each comment line, without the dashes.
    pub(super) comments: Vec<String>,
}

/// Tokenizes a file. An error says what the two engines would read differently.
pub(super) fn parse(text: &str) -> Result<Script, String> {
    let mut script = Script::default();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        rest = if first.is_whitespace() {
            rest.trim_start()
        } else if rest.starts_with("--") {
            comment(rest, &mut script)?
        } else if rest.starts_with("/*") || first == '#' {
            return Err("a comment that the engines read differently; write it as `-- …`".into());
        } else if first == '\'' {
            quoted(rest, &mut script)?
        } else if matches!(first, '`' | '"') {
            return Err(format!("{first} means something else to each engine; choose names that need no quotes"));
        } else if is_of_word(first) {
            word(rest, &mut script)
        } else if first == '{' {
            placeholder(rest, &mut script)?
        } else {
            script.tokens.push(Token::Sign(first));
            &rest[first.len_utf8()..]
        };
    }
    Ok(script)
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '.')
}

fn comment<'t>(rest: &'t str, script: &mut Script) -> Result<&'t str, String> {
    let (line, rest) = rest.split_once('\n').unwrap_or((rest, ""));
    let text = &line[2..];
    if !text.is_empty() && !text.starts_with(char::is_whitespace) {
        return Err("`--` without a space is no comment in MySQL".into());
    }
    script.comments.push(text.trim().to_owned());
    Ok(rest)
}

fn quoted<'t>(rest: &'t str, script: &mut Script) -> Result<&'t str, String> {
    let mut text = String::new();
    let mut rest = &rest[1..];
    loop {
        let Some(end) = rest.find('\'') else { return Err("a text that does not end".into()) };
        text.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        // Two quotes are one.
        if !rest.starts_with('\'') {
            break;
        }
        text.push('\'');
        rest = &rest[1..];
    }
    if text.contains('\\') {
        return Err("a backslash in a text means something else to each engine".into());
    }
    script.tokens.push(Token::Text(text));
    Ok(rest)
}

fn word<'t>(rest: &'t str, script: &mut Script) -> &'t str {
    let end = rest.find(|letter| !is_of_word(letter)).unwrap_or(rest.len());
    script.tokens.push(Token::Word(rest[..end].to_owned()));
    &rest[end..]
}

fn placeholder<'t>(rest: &'t str, script: &mut Script) -> Result<&'t str, String> {
    let found = ["{narrow}", "{wide}"].into_iter().find(|known| rest.starts_with(known));
    let Some(found) = found else { return Err("a brace that is neither {narrow} nor {wide}".into()) };
    script.tokens.push(Token::Word(found.to_owned()));
    Ok(&rest[found.len()..])
}
