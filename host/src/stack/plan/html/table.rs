//! Tables. On a narrow screen their cells stand beneath each other, so cells know their heads.

use crate::stack::graph::escape::xml;

/// A table that is being written.
pub(super) struct Table {
    heads: Vec<&'static str>,
    rows: String,
    name: String,
}

/// What stands in a row; HTML.
pub(super) enum Cell {
    /// One cell.
    One(String),
    /// One cell for two columns.
    Two(String),
}

impl Table {
    /// `name` is for those who do not see what stands above the table.
    pub(super) fn new(name: &str, heads: &[&'static str]) -> Self {
        Self { heads: heads.to_vec(), rows: String::new(), name: name.to_owned() }
    }

    /// Add a row; its first cell is its head.
    pub(super) fn row(&mut self, head: &str, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push_str(&format!("<tr><th scope=\"row\">{head}</th>"));
        let mut heads = self.heads.iter().skip(1);
        for cell in cells {
            let name = heads.next().copied().unwrap_or_default();
            match cell {
                Cell::One(html) => {
                    self.rows.push_str(&format!("<td data-head=\"{name}\"><div>{html}</div></td>"));
                }
                Cell::Two(html) => {
                    heads.next();
                    self.rows.push_str(&format!("<td colspan=\"2\" data-head=\"Difference\"><div>{html}</div></td>"));
                }
            }
        }
        self.rows.push_str("</tr>\n");
    }

    /// The table; nothing when it has no rows.
    pub(super) fn html(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let heads: String = self.heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
        format!(
            "<table aria-label=\"{}\" class=\"columns-{}\">\n<thead>\
             <tr>{heads}</tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
            xml(&self.name),
            self.heads.len(),
            self.rows,
        )
    }
}
