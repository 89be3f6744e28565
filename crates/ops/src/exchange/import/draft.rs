//! Orders as the files have them: a row, its lines, and what can be said of them without asking the database.

use std::path::Path;

use domain::{ContactId, Currency, Invalid, MAX_LINES, OrderInput, OrderLineInput, OrderState, PlacedAs};

use super::lines::Lines;
use super::map::{LineField, OrderField, OrdersMap};
use super::row::{Problems, Row};
use super::table::{Table, key};
use super::values::{moment, named};
use super::{Error, Files, ORDERS};
use crate::exchange::cell;

/// An order that has been read and not judged yet.
pub(super) struct Draft {
    pub(super) row: Row,
    pub(super) id: String,
    /// The contact's external id.
    pub(super) contact: String,
    /// Whether an earlier row of the file has this external id; the lines belong to that one.
    pub(super) repeats: bool,
    pub(super) problems: Problems,
    /// None if a value could not be read. The contact's id is filled in later.
    pub(super) input: Option<OrderInput>,
    /// The state that it gets once it is placed.
    pub(super) then: Option<OrderState>,
    /// On which line of its file each line of the order stands.
    lines_at: Vec<u64>,
}

pub(super) struct Source<'a> {
    map: &'a OrdersMap,
    pub(super) table: Table,
    pub(super) lines: Lines,
    /// Lines have a file of their own.
    pub(super) joined: bool,
    columns: Vec<(OrderField, usize)>,
    line_columns: Vec<(LineField, usize)>,
    id: usize,
}

impl<'a> Source<'a> {
    pub(super) fn open(map: &'a OrdersMap, files: &Files<'_>) -> Result<Self, Error> {
        let joined = map.lines.join.is_some();
        let table = Table::open(files.orders, map.delimiter)?;
        let lines = Table::open(lines_file(joined, files)?, map.delimiter)?;
        let columns = table.columns("orders.columns", &map.columns)?;
        let line_columns = lines.columns("orders.lines.columns", &map.lines.columns)?;
        let id = table.column("orders.columns.external_id", &map.columns[&OrderField::ExternalId])?;
        let key = match &map.lines.join {
            Some(join) => lines.column("orders.lines.join", join)?,
            None => id,
        };
        Ok(Self { map, table, lines: Lines::index(lines, key)?, joined, columns, line_columns, id })
    }

    /// Back to the first order.
    pub(super) fn rewind(&mut self, files: &Files<'_>) -> Result<(), Error> {
        self.table = Table::open(files.orders, self.map.delimiter)?;
        self.lines.forget_taken();
        Ok(())
    }

