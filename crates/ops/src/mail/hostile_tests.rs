//! Templates that would end the process, hold it up or fill its memory, and ordinary ones, which are far from the bounds.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::thread;
use std::time::{Duration, Instant};

use super::*;
use crate::mail::bounds::{OUTPUT, STACK};
use crate::mail::defaults;

/// A step of the engine takes ten times as long in a build without optimisation, beside other tests.
const SLOW: Duration = Duration::from_secs(5);

fn template(text: &str) -> MailTemplateInput {
    MailTemplateInput { subject: "s".into(), text: text.into(), html: "<p>".into() }
}

fn tried(text: &str) -> Result<(), Invalid> {
    try_out(MailKind::OrderConfirmation, Language::Fr, &template(text))
}

/// In a thread with this stack: one that overflows ends the test's process.
fn with_stack<T: Send + 'static>(bytes: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
    thread::Builder::new().stack_size(bytes).spawn(work).unwrap().join().unwrap()
}

/// Chains of everything that the parser, the compiler or the tree calls itself for, `n` times.
fn chains(n: usize) -> Vec<String> {
    let between = |sign: &str| format!("{{{{ 1{} }}}}", format!("{sign}1").repeat(n));
    let around = |open: &str, close: &str| format!("{{{{ {}1{} }}}}", open.repeat(n), close.repeat(n));
    let binary = ["+", "-", "*", "/", "//", "%", "**", "~", " and ", " or ", " == ", " < ", " in ", " not in "];
    let mut all: Vec<String> = binary.into_iter().map(between).collect();
    all.extend([around("-", ""), around("not ", ""), around("(", ")"), around("[", "]"), around("{1:", "}")]);
    all.extend([around("-(", ")"), around("not (", ")"), around("1 if 1 else ", ""), around("(1,", ")")]);
    all.extend([around("", "|default(1)"), around("", ".a"), around("", "[0]"), around("", "()"), around("", " is x")]);
    all.extend([around("x(", ")"), around("1|default(", ")"), around("", " if 1"), around("", "[:1]")]);
    let blocks = |open: &str, close: &str| open.repeat(n) + &close.repeat(n);
    all.extend([
        blocks("{% if 1 %}", "{% endif %}"),
        blocks("{% if 1 %}{% else %}", "{% endif %}"),
        blocks("{% for a in [1] %}", "{% endfor %}"),
        blocks("{% with a = 1 %}", "{% endwith %}"),
        blocks("{% set a %}", "{% endset %}"),
        blocks("{% filter upper %}", "{% endfilter %}"),
        blocks("{% autoescape true %}", "{% endautoescape %}"),
        format!("{{% if 0 %}}{}{{% endif %}}", "{% elif 0 %}".repeat(n)),
        format!("{{% set {}a{} = 1 %}}", "(".repeat(n), ")".repeat(n)),
        format!("{{% for {}a{} in [1] %}}{{% endfor %}}", "(".repeat(n), ")".repeat(n)),
        format!("{{% set a{} = 1 %}}", ".a".repeat(n)),
        format!("{{% filter upper{} %}}{{% endfilter %}}", "|upper".repeat(n)),
    ]);
    all
}

#[test]
fn a_chain_of_any_sign_is_refused_before_it_is_parsed() {
    // The stack of the threads that answer requests.
    with_stack(2 * 1024 * 1024, || {
        for source in chains(8_000) {
            let begun = Instant::now();
            let shown: String = source.chars().take(40).collect();
            assert!(tried(&source).is_err(), "{shown}");
            assert!(begun.elapsed() < SLOW, "{shown}: {:?}", begun.elapsed());
        }
        let refused = tried(&format!("a\n{{{{ {}1 }}}}", "-".repeat(7_000))).unwrap_err();
        assert_eq!((refused.field.as_str(), refused.code, refused.line), ("text", "template_tag_too_long", Some(2)));
        assert_eq!(refused.message, "has more than 200 names and signs between one pair of braces (line 2)");
        let refused = tried(&("{% if 1 %}".repeat(61) + &"{% endif %}".repeat(61))).unwrap_err();
        assert_eq!(
            (refused.code, refused.message.as_str()),
            ("template_too_deep", "has more than 60 blocks inside one another (line 1)")
        );
    });
}

