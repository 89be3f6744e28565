//! The table that is printed at the end.

pub(crate) struct Table {
    rows: Vec<[String; 3]>,
    load_before: String,
}

impl Table {
    pub(crate) fn new() -> Self {
        Self { rows: Vec::new(), load_before: load() }
    }

    pub(crate) fn row(&mut self, what: String, figure: String, goal: &str) {
        println!("  {what}: {figure}");
        self.rows.push([what, figure, goal.to_owned()]);
    }

    pub(crate) fn print(&self) {
        let width = |i: usize| self.rows.iter().map(|row| row[i].chars().count()).max().unwrap_or(0);
        let (what, figure) = (width(0), width(1));
        println!("\nload of the machine before: {}; after: {}", self.load_before, load());
        println!(
            "\n| {:what$} | {:figure$} | goal |\n|{}|{}|---|",
            "",
            "figure",
            "-".repeat(what + 2),
            "-".repeat(figure + 2)
        );
        for [a, b, c] in &self.rows {
            println!("| {a:what$} | {b:figure$} | {c} |");
        }
    }
}

/// One, five and fifteen minutes, as the kernel says.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}
