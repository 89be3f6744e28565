use super::*;
use crate::mail::defaults;

fn template(subject: &str, text: &str, html: &str) -> MailTemplateInput {
    MailTemplateInput { subject: subject.into(), text: text.into(), html: html.into() }
}

fn refused(text: &str) -> (String, Option<usize>) {
    let error = try_out(MailKind::OrderConfirmation, Language::Fr, &template("s", text, "<p>")).unwrap_err();
    assert_eq!((error.field.as_str(), error.code), ("text", "bad_template"), "{text}");
    (error.message, error.line)
}

#[test]
fn every_built_in_template_makes_a_mail_of_the_full_and_of_the_bare_sample() {
    for kind in MailKind::ALL {
        for language in Language::ALL {
            try_out(kind, language, &defaults::template(kind, language)).unwrap();
        }
    }
    let view = sample::full(MailKind::OrderConfirmation, Language::Fr);
    let mail = make(&defaults::template(MailKind::OrderConfirmation, Language::Fr), &view).unwrap();
    assert_eq!(mail.subject, "Commande O-1042 – Comptoir Moreau");
    for part in ["47,91\u{a0}€", "22 décembre 2026", "5,5\u{a0}%", "FR76\u{a0}3000", "AGRIFRPP", "303265045"] {
        assert!(mail.text.contains(part) && mail.html.contains(part), "{part}");
    }
    assert!(mail.text.contains("Comté 18 mois <affinage long>"));
    assert!(mail.html.contains("Comté 18 mois &lt;affinage long&gt;"));
    assert!(mail.html.contains("Claire Dupré") && !mail.html.contains("<affinage"));
}

#[test]
fn a_name_that_is_not_known_is_refused_with_its_line_also_where_no_sample_goes() {
    assert_eq!(refused("a\nb {{ order.nummer }}"), ("line 2: order.nummer is not known here".into(), Some(2)));
    assert_eq!(refused("\n\n{% if false %}{{ colour }}{% endif %}").1, Some(3));
    // What a receipt has and a confirmation has not.
    assert_eq!(refused("{{ transaction.amount|money }}").1, Some(1));
    assert_eq!(refused("{% for line in order.lines %}\n{{ line.nett }}\n{% endfor %}").1, Some(2));
    let paid = template("s", "{{ transaction.amount|money }}", "<p>");
    try_out(MailKind::Receipt, Language::En, &paid).unwrap();
}

#[test]
fn what_is_no_template_is_refused_with_its_line() {
    assert_eq!(refused("a\n{% if %}").1, Some(2));
    assert_eq!(refused("a\n\n{{ order.number|nonsense }}").1, Some(3));
    assert_eq!(refused("{{ contact.name|money }}").1, Some(1));
    assert!(refused("{% include 'x' %}").0.contains("include"));
    let empty = template("{% if order.reference %}x{% endif %}", "t", "<p>");
    let error = try_out(MailKind::Receipt, Language::Fr, &empty).unwrap_err();
    assert_eq!((error.field.as_str(), error.code), ("subject", "bad_template"));
}

#[test]
fn a_subject_is_one_line_whatever_a_name_holds() {
    let mut view = sample::full(MailKind::Receipt, Language::Fr);
    view.contact.name = "A\r\nBcc: all@example.com\n\u{85}B".into();
    let mail = make(&template("Reçu {{ contact.name }}\n", "t", "<p>"), &view).unwrap();
    assert_eq!(mail.subject, "Reçu A Bcc: all@example.com B");
}
