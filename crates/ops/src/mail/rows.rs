//! The lists that a template sees. The engine would repeat and join its own kind of list without making it, and walk through the
//! result without asking what it costs; these can be walked through, counted, printed and asked for one item, and nothing more.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use minijinja::Error;
use minijinja::value::{Enumerator, Object, ObjectExt as _, ObjectRepr, Value, ValueKind};

use super::deadline::Deadline;

/// A list of lines, of VAT rates. To the engine it is a mapping, which neither `+` nor `*` nor `[from:to]` take.
#[derive(Debug)]
struct Rows {
    items: Vec<Value>,
    deadline: Deadline,
}

/// The value with every list in it as [`Rows`].
pub(super) fn with_rows(value: &Value, deadline: Deadline) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::Seq => {
            let items = value.try_iter()?.map(|item| with_rows(&item, deadline)).collect::<Result<_, _>>()?;
            Ok(Value::from_object(Rows { items, deadline }))
        }
        ValueKind::Map => {
            let entry = |key: Value| Ok((key.to_string(), with_rows(&value.get_item(&key)?, deadline)?));
            value.try_iter()?.map(entry).collect::<Result<BTreeMap<_, _>, Error>>().map(Value::from)
        }
        _ => Ok(value.clone()),
    }
}

impl Object for Rows {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let at = isize::try_from(key.as_i64()?).ok()?;
        let at = if at < 0 { self.items.len().checked_sub(at.unsigned_abs())? } else { at.unsigned_abs() };
        self.items.get(at).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let deadline = self.deadline;
        // Loops that print nothing come by here, where the clock is looked at.
        self.mapped_enumerator(move |rows| {
            Box::new(rows.items.iter().map(move |item| deadline.check().map_or_else(Value::from, |()| item.clone())))
        })
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.items.len())
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nobody puts a whole list into a mail, and to write it out takes long for one step.
        write!(f, "[{}]", self.items.len())
    }
}
