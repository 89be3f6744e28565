//! `comptoir openapi`: the descriptions that are checked in.

use std::path::Path;

use crate::failure::Failure;

pub(crate) fn run(events: Option<&Path>) -> Result<(), Failure> {
    let Some(folder) = events else {
        print!("{}", api::document());
        return Ok(());
    };
    let explain = |e: std::io::Error| Failure::Usage(format!("{}: {e}", folder.display()));
    std::fs::create_dir_all(folder).map_err(explain)?;
    for (event_type, schema) in domain::event_schemas() {
        let text = serde_json::to_string_pretty(&schema).map_err(Failure::unexpected)?;
        std::fs::write(folder.join(format!("{event_type}.json")), text + "\n").map_err(explain)?;
    }
    Ok(())
}
