//! Passwords that are tried first. With twelve characters at the least, what is left of the lists of leaked passwords is a
//! common word with something common around it, a walk over the keyboard, a date, or one thing over and over; a few rules
//! find those. (zxcvbn knows more, and costs a megabyte of words, mostly English, and eleven crates.)

/// What is left of most common long passwords without digits, signs and repetition: words, names and walks over keyboards,
/// French and English.
const COMMON: &[&str] = &[
    "abc",
    "abcd",
    "abcde",
    "abcdef",
    "abcdefg",
    "abcdefgh",
    "abcdefghij",
    "abcdefghijkl",
    "abcdefghijklm",
    "admin",
    "administrateur",
    "administrator",
    "alexandre",
    "amour",
    "angel",
    "anthony",
    "arsenal",
    "asdf",
    "asdfghjkl",
    "azerty",
    "azertyuiop",
    "qsdfghjklm",
    "qsdfgh",
    "wxcvbn",
    "baseball",
    "basketball",
    "batman",
    "bienvenue",
    "bonjour",
    "changeme",
    "changezmoi",
    "charlie",
    "chocolat",
    "chocolate",
    "chouchou",
    "comptoir",
    "computer",
    "daniel",
    "default",
    "doudou",
    "dragon",
    "facebook",
    "football",
    "france",
    "freedom",
    "google",
    "guest",
    "hello",
    "helloworld",
    "iloveyou",
    "internet",
    "jennifer",
    "jesus",
    "jetaime",
    "jordan",
    "letmein",
    "liverpool",
    "login",
    "loulou",
    "loveyou",
    "marseille",
    "marie",
    "master",
    "michael",
    "michelle",
    "minecraft",
    "monkey",
    "motdepasse",
    "mypassword",
    "mustang",
    "nicolas",
    "ninja",
    "newpassword",
    "oceane",
    "parola",
    "pass",
    "passe",
    "passer",
    "passord",
    "passw",
    "passwd",
    "password",
    "passwort",
    "pokemon",
    "princess",
    "princesse",
    "qazwsx",
    "qazwsxedc",
    "qwer",
    "qwerty",
    "qwertyuiop",
    "qwertyuiopasdfghjklzxcvbnm",
    "root",
    "samsung",
    "secret",
    "shadow",
    "shalom",
    "soleil",
    "starwars",
    "summer",
    "sunshine",
    "superman",
    "temp",
    "test",
    "testing",
    "thepassword",
    "thomas",
    "toto",
    "trustno",
    "unknown",
    "user",
    "welcome",
    "whatever",
    "winter",
    "zxcvbnm",
    "qwe",
    "qweasd",
    "qweasdzxc",
    "aze",
    "azeqsd",
    "azeqsdwxc",
    "zaqxsw",
    "asd",
    "zxc",
    "qaz",
    "wsx",
    "nimda",
    "adminadmin",
];

/// Whether a password of twelve characters or more is one of the first that somebody would try.
pub(crate) fn is_guessable(password: &str) -> bool {
    let lower = password.to_lowercase();
    let different: std::collections::BTreeSet<char> = lower.chars().collect();
    different.len() < 5 || is_run(&lower) || is_common(&letters(&lower, false)) || is_common(&letters(&lower, true))
}

/// The letters alone, without what people put around them; `leet` reads the digits and signs that stand for letters.
fn letters(lower: &str, leet: bool) -> String {
    let inside = lower.trim_matches(|c: char| !c.is_alphabetic());
    let read = |c: char| match c {
        _ if !leet => c,
        '@' | '4' => 'a',
        '3' => 'e',
        '1' | '!' => 'i',
        '0' => 'o',
        '$' | '5' => 's',
        '7' => 't',
        other => other,
    };
    // Two at the end may be either: «p4ssw0rd123» ends before the 1.
    inside.chars().map(read).filter(|c| c.is_alphabetic()).collect()
}

/// Common words alone, one after the other; or nothing at all: only digits and signs.
fn is_common(letters: &str) -> bool {
    letters.is_empty() || COMMON.iter().any(|word| letters.strip_prefix(word).is_some_and(is_common))
}

/// Each character follows the one before: `abcdefghijkl`, `987654321098`.
fn is_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let steps: Vec<i64> = codes.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let alike = |wanted: i64| steps.iter().filter(|step| **step == wanted).count();
    alike(1).max(alike(-1)) * 4 >= steps.len() * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_tries_first_is_known() {
        for common in [
            "password1234",
            "P@ssw0rd2026",
            "passwordpassword",
            "motdepasse123",
            "MotDePasse!2026",
            "azertyuiop12",
            "qwertyuiop123",
            "123456789012",
            "20261122-2026",
            "aaaaaaaaaaaa",
            "abababababab",
            "abcdefghijkl",
            "987654321098",
            "Comptoir2026!",
            "admin1234567",
            "azerty123456",
            "Bonjour!Bonjour!",
            "iloveyou12345",
        ] {
            assert!(is_guessable(common), "{common}");
        }
    }

    #[test]
    fn what_is_long_enough_by_itself_is_left_alone() {
        for good in [
            "correct horse battery",
            "another horse battery",
            "vhx3k-9mtpe-4wzqa-7bnrd",
            "le fromage de tante Odile",
            "password of my grandmother",
            "Quai 3, derrière la halle",
            "7d1f 88a0 c3e9 45b2",
        ] {
            assert!(!is_guessable(good), "{good}");
        }
    }
}
