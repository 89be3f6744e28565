//! Contacts: each row is one.

use std::collections::HashMap;
use std::path::Path;

use domain::{Address, Contact, ContactEmail, ContactInput, ContactPhone, ContactState, Invalid};
use store::{Db, Tx, change, contacts, query};

use super::map::{ContactDefaults, ContactField, ContactsMap};
use super::rejects::Rejects;
use super::row::{Problems, Row};
use super::table::{Table, key};
use super::values::{named, truth};
use super::{ATTEMPTS, CONTACTS, Error, Import, Outcome, Phase, Progress, somebody_was_faster};
use crate::Ctx;
use crate::contacts::{create, edit};
use crate::exchange::cell;

pub(super) async fn import(import: &mut Import<'_>, file: &Path) -> Result<Outcome, Error> {
    let checked = check(import, file).await?;
    if import.may_write(&checked) { write(import, file, checked).await } else { Ok(checked) }
}

/// The first pass: every row, against the rules and against what is there.
async fn check(import: &mut Import<'_>, file: &Path) -> Result<Outcome, Error> {
    let mut source = Source::open(import.map.contacts()?, file)?;
    let mut outcome = Outcome::default();
    let mut rejects = Rejects::default();
    loop {
        let rows = source.table.next_rows(CONTACTS)?;
        if rows.is_empty() {
            break;
        }
        let there = find(import.db, rows.iter().map(|row| source.id(row).to_owned()).collect()).await?;
        for (row, there) in rows.iter().zip(there) {
            match source.judge(row, there.as_ref(), import.ctx) {
                Ok((_, Change::Create)) => outcome.created += 1,
                Ok((_, Change::Update)) => outcome.updated += 1,
                Ok((_, Change::None)) => outcome.unchanged += 1,
                Err(problems) => {
                    outcome.rejected += 1;
                    rejects.add(import.rejects, &source.table, row, &problems.text())?;
                }
            }
        }
        let done = outcome.created + outcome.updated + outcome.unchanged + outcome.rejected;
        import.tell(Progress { phase: Phase::Check, done, total: None, outcome })?;
    }
    rejects.finish(&source.table)?;
    Ok(outcome)
}

/// The second pass: the good rows, batch by batch.
async fn write(import: &mut Import<'_>, file: &Path, checked: Outcome) -> Result<Outcome, Error> {
    let mut source = Source::open(import.map.contacts()?, file)?;
    let mut outcome = Outcome { written: true, rejected: checked.rejected, ..Outcome::default() };
    let total = checked.created + checked.updated + checked.unchanged + checked.rejected;
    let mut done = 0;
    loop {
        let rows = source.table.next_rows(CONTACTS)?;
        if rows.is_empty() {
            return Ok(outcome);
        }
        let there = find(import.db, rows.iter().map(|row| source.id(row).to_owned()).collect()).await?;
        let mut batch = Vec::with_capacity(rows.len());
        for (row, there) in rows.iter().zip(there) {
            match source.judge(row, there.as_ref(), import.ctx) {
                Ok((said, _)) => batch.push(said),
                Err(_) if import.options.skip_bad => {}
                Err(problems) => return Err(Error::Changed(problems.text())),
            }
        }
        for change in save(import.db, import.ctx, batch).await? {
            match change {
                Change::Create => outcome.created += 1,
                Change::Update => outcome.updated += 1,
                Change::None => outcome.unchanged += 1,
            }
        }
        done += rows.len() as u64;
        import.tell(Progress { phase: Phase::Write, done, total: Some(total), outcome })?;
    }
}

/// What becomes of a contact.
#[derive(Clone, Copy)]
enum Change {
    Create,
    Update,
    None,
}

struct Source<'a> {
    map: &'a ContactsMap,
    table: Table,
    columns: Vec<(ContactField, usize)>,
    id: usize,
    /// Lines on which the file's external ids stand.
    seen: HashMap<String, u64>,
}