#[test]
fn the_longest_chains_that_are_taken_need_an_eighth_of_the_stack() {
    with_stack(STACK / 8, || {
        // Whether each makes sense is another question.
        let taken = (1..220).step_by(9).flat_map(chains).map(|source| drop(tried(&source))).count();
        assert!(taken > 1_000);
        assert_eq!(tried(&format!("{{{{ {}1 }}}}", "-".repeat(199))).map_err(|e| e.message), Ok(()));
        assert!(tried(&("{% if 1 %}".repeat(49) + &"{% endif %}".repeat(49))).is_ok());
        // The deepest blocks around the deepest expression.
        let deepest = format!("{}{{{{ {}1 }}}}{}", "{% if 1 %}".repeat(60), "-".repeat(199), "{% endif %}".repeat(60));
        assert!(tried(&deepest).is_ok());
    });
}

#[test]
fn what_has_held_up_a_process_is_refused_at_once() {
    let cases: Vec<&str> = include_str!("hostile.txt").lines().filter(|line| !line.starts_with("{#")).collect();
    assert!(cases.len() > 30);
    let wrong = cases.into_iter().filter_map(|case| {
        let begun = Instant::now();
        let refused = tried(case).map_err(|refused| refused.message);
        let slow = begun.elapsed() > SLOW;
        let well = refused.as_ref().is_err_and(|message| message.len() < 500) && !slow;
        (!well).then(|| format!("{case}: {:?}, {refused:?}", begun.elapsed()))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_template_that_works_or_grows_without_end_is_stopped() {
    let mut nested = String::from("{{ order.number }}");
    for i in 0..30 {
        nested = format!("{{% for x{i} in [1,2,3,4,5,6,7,8] %}}{nested}{{% endfor %}}");
    }
    let doubling = "{% set x = 'ab' %}".to_owned() + &"{% set x = x ~ x %}".repeat(40);
    let captured = "{% set x %}ab{% endset %}".to_owned() + &"{% set x %}{{ x }}{{ x }}{% endset %}".repeat(40);
    for source in [nested, doubling, captured] {
        let refused = tried(&source).unwrap_err();
        assert_eq!(
            (refused.code, refused.message.as_str()),
            ("template_too_much", "does too much: more than 500000 steps (line 1)")
        );
    }
    let long = "{% for a in 'abcdefgh' %}".to_owned() + &"x".repeat(90_000) + "{% endfor %}";
    assert!(tried(&long).is_ok());
    let longer = "{% for line in order.lines %}".to_owned() + &"x".repeat(20_000) + "{% endfor %}";
    let refused = tried(&longer).unwrap_err();
    assert_eq!(
        (refused.code, refused.message.as_str()),
        ("template_makes_too_much", "makes more than 5000000 bytes for an order of 500 lines")
    );
    let bytes = part("text", &"x".repeat(400_001), &sample::full(MailKind::Receipt, Language::Fr)).unwrap_err();
    assert_eq!((bytes.code, bytes.message.as_str()), ("template_too_long", "is longer than 400000 bytes"));
}

#[test]
fn time_that_is_up_ends_a_loop_whether_it_prints_filters_or_neither() {
    let view = sample::full(MailKind::Receipt, Language::Fr);
    for source in ["{{ 1 }}", "{% set x = 'a'|upper %}", "{% for line in order.lines %}{% endfor %}"] {
        let refused = part_until(Deadline::over(), "text", source, &view).unwrap_err();
        assert_eq!(
            (refused.code, refused.message.as_str()),
            ("template_too_slow", "takes longer than 2 seconds (line 1)"),
            "{source}"
        );
    }
}

#[tokio::test]
async fn a_rendering_that_breaks_off_takes_nothing_with_it() {
    let error = apart::run(|| -> Result<(), Invalid> { panic!("as a fault of ours would") }).await.unwrap_err();
    assert!(matches!(&error, Error::Invalid(refused) if refused.code == "bad_template"), "{error}");
    let template = defaults::template(MailKind::Receipt, Language::En);
    let mail = render(template, sample::full(MailKind::Receipt, Language::En)).await.unwrap();
    assert!(mail.subject.contains("O-1042"), "{}", mail.subject);
}

/// What the built-in templates and one of 60 lines need for the longest order: a fifth of the steps, a third of the bytes.
#[test]
fn ordinary_templates_are_far_from_the_bounds() {
    for (kind, language) in MailKind::ALL.into_iter().flat_map(|kind| Language::ALL.map(|language| (kind, language))) {
        let MailTemplateInput { subject, text, html } = defaults::template(kind, language);
        for source in [&subject, &text, &html, &sixty_lines()] {
            let (view, deadline) = (sample::longest(kind, language), Deadline::new());
            let mut environment = environment(language, view.order.currency, deadline);
            environment.set_fuel(Some(STEPS / 5));
            let context = rows::with_rows(&Value::from(Serde(&view)), deadline).unwrap();
            let made = environment.render_named_str("html", source, context).unwrap();
            assert!(made.len() < OUTPUT / 3, "{} bytes", made.len());
        }
    }
}

#[test]
fn what_people_write_is_taken() {
    let mut view = sample::full(MailKind::OrderConfirmation, Language::Fr);
    view.order.lines = view.order.lines.iter().cycle().take(200).cloned().collect();
    let own = sixty_lines();
    assert!(own.lines().count() >= 60);
    assert_eq!(tried(&own).map_err(|e| e.message), Ok(()));
    let mail = make(&template(&own), &view).unwrap();
    assert_eq!(mail.text.matches(" x ").count(), 200);
    for written in [
        "{{ order.total * 30 // 100 }} {{ '-' * 40 }} {{ loop_free|default('') if false else 1 }}",
        "{% if contact.kind in ['person', 'organisation'] and order.lines %}{{ order.lines[0].description }}{% endif %}",
        "{% for word in ['a', 'b'] %}{{ loop.index }}/{{ loop.length }} {{ word|upper }}{% endfor %}",
        "{% for line in order.lines if line.discount %}{{ line.net|money }}{% else %}none{% endfor %}",
        "{{ (company.name or contact.name)[:20] }}{% if company.vat_number[:2] == 'FR' %}FR{% endif %}",
        "{% set name = contact.contact_name or contact.name %}{% if name != contact.name %}{{ name ~ ', ' }}{% endif %}",
        "{% if order.received + order.refunded == order.total %}{{ order.lines[-1].net|money }}{% endif %}",
        "{% raw %}{{ - - - }}{% endraw %}{# a ( [ { #}",
    ] {
        let written = written.replace("loop_free|default('')", "order.reference|default('')");
        assert_eq!(tried(&written).map_err(|e| e.message), Ok(()), "{written}");
    }
}

/// A template as a careful person would write it, with conditions in a loop over the lines.
fn sixty_lines() -> String {
    let mut text = String::from("{% set name = contact.contact_name or contact.name %}\nBonjour {{ name }},\n");
    text += "{% for line in order.lines %}\n{{ loop.index }}. {{ line.description }} {{ line.quantity|quantity }} x {{ line.unit_price|money }}\n";
    for (field, filter) in [("sku", "upper"), ("discount", "default('')"), ("vat_rate", "percent"), ("net", "money")] {
        write!(
            text,
            "{{% if line.{field} %}}\n  {field} : {{{{ line.{field}|{filter} }}}}\n{{% else %}}\n  -\n{{% endif %}}\n"
        )
        .unwrap();
    }
    text += "{% if not loop.last %}\n{{ '-' * 20 }}\n{% endif %}\n{% endfor %}\n";
    for field in ["net", "vat_total", "total", "received", "refunded", "remaining"] {
        write!(text, "{{% if order.{field} > 0 %}}\n{field} : {{{{ order.{field}|money }}}}\n{{% endif %}}\n").unwrap();
    }
    for field in ["name", "legal_form", "email", "phone"] {
        write!(text, "{{% if company.{field} %}}\n{{{{ company.{field} }}}}\n{{% endif %}}\n").unwrap();
    }
    text + "{% for vat in order.vat %}\n{{ vat.rate|percent }} {{ vat.vat|money }}\n{% endfor %}\n"
}

/// Templates made of pieces, by a sequence that is the same each time.
struct Generator(u64);

impl Generator {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    /// Mostly what makes sense: a text of texts, a number of numbers.
    fn expression(&mut self, depth: usize) -> String {
        match self.below(30) {
            0 => self.wild(depth),
            1..=14 => self.number(depth),
            _ => self.text(depth),
        }
    }

    fn number(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.one(&["1", "7", "99999", "order.total", "order.net", "y", "-3", "2.5"]).to_owned();
        }
        let (a, b) = (self.number(depth - 1), self.number(depth - 1));
        match self.below(5) {
            0 => format!("({a} if {} else {b})", self.text(depth - 1)),
            1 => format!("({a} {} {b})", self.one(&["==", "<", ">=", "and", "or"])),
            2 => format!("{a}|default({b})"),
            _ => format!("({a} {} {b})", self.one(&["+", "-", "*", "*"])),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.one(&["'ab'", "x", "contact.name", "order.number", "'é' * 999", "order.reference"]).to_owned();
        }
        let (a, b) = (self.text(depth - 1), self.text(depth - 1));
        match self.below(6) {
            0 => format!("({a}|default('')) * {}", self.one(&["2", "9", "999", "99999"])),
            1 => format!("({a})|{}", self.one(&["upper", "default(x)", "method", "iban"])),
            2 => format!("({a} if {} else {b})", self.number(depth - 1)),
            3 => format!("contact.name{}", self.one(&["[:9]", "[::-1]", "[-3:]", "[0]"])),
            _ => format!("({a} ~ {b})"),
        }
    }

    fn wild(&mut self, depth: usize) -> String {
        if depth == 0 {
            let atoms = ["none", "order", "order.lines", "order.vat", "line", "loop", "[x, x]", "[1]"];
            return self.one(&atoms).to_owned();
        }
        let (a, b) = (self.wild(depth - 1), self.expression(depth - 1));
        match self.below(5) {
            0 => format!("({a} {} {b})", self.one(&["+", "*", "in", "==", "**", "%", "//"])),
            1 => format!("{a}|{}", self.one(&["default([x])", "money", "date"])),
            2 => format!("({a}){}", self.one(&["[0]", "[:9]", "[::-1]", ".lines", "[x]"])),
            3 => format!("{}({a})", self.one(&["-", "not ", "loop", "loop.cycle"])),
            _ => format!("[{a}, {b}]"),
        }
    }

    fn list(&mut self) -> String {
        if self.below(9) == 0 {
            return self.wild(2);
        }
        self.one(&["order.lines", "order.lines", "order.vat", "[x, y, 'ab']", "[1, 2, 3, 4]", "x", "order"]).to_owned()
    }

    fn statements(&mut self, depth: usize) -> String {
        (0..=self.below(3)).map(|_| self.statement(depth)).collect()
    }

    fn statement(&mut self, depth: usize) -> String {
        let of = self.below(3);
        let (a, list) = (self.expression(of), self.list());
        if depth == 0 {
            return format!("{{{{ {a} }}}}");
        }
        let inside = self.statements(depth - 1);
        match self.below(8) {
            0 | 1 => format!("{{% for {} in {list} %}}{inside}{{% endfor %}}", self.one(&["x", "z", "line"])),
            2 => format!("{{% for z in {list} {}%}}{inside}{{% endfor %}}", self.one(&["", "recursive ", "if x "])),
            3 => format!("{{% set x = {} %}}{inside}", self.text(of)),
            4 => format!("{{% set x %}}{inside}{{% endset %}}{inside}"),
            5 => format!("{{% if {a} %}}{inside}{{% else %}}{inside}{{% endif %}}"),
            6 => format!("{{% with y = {} %}}{inside}{{% endwith %}}", self.number(of)),
            _ => format!("{{% filter upper %}}{inside}{{% endfilter %}}{{{{ {a} }}}}"),
        }
    }
}

#[test]
fn thousands_of_generated_templates_end_in_time_and_within_their_size() {
    let ends = with_stack(STACK, || {
        let (mut generator, mut ends) = (Generator(14), BTreeMap::<String, usize>::new());
        let mut view = sample::longest(MailKind::OrderConfirmation, Language::Fr);
        // Most of the time would go into reading the lines, which is not in question.
        view.order.lines.truncate(40);
        for _ in 0..2_000 {
            let source =
                format!("{{% set x = 'ab' %}}{{% set y = 7 %}}{{% set line = order %}}{}", generator.statements(3));
            let begun = Instant::now();
            let made = part("text", &source, &view);
            assert!(begun.elapsed() < SLOW, "{:?}: {source}", begun.elapsed());
            assert!(made.as_ref().is_ok_and(|made| made.len() <= OUTPUT) || made.is_err(), "{source}");
            let end = made.map_or_else(|refused| refused.code.to_owned(), |_| "made".to_owned());
            *ends.entry(end).or_default() += 1;
        }
        ends
    });
    // All three ends are met, or the generator would prove nothing.
    for end in ["made", "bad_template", "template_too_much"] {
        assert!(ends.get(end).is_some_and(|met| *met > 100), "{ends:?}");
    }
}
