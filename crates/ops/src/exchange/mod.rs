//! Files that come in and go out: imports of foreign CSV, the jobs that run them, exports.

pub mod cell;
pub mod export;
pub mod import;
pub mod import_jobs;