impl<'a> Source<'a> {
    fn open(map: &'a ContactsMap, file: &Path) -> Result<Self, Error> {
        let table = Table::open(file, map.delimiter)?;
        let columns = table.columns("contacts.columns", &map.columns)?;
        let id = table.column("contacts.columns.external_id", &map.columns[&ContactField::ExternalId])?;
        Ok(Self { map, table, columns, id, seen: HashMap::new() })
    }

    fn id<'r>(&self, row: &'r Row) -> &'r str {
        row.text(self.id)
    }

    /// What a row says, and what would become of its contact; or everything that is wrong with it.
    fn judge(&mut self, row: &Row, there: Option<&Contact>, ctx: &Ctx) -> Result<(Said, Change), Problems> {
        let (file, line) = (&self.table.name, row.line);
        let mut problems = Problems::default();
        if let Some(problem) = &row.problem {
            problems.add(file, line, problem);
            return Err(problems);
        }
        let id = row.text(self.id);
        let id_column = &self.map.columns[&ContactField::ExternalId];
        if id.is_empty() {
            problems.add_at(file, line, id_column, "must not be empty");
        } else if let Some(former) = self.seen.get(id) {
            problems.add_at(file, line, id_column, &format!("{id} stands on line {former} already"));
        } else {
            self.seen.insert(id.to_owned(), line);
        }
        let fields = self.columns.iter().map(|(field, column)| (*field, row.text(*column).to_owned())).collect();
        let said = Said { id: id.to_owned(), fields, defaults: self.map.defaults.clone() };
        let change =
            said.change(there, ctx).map_err(|e| problems.add_at(file, line, self.column(&e.field), &e.message));
        match change {
            Ok(change) if problems.is_empty() => Ok((said, change)),
            _ => Err(problems),
        }
    }

    /// The file's name for a field of the domain; `addresses[0].city` comes from what the map calls `city`.
    fn column<'f>(&'f self, field: &'f str) -> &'f str {
        let wanted = match field {
            "emails[0].address" => "email",
            "phones[0].number" => "phone",
            _ if field.starts_with("tags[") => "tags",
            _ => field.trim_start_matches("addresses[0]."),
        };
        self.map.columns.iter().find(|(field, _)| key(*field) == wanted).map_or(field, |(_, column)| column)
    }
}

/// What a row says of a contact.
struct Said {
    id: String,
    fields: Vec<(ContactField, String)>,
    defaults: ContactDefaults,
}

impl Said {
    /// The contact as the file wants it. What the map does not name stays as it is.
    fn over(&self, there: Option<&Contact>) -> Result<ContactInput, Invalid> {
        let mut input = there.map_or_else(|| self.new_contact(), Contact::as_input);
        for (field, text) in &self.fields {
            let text = Some(text.clone()).filter(|text| !text.is_empty());
            match field {
                // Found by our own id, it keeps the one that it has.
                ContactField::ExternalId => {
                    if there.is_none_or(|contact| contact.id.to_string() != self.id) {
                        input.external_id = text;
                    }
                }
                ContactField::Name => input.name = text.unwrap_or_default(),
                ContactField::ContactName => input.contact_name = text,
                ContactField::Email => {
                    let label = input.emails.first().and_then(|email| email.label.clone());
                    set_first(&mut input.emails, text.map(|address| ContactEmail { label, address }));
                }
                ContactField::Phone => {
                    let label = input.phones.first().and_then(|phone| phone.label.clone());
                    set_first(&mut input.phones, text.map(|number| ContactPhone { label, number }));
                }
                ContactField::Street => first_address(&mut input).street = text,
                ContactField::PostalCode => first_address(&mut input).postal_code = text,
                ContactField::City => first_address(&mut input).city = text,
                ContactField::Region => first_address(&mut input).region = text,
                ContactField::Country => {
                    first_address(&mut input).country = text.or_else(|| self.defaults.country.clone());
                }
                ContactField::Notes => input.notes = text,
                ContactField::VatNumber => input.vat_number = text,
                ContactField::Siren => input.siren = text,
                ContactField::Siret => input.siret = text,
                ContactField::Tags => {
                    input.tags = text.as_deref().map(cell::parts).unwrap_or_default();
                }
                ContactField::Kind => input.kind = text.map_or(Ok(self.defaults.kind), |t| named("kind", &t))?,
                ContactField::Language => {
                    input.language = text.map_or(Ok(self.defaults.language), |t| named("language", &t))?;
                }
                ContactField::MailOptOut => {
                    input.mail_opt_out = text.map_or(Ok(false), |t| truth("mail_opt_out", &t))?;
                }
            }
        }
        Ok(input)
    }

