//! Totals in the order of EN 16931: the net of each line is rounded; lines are grouped by rate; VAT is rounded **once
//! per rate**; the total is net plus VAT (business rules BR-CO-10, BR-CO-14, BR-CO-15 and BR-CO-17).

use serde::{Deserialize, Serialize};

use utoipa::openapi::schema::{AdditionalProperties, Object, OneOf, Schema, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::decimal::{Percent, Quantity};
use crate::money::{checked, divide_rounded};
use crate::{Invalid, MAX_MINOR, OrderLine};

/// Taken off a line before VAT: a sum, or a share of quantity × price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Discount {
    /// In minor units of the order's currency.
    Amount(#[serde(deserialize_with = "crate::whole::number")] i64),
    Percent(Percent),
}

// By hand: the derived one cannot say what range a variant's number has.
impl PartialSchema for Discount {
    fn schema() -> RefOr<Schema> {
        let amount = Object::builder().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(MAX_MINOR));
        let amount = amount.description(Some("In minor units of the order's currency."));
        let only = |name: &str, schema: RefOr<Schema>| {
            let object = Object::builder().property(name, schema).required(name);
            object.additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false))).build()
        };
        let percent = Ref::from_schema_name("Percent").into();
        let choice = OneOf::builder().item(only("amount", amount.build().into())).item(only("percent", percent));
        let choice = choice.description(Some("Taken off a line before VAT: a sum, or a share of quantity × price."));
        RefOr::T(Schema::OneOf(choice.build()))
    }
}

impl ToSchema for Discount {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Percent::name().into_owned(), Percent::schema()));
    }
}

/// What is due for one VAT rate. Amounts in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VatLine {
    pub rate: Percent,
    /// Sum of the line nets at this rate.
    #[schema(example = 2000)]
    pub base: i64,
    /// `base × rate`, rounded once.
    #[schema(example = 400)]
    pub vat: i64,
}

/// `round(quantity × price − discount)`, computed exactly and rounded once, half away from zero.
pub(crate) fn line_net(quantity: Quantity, unit_price: i64, discount: Option<Discount>) -> Result<i64, Invalid> {
    // In thousandths of a minor unit; fits: at most 10^12 × 9·10^15.
    let gross = i128::from(quantity.thousandths()) * i128::from(unit_price);
    let net = match discount {
        None => divide_rounded(gross, 1000),
        Some(Discount::Amount(amount)) => divide_rounded(gross - i128::from(amount) * 1000, 1000),
        Some(Discount::Percent(share)) => {
            divide_rounded(gross * i128::from(10_000 - share.basis_points()), 1000 * 10_000)
        }
    };
    if net < 0 {
        return Err(Invalid::new("discount", "discount_above_price", "must not exceed quantity × unit price"));
    }
    checked(net)
}

/// The VAT of each rate that occurs, rates ascending.
pub(crate) fn vat_lines(lines: &[OrderLine]) -> Result<Vec<VatLine>, Invalid> {
    let mut groups: Vec<(Percent, i128)> = Vec::new();
    for line in lines {
        match groups.iter_mut().find(|(rate, _)| *rate == line.vat_rate) {
            Some((_, base)) => *base += i128::from(line.net),
            None => groups.push((line.vat_rate, i128::from(line.net))),
        }
    }
    groups.sort_by_key(|(rate, _)| *rate);
    groups
        .into_iter()
        .map(|(rate, base)| {
            let vat = divide_rounded(base * i128::from(rate.basis_points()), 10_000);
            Ok(VatLine { rate, base: checked(base)?, vat: checked(vat)? })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(net: i64, rate: &str) -> OrderLine {
        OrderLine {
            description: "x".into(),
            sku: None,
            quantity: "1".parse().unwrap(),
            unit_price: net,
            discount: None,
            vat_rate: rate.parse().unwrap(),
            net,
        }
    }

    #[test]
    fn vat_is_rounded_once_per_rate_and_not_per_line() {
        // Three lines of 0.33 at 20 %: per line 0.066 → 0.07 × 3 = 0.21; once on 0.99: 0.198 → 0.20.
        let lines = [line(33, "20"), line(33, "20"), line(33, "20"), line(1000, "5.5")];
        let vat = vat_lines(&lines).unwrap();
        assert_eq!(vat.iter().map(|v| (v.base, v.vat)).collect::<Vec<_>>(), [(1000, 55), (99, 20)]);
    }

    #[test]
    fn the_net_of_a_line_is_rounded_once_from_the_exact_value() {
        let net = |quantity: &str, price, discount| line_net(quantity.parse().unwrap(), price, discount).unwrap();
        assert_eq!(net("1", 1050, Some(Discount::Percent("5".parse().unwrap()))), 998); // 997.5
        assert_eq!(net("2.5", 333, None), 833); // 832.5
        assert_eq!(net("3", 1000, Some(Discount::Amount(500))), 2500);
        assert!(line_net("1".parse().unwrap(), 100, Some(Discount::Amount(101))).is_err());
    }

    proptest! {
        #[test]
        fn the_net_equals_a_computation_with_whole_numbers_only(
            thousandths in 1_i64..1_000_000_000, price in 0_i64..1_000_000_000, points in 0_i64..=10_000,
        ) {
            let net = line_net(
                Quantity::from_thousandths(thousandths).unwrap(), price,
                Some(Discount::Percent(Percent::from_basis_points(points).unwrap())),
            ).unwrap();
            // |net × 10^7 − exact| is at most half a unit.
            let exact = i128::from(thousandths) * i128::from(price) * i128::from(10_000 - points);
            prop_assert!((i128::from(net) * 10_000_000 - exact).abs() <= 5_000_000);
        }
    }
}
