//! A plan as a page: one file without scripts, that loads nothing, for a browser, a phone, a printer, or an e-mail.

mod resource;
mod stack;
mod table;
mod value;
mod words;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

use self::words::{Counts, operation, tiles};
use super::model::Plan;
use crate::stack::graph::escape::xml;
use crate::stack::graph::{Graph, STYLE, drawing};

const PAGE_STYLE: &str = include_str!("page.css");

/// Nothing may be loaded or run, even if something got past the escaping; styles stand in the page.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// The page of one or several plans, HTML 5. `stacks` is the graph of the project's stacks, for a page of several.
///
/// Everything from outside is escaped, and its control characters are replaced by pictures; what is hidden in the plans
/// reads "hidden". The same plans give the same bytes.
#[must_use]
pub fn html(plans: &[Plan], stacks: Option<&Graph>) -> String {
    let mut out = String::new();
    let title = match plans {
        [plan] => format!("Plan: {} ({})", xml(&plan.stack), xml(&plan.region)),
        _ => format!("Plan of {} stacks", plans.len()),
    };
    out.push_str(&format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n\
         <style>\n{PAGE_STYLE}{STYLE}</style>\n</head>\n<body>\n<main>\n"
    ));
    match plans {
        [plan] => stack::section(plan, 1, 1, &mut out),
        _ => {
            overview(plans, stacks, &mut out);
            for (number, plan) in plans.iter().enumerate() {
                stack::section(plan, number + 1, 2, &mut out);
            }
        }
    }
    out.push_str(
        "</main>\n<footer>Made by Formwork. The page loads nothing and runs nothing.</footer>\n</body>\n</html>\n",
    );
    out
}

/// The head of a page of several plans: what happens in all, how the stacks depend on each other, and where to look.
fn overview(plans: &[Plan], stacks: Option<&Graph>, out: &mut String) {
    out.push_str(&format!(
        "<header class=\"top\">\n<p class=\"kind\">Plan</p>\n<h1>{} stacks</h1>\n</header>\n",
        plans.len()
    ));
    let all = Counts::of(plans.iter().flat_map(|plan| &plan.resources));
    out.push_str(&tiles(&all));
    if let Some(stacks) = stacks.filter(|graph| !graph.edges().is_empty()) {
        figure(stacks, "How the stacks depend on each other", out);
    }
    out.push_str("<nav aria-label=\"Stacks\">\n<ol class=\"contents\">\n");
    for (number, plan) in plans.iter().enumerate() {
        out.push_str(&format!(
            "<li><a href=\"#stack-{}\">{}</a> <span class=\"faint\">{}, {}</span> <span class=\"sum\">{}</span></li>\n",
            number + 1,
            xml(&plan.stack),
            xml(&plan.region),
            operation(plan),
            xml(&words::summary(plan)),
        ));
    }
    out.push_str("</ol>\n</nav>\n");
}

/// A graph, with a legend for what its arrows mean.
fn figure(graph: &Graph, title: &str, out: &mut String) {
    out.push_str(&format!(
        "<figure>\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">\n{}</div>\n\
         <figcaption>{}. An arrow leads from what depends to what it depends on.</figcaption>\n</figure>\n",
        xml(title),
        drawing(graph, title),
        xml(title),
    ));
}
