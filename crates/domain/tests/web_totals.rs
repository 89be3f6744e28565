//! The web application computes totals while somebody types, and must come to what the order comes to. These are its vectors:
//! orders by hand and by chance, with the totals that this crate says they have. `web/src/lib/totals.test.ts` reads the same.

extern crate comptoir_domain as domain;

use std::path::PathBuf;

use domain::{ContactId, Order, OrderId, OrderInput, Timestamp};
use serde_json::{Value, json};

/// Orders by chance; the same in each run.
const BY_CHANCE: u64 = 120;
/// `make generate` sets it.
const WRITE: &str = "COMPTOIR_WRITE_VECTORS";

fn vectors(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/src/lib")).join(name)
}

fn place(lines: &[Value]) -> Option<Order> {
    let input = json!({"contact_id": ContactId::new(1, 1), "currency": "EUR", "lines": lines});
    let input: OrderInput = serde_json::from_value(input).ok()?;
    let now: Timestamp = "2026-11-22T10:00:00Z".parse().ok()?;
    Some(Order::place(input, now).ok()?.numbered(OrderId::new(1, 1), "O-1".into(), None))
}

/// The lines with their nets (none where the line alone is refused), and the totals of those that have one.
fn vector(name: &str, lines: &[Value]) -> Value {
    let alone: Vec<_> = lines.iter().map(|line| place(std::slice::from_ref(line))).collect();
    let good: Vec<_> =
        lines.iter().zip(&alone).filter(|(_, order)| order.is_some()).map(|(line, _)| line.clone()).collect();
    let lines: Vec<_> = lines
        .iter()
        .zip(&alone)
        .map(|(line, order)| {
            let mut line = line.clone();
            line["net"] = json!(order.as_ref().map(|order| order.lines[0].net));
            line
        })
        .collect();
    let Some(order) = place(&good) else {
        assert!(good.is_empty(), "{name}: its lines are good one by one");
        return json!({"name": name, "lines": lines, "vat": [], "net": 0, "total": 0});
    };
    json!({"name": name, "lines": lines, "vat": order.vat, "net": order.net, "total": order.total})
}

#[test]
fn the_orders_by_hand_come_to_what_the_web_application_is_told() {
    let text = std::fs::read_to_string(vectors("totals.vectors.json")).unwrap();
    let told: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(told.len() > 5);
    for told in told {
        let lines: Vec<_> = told["lines"].as_array().unwrap().iter().map(described).collect();
        let mut ours = vector(told["name"].as_str().unwrap(), &lines);
        for line in ours["lines"].as_array_mut().unwrap() {
            line.as_object_mut().unwrap().remove("description");
        }
        assert_eq!(ours, told);
    }
}

/// As an order wants it: a vector's line says nothing of what is sold, and has its net already.
fn described(line: &Value) -> Value {
    let mut line = line.clone();
    if let Some(line) = line.as_object_mut() {
        line.remove("net");
        line.insert("description".to_owned(), json!("Something"));
    }
    line
}

#[test]
fn the_orders_by_chance_are_those_of_the_code() {
    let mut dice = Dice(20_261_122);
    let lines: Vec<String> = (1..=BY_CHANCE)
        .map(|n| {
            let lines: Vec<_> = (0..=dice.below(5)).map(|_| line(&mut dice)).collect();
            let mut vector = vector(&format!("by chance {n}"), &lines);
            for line in vector["lines"].as_array_mut().unwrap() {
                line.as_object_mut().unwrap().remove("description");
            }
            vector.to_string()
        })
        .collect();
    let (path, generated) = (vectors("totals.generated.json"), format!("[\n{}\n]\n", lines.join(",\n")));
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let same = std::fs::read_to_string(path).unwrap() == generated;
    assert!(same, "totals.generated.json is old: make generate");
}

fn line(dice: &mut Dice) -> Value {
    let fraction = |dice: &mut Dice, places: u32| match dice.below(3) {
        0 => String::new(),
        _ => format!(".{:0width$}", dice.below(10_u64.pow(places)), width = places as usize),
    };
    let quantity = match dice.below(4) {
        0 => format!("{}{}", dice.below(1_000_000), fraction(dice, 3)),
        1 => format!("0{}", fraction(dice, 3)),
        _ => format!("{}{}", 1 + dice.below(20), fraction(dice, 2)),
    };
    let unit_price = match dice.below(5) {
        0 => dice.below(1_000_000_000),
        1 => dice.below(10),
        _ => dice.below(50_000),
    };
    let vat_rate = dice.one_of(&["0", "2.1", "5.5", "5.50", "8.1", "10", "19", "20", "25.5"]);
    let discount = match dice.below(4) {
        0 => json!({"percent": format!("{}{}", dice.below(101), fraction(dice, 2))}),
        1 => json!({"amount": dice.below(2_000)}),
        _ => Value::Null,
    };
    let mut line =
        json!({"description": "Something", "quantity": quantity, "unit_price": unit_price, "vat_rate": vat_rate});
    if !discount.is_null() {
        line["discount"] = discount;
    }
    line
}

/// Numbers that are the same in each run: Knuth's linear congruential generator (MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn one_of<'a>(&mut self, of: &[&'a str]) -> &'a str {
        let at = self.below(of.len() as u64);
        of.iter().zip(0..).find_map(|(one, place)| (place == at).then_some(*one)).unwrap_or_default()
    }
}
