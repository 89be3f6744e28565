use super::*;

/// Real numbers that authorities and the documentation of python-stdnum publish as examples.
const GOOD: [&str; 47] = [
    "ATU13585627",
    "BE0403019261",
    "BE0428759497",
    "BG175074752",
    "BG7111042925",
    "BG7523169263",
    "BG8032056031",
    "CHE107787577IVA",
    "CHE116281710MWST",
    "CY10259033P",
    "CZ25123891",
    "CZ640903926",
    "CZ7103192745",
    "DE136695976",
    "DK13585628",
    "EE100931558",
    "EL094259216",
    "ES54362315K",
    "ESB58378431",
    "ESM1234567L",
    "ESX5253868R",
    "FI20774740",
    "FR23334175221",
    "FR40303265045",
    "FR4Z123456782",
    "FRK7399859412",
    "GB980780684",
    "GBGD123",
    "HR33392005961",
    "HU12892312",
    "IE6433435F",
    "IE6433435OA",
    "IE8D79739I",
    "IT00743110157",
    "LT100001919017",
    "LT119511515",
    "LU15027442",
    "LV16117519997",
    "LV40003521600",
    "MT11679112",
    "NL002455799B11",
    "NL004495445B01",
    "NO995525828MVA",
    "PL8567346215",
    "PT501964843",
    "RO18547290",
    "SE123456789701",
];

fn good(text: &str) -> bool {
    vat_number("vat_number", text).is_ok()
}

#[test]
fn published_numbers_of_every_country_are_accepted() {
    for number in GOOD.into_iter().chain(["RO1630615123457", "SI50223054", "SK2022749619", "XI980780684"]) {
        assert_eq!(vat_number("vat_number", number).as_deref(), Ok(number));
    }
    for (country, _) in CHECKED.iter().filter(|(country, _)| !matches!(*country, "SI" | "SK" | "XI")) {
        assert!(GOOD.iter().any(|number| number.starts_with(country)), "{country} has no example");
    }
}

#[test]
fn a_changed_digit_is_found_out() {
    for number in GOOD.into_iter().filter(|number| *number != "GBGD123") {
        let (mut changed, mut accepted) = (0, 0);
        for (at, _) in number.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
            for other in ('0'..='9').filter(|other| !number[at..].starts_with(*other)) {
                let typo = format!("{}{other}{}", &number[..at], &number[at + 1..]);
                changed += 1;
                accepted += u32::from(good(&typo));
            }
        }
        // Some countries have several kinds of numbers, and a branch has no check digit.
        assert!(accepted * 4 <= changed, "{number}: {accepted} of {changed}");
    }
}

#[test]
fn a_number_is_kept_in_upper_case_without_what_separates() {
    let kept = |text| vat_number("vat_number", text).unwrap();
    assert_eq!(kept(" fr 40 303.265.045 "), "FR40303265045");
    assert_eq!(kept("CHE-107.787.577 IVA"), "CHE107787577IVA");
    assert_eq!(kept("GR 094259216"), "EL094259216");
    assert_eq!(kept("be 0403.019.261"), "BE0403019261");
}

#[test]
fn the_key_of_a_french_number_belongs_to_its_siren() {
    for bad in ["FR41303265045", "FR40303265046", "FR4Y123456782", "FRI7399859412", "FR4030326504", "FR"] {
        assert!(!good(bad), "{bad}");
    }
    assert_eq!(siren_of("FR40303265045"), Some("303265045"));
    assert_eq!(siren_of("BE0403019261"), None);
}

#[test]
fn another_country_is_taken_by_its_shape_and_none_at_all_is_refused() {
    assert!(good("AU 51 824 753 556") && good("CA123456789RT0001"));
    for bad in ["40303265045", "QQ123456", "FT40303265045", "AU", "AU-ABCDEF", "US€12", "é"] {
        let refused = vat_number("vat_number", bad).unwrap_err();
        assert_eq!((refused.field.as_str(), refused.code), ("vat_number", "bad_vat_number"), "{bad}");
    }
    let message = vat_number("vat_number", "QQ123456").unwrap_err().message;
    assert!(message.contains("FR") && message.contains("ISO 3166-1"), "{message}");
}
