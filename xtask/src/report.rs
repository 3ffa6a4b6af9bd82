use crate::failure::Failure;
use crate::terminal;

/// A measured figure and what it has to be.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) target: String,
    pub(crate) measured: String,
    pub(crate) passes: bool,
}

impl Row {
    /// A row for a figure that has to be at most the target.
    pub(crate) fn at_most(
        what: impl Into<String>,
        target: f64,
        measured: f64,
        text: impl Fn(f64) -> String,
    ) -> Self {
        Self {
            what: what.into(),
            target: format!("at most {}", text(target)),
            measured: text(measured),
            passes: measured <= target,
        }
    }
}

/// Prints the rows as a table; fails if one does not pass.
pub(crate) fn finish(rows: &[Row]) -> Result<(), Failure> {
    let width = |column: fn(&Row) -> &str| {
        let longest = rows.iter().map(|row| column(row).chars().count()).max();
        longest.unwrap_or_default()
    };
    let what = width(|row| &row.what);
    let target = width(|row| &row.target);
    let measured = width(|row| &row.measured);
    for row in rows {
        let verdict = if row.passes {
            terminal::good("pass")
        } else {
            terminal::bad("FAIL")
        };
        println!(
            "{:what$}  {:target$}  {:measured$}  {verdict}",
            row.what, row.target, row.measured
        );
    }
    let failed = rows.iter().filter(|row| !row.passes).count();
    if failed == 0 {
        Ok(())
    } else {
        Err(Failure::new(format!(
            "{failed} of {} figures are over their targets",
            rows.len()
        )))
    }
}