    pub(super) fn id_column(&self) -> &'a str {
        &self.map.columns[&OrderField::ExternalId]
    }

    /// The next orders with their lines; none at the end.
    pub(super) fn next_batch(&mut self) -> Result<Vec<Draft>, Error> {
        let mut drafts = Vec::with_capacity(ORDERS);
        while drafts.len() < ORDERS
            && let Some(row) = self.table.next()?
        {
            let repeats = !self.lines.take(row.text(self.id));
            // In one file, the other rows of an order are its other lines.
            if self.joined || !repeats {
                drafts.push(self.draft(row, repeats)?);
            }
        }
        Ok(drafts)
    }

    fn draft(&mut self, row: Row, repeats: bool) -> Result<Draft, Error> {
        let mut problems = Problems::default();
        let (file, line) = (&self.table.name, row.line);
        let id = row.text(self.id).to_owned();
        let contact = self.text(&row, OrderField::Contact).to_owned();
        if let Some(problem) = &row.problem {
            problems.add(file, line, problem);
        }
        if id.is_empty() {
            problems.add_at(file, line, self.id_column(), "must not be empty");
        }
        if contact.is_empty() {
            problems.add_at(file, line, &self.map.columns[&OrderField::Contact], "must not be empty");
        }
        if repeats {
            problems.add_at(file, line, self.id_column(), &format!("{id} stands in the file before"));
        }
        let head = self.head(&row, &mut problems);
        let mut lines_at = Vec::new();
        let mut lines = Vec::new();
        if !repeats {
            (lines_at, lines) =
                self.lines_of(&row, &id, head.as_ref().and_then(|head| head.currency), &mut problems)?;
        }
        let (place_as, then) = self.state(&row, &mut problems);
        let complete = problems.is_empty();
        let input = head.filter(|_| complete).map(|head| OrderInput { lines, place_as, ..head });
        Ok(Draft { row, id, contact, repeats, problems, input, then, lines_at })
    }

    fn text<'r>(&self, row: &'r Row, wanted: OrderField) -> &'r str {
        self.columns.iter().find(|(field, _)| *field == wanted).map_or("", |(_, column)| row.text(*column))
    }

    /// The state in which the order is placed, and the one that it gets after that.
    fn state(&self, row: &Row, problems: &mut Problems) -> (PlacedAs, Option<OrderState>) {
        let text = self.text(row, OrderField::State);
        if text.is_empty() {
            return (self.map.place_as, None);
        }
        let column = &self.map.columns[&OrderField::State];
        match problems.keep(named("state", text), &self.table.name, row.line, column) {
            None | Some(OrderState::Draft) => (PlacedAs::Draft, None),
            Some(OrderState::Confirmed) => (PlacedAs::Confirmed, None),
            Some(OrderState::Fulfilled) => (PlacedAs::Fulfilled, None),
            Some(state @ OrderState::Closed) => (PlacedAs::Fulfilled, Some(state)),
            Some(state @ OrderState::Cancelled) => (PlacedAs::Draft, Some(state)),
        }
    }

    /// The order without its lines.
    fn head(&self, row: &Row, problems: &mut Problems) -> Option<OrderInput> {
        let optional = |field| Some(self.text(row, field)).filter(|text| !text.is_empty());
        let mut keep = |field: OrderField, read: Result<_, Invalid>| {
            problems.keep(read, &self.table.name, row.line, &self.map.columns[&field]).flatten()
        };
        let mut day =
            |field| optional(field).and_then(|text| keep(field, moment(text, &self.map.date_formats).map(Some)));
        let ordered_at = day(OrderField::OrderedAt);
        let due_on = day(OrderField::DueOn).map(domain::Timestamp::date);
        let delivery_date = day(OrderField::DeliveryDate).map(domain::Timestamp::date);
        let currency = match optional(OrderField::Currency) {
            Some(text) => {
                let column = &self.map.columns[&OrderField::Currency];
                problems.keep(text.parse::<Currency>(), &self.table.name, row.line, column)
            }
            None => self.map.currency,
        };
        if currency.is_none() && optional(OrderField::Currency).is_none() {
            let column = self.map.columns.get(&OrderField::Currency).map_or("currency", String::as_str);
            problems.add_at(&self.table.name, row.line, column, "must not be empty");
        }
        Some(OrderInput {
            // Not known yet; nothing is written before it is.
            contact_id: ContactId::new(0, 0),
            currency: Some(currency?),
            lines: Vec::new(),
            place_as: self.map.place_as,
            reference: optional(OrderField::Reference).map(str::to_owned),
            notes: optional(OrderField::Notes).map(str::to_owned),
            tags: cell::parts(self.text(row, OrderField::Tags)),
            ordered_at,
            due_on,
            delivery_date,
            external_id: Some(row.text(self.id).to_owned()),
        })
    }

    /// The lines of an order, and where each stands.
    fn lines_of(
        &mut self,
        head: &Row,
        id: &str,
        currency: Option<Currency>,
        problems: &mut Problems,
    ) -> Result<(Vec<u64>, Vec<OrderLineInput>), Error> {
        match self.lines.count(id) {
            0 => problems.add(&self.table.name, head.line, &format!("{} has no line for it", self.lines.table.name)),
            // Not even read: a file with one key for all its rows must not end up in memory.
            n if n > MAX_LINES => {
                let what = format!("has {n} lines, and an order at most {MAX_LINES}");
                problems.add(&self.table.name, head.line, &what);
                return Ok((Vec::new(), Vec::new()));
            }
            _ => {}
        }
        let reader = LineReader { map: self.map, columns: &self.line_columns, currency };
        let (shared, joined) = (&self.columns, self.joined);
        let (mut at, mut lines) = (Vec::new(), Vec::new());
        self.lines.each(id, |table, row| {
            at.push(row.line);
            // In one file the order's first row has said so already.
            if let Some(problem) = row.problem.as_ref().filter(|_| joined || row.line != head.line) {
                problems.add(&table.name, row.line, problem);
            }
            if !joined {
                same_order(table, head, &row, shared, problems);
            }
            lines.extend(reader.read(&table.name, &row, problems));
            Ok(())
        })?;
        Ok((at, lines))
    }

    pub(super) fn add_contact_problem(&self, draft: &mut Draft) {
        let column = &self.map.columns[&OrderField::Contact];
        let what = format!("there is no active contact with the external id {:?}", draft.contact);
        draft.problems.add_at(&self.table.name, draft.row.line, column, &what);
    }

    /// What the domain says of `lines[2].quantity`, at the row and column that it came from.
    pub(super) fn add_domain_problem(&self, draft: &mut Draft, invalid: &Invalid) {
        let line = invalid.field.strip_prefix("lines[").and_then(|rest| rest.split_once(']'));
        let place = line.and_then(|(i, field)| {
            let at = draft.lines_at.get(i.parse::<usize>().ok()?)?;
            Some((*at, field.trim_start_matches('.')))
        });
        if let Some((at, field)) = place {
            let columns = &self.map.lines.columns;
            let column = columns.iter().find(|(f, _)| key(*f) == field).map_or(field, |(_, column)| column);
            draft.problems.add_at(&self.lines.table.name, at, column, &invalid.message);
        } else {
            let columns = &self.map.columns;
            let column = columns.iter().find(|(f, _)| key(*f) == invalid.field);
            let column = column.map_or(invalid.field.as_str(), |(_, column)| column);
            draft.problems.add_at(&self.table.name, draft.row.line, column, &invalid.message);
        }
    }
}