    fn new_contact(&self) -> ContactInput {
        let ContactDefaults { kind, language, country } = self.defaults.clone();
        let addresses = country.map(|country| Address { country: Some(country), ..Address::default() });
        ContactInput { kind, language, addresses: addresses.into_iter().collect(), ..ContactInput::default() }
    }

    fn change(&self, there: Option<&Contact>, ctx: &Ctx) -> Result<Change, Invalid> {
        let input = self.over(there)?;
        match there {
            // Somebody has found that it is another one: the file does not know that.
            Some(contact) if contact.state == ContactState::Merged => input.checked().map(|_| Change::None),
            None => input.checked().map(|_| Change::Create),
            Some(contact) if contact.edited(input.clone(), ctx.now)?.says_the_same_as(contact) => Ok(Change::None),
            Some(_) => Ok(Change::Update),
        }
    }
}

/// The primary one is the file's business; the others stay.
fn set_first<T>(all: &mut Vec<T>, first: Option<T>) {
    match (first, all.is_empty()) {
        (Some(first), true) => all.push(first),
        (Some(first), false) => all[0] = first,
        (None, true) => {}
        (None, false) => drop(all.remove(0)),
    }
}

fn first_address(input: &mut ContactInput) -> &mut Address {
    if input.addresses.is_empty() {
        input.addresses.push(Address::default());
    }
    &mut input.addresses[0]
}

/// The contacts that have these external ids, or these ids, in the same order.
async fn find(db: &Db, ids: Vec<String>) -> Result<Vec<Option<Contact>>, Error> {
    Ok(query!(db, move |tx, ids| contacts::by_keys(tx, ids).await).await.map_err(|e: store::Error| e)?)
}

/// Saves a batch in one transaction: whole, or not at all.
async fn save(db: &Db, ctx: &Ctx, batch: Vec<Said>) -> Result<Vec<Change>, Error> {
    let batch = std::sync::Arc::new(batch);
    let mut attempt = 1;
    loop {
        let saving = change!(db, |tx, ctx, batch| {
            let ids: Vec<String> = batch.iter().map(|said| said.id.clone()).collect();
            let there = contacts::by_keys(tx, &ids).await?;
            let mut changes = Vec::with_capacity(batch.len());
            for (said, there) in batch.iter().zip(there) {
                changes.push(save_one(tx, ctx, said, there).await?);
            }
            Ok(changes)
        });
        match saving.await {
            Err(e) if somebody_was_faster(&e) && attempt < ATTEMPTS => attempt += 1,
            saved => return Ok(saved?),
        }
    }
}

async fn save_one(tx: &mut Tx<'_>, ctx: &Ctx, said: &Said, there: Option<Contact>) -> Result<Change, crate::Error> {
    let change = said.change(there.as_ref(), ctx)?;
    let input = said.over(there.as_ref())?;
    match (change, there) {
        (Change::None, _) => {}
        (_, None) => drop(create(tx, ctx, input).await?),
        (_, Some(contact)) => drop(edit(tx, ctx, contact.id, contact.version, input).await?),
    }
    Ok(change)
}
