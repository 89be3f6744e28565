//! Classifies a migration's statement by what it may break for the former release's program.

use super::sql::{Script, Token};

/// What a migration's statement does.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Statement {
    CreateTable {
        name: String,
        references: Vec<String>,
    },
    CreateIndex {
        unique: bool,
        table: String,
    },
    AddColumn {
        table: String,
        column: String,
        fault: Option<&'static str>,
    },
    /// Drops a table, a column or an index.
    Drop,
    Insert {
        table: String,
    },
    /// Any other statement, by its first words; all are refused.
    Other(String),
}

impl Statement {
    /// Classifies a script. An error says that it has no statement, or several.
    pub(super) fn read(script: &Script) -> Result<Self, &'static str> {
        let mut tokens = script.tokens.as_slice();
        if let Some((last, before)) = tokens.split_last()
            && last.is_sign(';')
        {
            tokens = before;
        }
        if tokens.is_empty() {
            return Err("there is no statement");
        }
        if tokens.iter().any(|token| token.is_sign(';')) {
            return Err("there is more than one statement");
        }
        let read = create_table(tokens)
            .or_else(|| create_index(tokens))
            .or_else(|| alter_table(tokens))
            .or_else(|| drop(tokens))
            .or_else(|| insert(tokens));
        Ok(read.unwrap_or_else(|| Self::Other(first_words(tokens))))
    }
}

/// The tokens that follow the given words, if they stand first.
fn after<'t>(tokens: &'t [Token], words: &[&str]) -> Option<&'t [Token]> {
    let begins = tokens.len() >= words.len() && tokens.iter().zip(words).all(|(token, word)| token.is(word));
    begins.then(|| &tokens[words.len()..])
}

/// The name that stands first, in lower case, and the tokens that follow it.
fn name(tokens: &[Token]) -> Option<(String, &[Token])> {
    let (Token::Word(name), rest) = tokens.split_first()? else { return None };
    Some((name.to_lowercase(), rest))
}

/// Reads `CREATE TABLE IF NOT EXISTS name (…){narrow}`; another end (`AS SELECT`, an engine) is not accepted.
fn create_table(tokens: &[Token]) -> Option<Statement> {
    let (table, rest) = name(after(tokens, &["CREATE", "TABLE", "IF", "NOT", "EXISTS"])?)?;
    let (last, body) = rest.split_last()?;
    let whole = body.first()?.is_sign('(') && body.last()?.is_sign(')') && closes_at_the_end(body);
    if !whole || !(last.is("{narrow}") || last.is("{wide}")) {
        return None;
    }
    let named = body.windows(2).filter(|pair| pair[0].is("REFERENCES"));
    let references = named.filter_map(|pair| Some(name(&pair[1..])?.0)).collect();
    Some(Statement::CreateTable { name: table, references })
}

fn closes_at_the_end(body: &[Token]) -> bool {
    let mut depth = 0_i32;
    for (n, token) in body.iter().enumerate() {
        depth += i32::from(token.is_sign('(')) - i32::from(token.is_sign(')'));
        if depth == 0 {
            return n + 1 == body.len();
        }
    }
    false
}

fn create_index(tokens: &[Token]) -> Option<Statement> {
    let plain = after(tokens, &["CREATE", "INDEX"]);
    let (_, rest) = name(plain.or_else(|| after(tokens, &["CREATE", "UNIQUE", "INDEX"]))?)?;
    let (table, rest) = name(after(rest, &["ON"])?)?;
    (rest.first()?.is_sign('(') && closes_at_the_end(rest))
        .then_some(Statement::CreateIndex { unique: plain.is_none(), table })
}

fn alter_table(tokens: &[Token]) -> Option<Statement> {
    let (table, rest) = name(after(tokens, &["ALTER", "TABLE"])?)?;
    if after(rest, &["DROP"]).is_some() && !rest.iter().any(|token| token.is_sign(',')) {
        return Some(Statement::Drop);
    }
    // Without the word COLUMN it could be a constraint.
    let (column, definition) = name(after(rest, &["ADD", "COLUMN"])?)?;
    Some(Statement::AddColumn { table, column, fault: fault_of_column(definition) })
}

/// Why a new column would break inserts of the former program, which does not name it. Only what is known to be harmless passes.
fn fault_of_column(definition: &[Token]) -> Option<&'static str> {
    let Some((_, mut rest)) = name(definition) else { return Some("has no type") };
    if rest.first().is_some_and(|token| token.is_sign('(')) {
        let end = rest.iter().position(|token| token.is_sign(')'));
        rest = &rest[end.map_or(rest.len(), |end| end + 1)..];
    }
    let (mut required, mut filled) = (false, false);
    while !rest.is_empty() {
        if let Some(next) = after(rest, &["NOT", "NULL"]) {
            (required, rest) = (true, next);
        } else if let Some(next) = after(rest, &["NULL"]) {
            rest = next;
        } else if let Some(next) = after(rest, &["DEFAULT"]) {
            // A minus may stand before a number.
            let literal = if next.first().is_some_and(|token| token.is_sign('-')) { &next[1..] } else { next };
            let Some((value, after_it)) = literal.split_first() else { return Some("has a default without a value") };
            filled = !value.is("NULL");
            rest = after_it;
        } else {
            return Some("has more than a type, NULL, NOT NULL and a plain DEFAULT");
        }
    }
    (required && !filled).then_some("is NOT NULL and has no default")
}

fn drop(tokens: &[Token]) -> Option<Statement> {
    let rest = after(tokens, &["DROP", "TABLE"]).or_else(|| after(tokens, &["DROP", "INDEX"]))?;
    // One thing in one step.
    (!rest.iter().any(|token| token.is_sign(','))).then_some(Statement::Drop)
}

fn insert(tokens: &[Token]) -> Option<Statement> {
    let (table, _) = name(after(tokens, &["INSERT", "INTO"])?)?;
    Some(Statement::Insert { table })
}

/// The first five words, to name a statement by.
fn first_words(tokens: &[Token]) -> String {
    let words = tokens.iter().map_while(|token| match token {
        Token::Word(word) => Some(word.as_str()),
        _ => None,
    });
    words.take(5).collect::<Vec<_>>().join(" ")
}