/// In one file, every row of an order must say the same of it.
fn same_order(table: &Table, head: &Row, row: &Row, columns: &[(OrderField, usize)], problems: &mut Problems) {
    for (_, column) in columns {
        if row.text(*column) != head.text(*column) {
            let name = table.headers.get(*column).unwrap_or("").trim();
            problems.add_at(&table.name, row.line, name, &format!("differs from line {}", head.line));
        }
    }
}

struct LineReader<'m> {
    map: &'m OrdersMap,
    columns: &'m [(LineField, usize)],
    /// None if the order's could not be read; what depends on it is then not read either.
    currency: Option<Currency>,
}

impl LineReader<'_> {
    /// The line; or none, and the problems of every column.
    fn read(&self, file: &str, row: &Row, problems: &mut Problems) -> Option<OrderLineInput> {
        let map = self.map;
        let text = |wanted| {
            self.columns.iter().find(|(field, _)| *field == wanted).map_or("", |(_, column)| row.text(*column))
        };
        let column = |field| map.lines.columns.get(&field).map_or("", String::as_str);
        let (line, decimal) = (row.line, map.decimal);
        let quantity = decimal.plain(text(LineField::Quantity)).and_then(|number| number.parse());
        let quantity = problems.keep(quantity, file, line, column(LineField::Quantity));
        let vat_rate = match (text(LineField::VatRate), map.vat_rate) {
            ("", Some(rate)) => Some(rate),
            (text, _) => problems.keep(decimal.percent(text), file, line, column(LineField::VatRate)),
        };
        let currency = self.currency?;
        let price = decimal.amount(text(LineField::UnitPrice), currency);
        let unit_price = problems.keep(price, file, line, column(LineField::UnitPrice));
        let discount = match map.lines.discount_as {
            Some(written_as) => {
                let discount = decimal.discount(text(LineField::Discount), written_as, currency);
                problems.keep(discount, file, line, column(LineField::Discount))
            }
            None => Some(None),
        };
        Some(OrderLineInput {
            description: Some(text(LineField::Description).to_owned()),
            sku: Some(text(LineField::Sku)).filter(|text| !text.is_empty()).map(str::to_owned),
            quantity: quantity?,
            unit_price: Some(unit_price?),
            discount: discount?,
            vat_rate: Some(vat_rate?),
        })
    }
}

/// The file of the order lines: one of their own, or the orders' file, whose rows are orders and lines at once.
fn lines_file<'f>(joined: bool, files: &Files<'f>) -> Result<&'f Path, Error> {
    match (joined, files.lines) {
        (true, Some(lines)) => Ok(lines),
        (false, None) => Ok(files.orders),
        (true, None) => {
            Err(Error::Map("orders.lines.join names a column of a second file, of lines: give it too".into()))
        }
        (false, Some(_)) => Err(Error::Map(
            "orders.lines.join is missing: the column of the file of lines that holds the order's external id".into(),
        )),
    }
}
