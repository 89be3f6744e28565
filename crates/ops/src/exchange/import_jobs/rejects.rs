//! The rows that could not be accepted, as they are kept: not more than a person will mend.

use std::io;
use std::path::Path;

/// Bytes kept of one file: how many rows are left out is said on the last row.
const KEPT: usize = 4 * 1024 * 1024;

/// Reads what an import has written beside a file.
pub(super) fn kept(file: &Path, delimiter: u8) -> io::Result<String> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_path(file)?;
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    let (mut left, mut size) = (0_u64, 0);
    for record in reader.records() {
        let record = record.map_err(io::Error::other)?;
        // Each cell with its quotes and what stands behind it; quotes inside are rare.
        size += record.as_slice().len() + 3 * record.len() + 1;
        if size > KEPT {
            left += 1;
        } else {
            writer.write_record(&record).map_err(io::Error::other)?;
        }
    }
    if left > 0 {
        writer.write_record([format!("{left} more rows were rejected")]).map_err(io::Error::other)?;
    }
    let bytes = writer.into_inner().map_err(|e| io::Error::other(e.to_string()))?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_kept_as_they_are_up_to_a_bound() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rejects.csv");
        std::fs::write(&file, "id;name;reason\n1;\"a\nb\";\"bad; worse\"\n").unwrap();
        assert_eq!(kept(&file, b';').unwrap(), "id;name;reason\r\n1;\"a\nb\";\"bad; worse\"\r\n");
        let row = format!("{}\n", "x".repeat(1024));
        std::fs::write(&file, row.repeat(5000)).unwrap();
        let kept = kept(&file, b',').unwrap();
        assert!(kept.len() <= KEPT + 100, "{}", kept.len());
        let last = kept.lines().last().unwrap();
        let left: usize = last.split(' ').next().unwrap().parse().unwrap();
        assert_eq!(left + kept.lines().count() - 1, 5000);
    }
}
