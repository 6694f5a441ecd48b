//! `[plugins.NAME]`: plugins of third parties.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Wrong;
use super::file::{LimitsTable, Named, PluginTable};
use super::text::is_plain_name;
use crate::plugin::{Grants, LimitOverrides, builtins};

/// `[plugins.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginEntry {
    /// The component, relative to `formwork.toml`.
    pub source: String,
    /// What it may reach.
    pub grants: Grants,
    /// What it may use.
    pub limits: LimitOverrides,
}

pub(super) fn plugins(tables: Named<PluginTable>) -> Result<BTreeMap<String, PluginEntry>, Wrong> {
    let mut plugins = BTreeMap::new();
    for (key, table) in tables {
        let (name, span) = (key.get_ref(), key.span());
        if !is_plain_name(name) {
            let message = format!("`{name}` is not a name for a plugin; names have letters, digits, `-` and `_`");
            return Err(Wrong::new(message, span));
        }
        if builtins().iter().any(|builtin| builtin.name == name) {
            let message = format!("the plugin `{name}` comes with Formwork; give yours another name");
            return Err(Wrong::new(message, span));
        }
        let limits = limits(table.limits)?;
        plugins.insert(key.into_inner(), PluginEntry { source: table.source, grants: table.grants, limits });
    }
    Ok(plugins)
}

fn limits(table: LimitsTable) -> Result<LimitOverrides, Wrong> {
    let mut limits = LimitOverrides::default();
    if let Some(memory) = table.memory {
        let wrong = || Wrong::new("`memory` reads like \"128MiB\", up to 4096MiB", memory.span());
        limits.memory = Some(parse_memory(memory.get_ref()).ok_or_else(wrong)?);
    }
    if let Some(time) = table.time {
        let wrong = || Wrong::new("`time` reads like \"10s\" or \"500ms\", up to 3600s", time.span());
        limits.time = Some(parse_time(time.get_ref()).ok_or_else(wrong)?);
    }
    Ok(limits)
}

fn parse_memory(text: &str) -> Option<usize> {
    let mib: usize = text.strip_suffix("MiB")?.trim().parse().ok()?;
    (1..=4096).contains(&mib).then_some(mib << 20)
}

fn parse_time(text: &str) -> Option<Duration> {
    let time = match text.strip_suffix("ms") {
        Some(ms) => Duration::from_millis(ms.trim().parse().ok()?),
        None => Duration::from_secs(text.strip_suffix('s')?.trim().parse().ok()?),
    };
    (!time.is_zero() && time <= Duration::from_secs(3600)).then_some(time)
}
