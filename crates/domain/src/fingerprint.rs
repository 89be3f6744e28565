//! What failures have in common, so that a hundred dead letters of one cause are looked at once.

/// Characters of an error that count.
const LOOKED_AT: usize = 1000;

/// A name for all errors that differ only in ids, numbers, addresses and quoted values: 32 hexadecimal digits, the same on
/// every machine and in every version.
#[must_use]
pub fn fingerprint(cause: &str, message_type: &str, error: &str) -> String {
    // FNV-1a with 128 bits (http://www.isthe.com/chongo/tech/comp/fnv/): short and the same for ever; nothing here is secret.
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    let text = [cause, message_type, &pattern(error)].join("\n");
    let hash = text.bytes().fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    format!("{hash:032x}")
}

/// The error with `…` for each quoted value, `#` for each word with a digit in it, `@` for each address.
fn pattern(error: &str) -> String {
    let text: String = error.chars().take(LOOKED_AT).collect();
    let (mut out, mut rest) = (String::new(), text.as_str());
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        let closing = if first == '«' { '»' } else { first };
        if matches!(first, '"' | '\'' | '`' | '«')
            && let Some((_, behind)) = after.split_once(closing)
        {
            out.push('…');
            rest = behind;
        } else if is_of_word(first) {
            let (word, behind) = rest.split_at(rest.find(|c| !is_of_word(c)).unwrap_or(rest.len()));
            out.push_str(placeholder(word));
            rest = behind;
        } else {
            out.push(first);
            rest = after;
        }
    }
    out
}

/// Apostrophes stand inside of words, so that `don't` begins no quotation.
fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | '/' | '+' | ':' | '%' | '’' | '\'')
}

fn placeholder(word: &str) -> &str {
    if word.contains('@') {
        "@"
    } else if word.contains(|c: char| c.is_ascii_digit()) {
        "#"
    } else {
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_that_differ_in_their_values_are_one() {
        let same = [
            ("line 1 column 7", "line 20 column 3"),
            (r#"unknown field "a""#, "unknown field \"ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB\""),
            ("order ord_01JD8Z5Q0V3T9N4C7K2M6X8YRB is gone", "order ord_01JD8Z5Q0V3T9N4C7K2M6X8YRC is gone"),
            ("no route to 10.0.0.7:25", "no route to 127.0.0.1:8025"),
            ("<a.b@example.com> refused", "<claire@example.org> refused"),
            ("valeur «x»", "valeur «été»"),
        ];
        for (one, other) in same {
            assert_eq!(fingerprint("malformed", "T", one), fingerprint("malformed", "T", other), "{one}");
        }
    }

    #[test]
    fn errors_of_another_cause_type_or_wording_are_others() {
        let one = fingerprint("exhausted", "T", "don't know it's here");
        assert_eq!(one.len(), 32);
        assert_ne!(one, fingerprint("malformed", "T", "don't know it's here"));
        assert_ne!(one, fingerprint("exhausted", "U", "don't know it's here"));
        assert_ne!(one, fingerprint("exhausted", "T", "don't know it's there"));
        // Written down in databases: it must never change.
        assert_eq!(fingerprint("a", "b", "c 1"), fingerprint("a", "b", "c 2"));
        assert_eq!(pattern("it's “x” and 'x' of 12%"), "it's “x” and … of #");
    }
}
