//! The actions of a project: which plugin performs which, and what its inputs are.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::agent::actions::{KNOWN, Platform, standing};
use super::check::{Actions, Known};
use crate::plugin::Plugin;
use crate::registry::{PluginError, Registry};

/// An action that can be performed here.
#[derive(Clone)]
pub struct Action {
    /// The plugin that performs it.
    pub plugin: Arc<Plugin>,
    /// One sentence.
    pub summary: String,
    /// JSON Schema (2020-12) of its inputs.
    pub inputs: Value,
}

/// All actions that can be performed here, by name.
#[derive(Clone, Default)]
pub struct ActionSet {
    actions: BTreeMap<String, Action>,
}

impl ActionSet {
    /// The actions of a project.
    ///
    /// # Errors
    /// When a plugin is not accepted, ends badly, or performs an action that is taken.
    pub async fn of(registry: &Registry) -> Result<Self, PluginError> {
        let mut actions = BTreeMap::new();
        for (name, plugin) in registry.actions().await? {
            let loaded = registry.plugin(plugin).await?;
            let described = loaded.describe(registry.services()).await;
            let descriptor = described.map_err(|source| PluginError::Call { plugin: plugin.clone(), source })?;
            let action = Action { plugin: loaded, summary: descriptor.summary, inputs: descriptor.inputs };
            actions.insert(name.clone(), action);
        }
        Ok(Self { actions })
    }

    /// The action of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Action> {
        self.actions.get(name)
    }

    /// All, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Action)> {
        self.actions.iter().map(|(name, action)| (name.as_str(), action))
    }
}

impl Actions for ActionSet {
    fn schema(&self, name: &str) -> Option<&Value> {
        self.get(name).map(|action| &action.inputs)
    }

    fn known(&self, name: &str) -> Known {
        if self.get(name).is_some() {
            return Known::Here;
        }
        let platforms = [Platform::Windows, Platform::Linux, Platform::MacOs];
        let handles = |platform: &Platform| standing(name, *platform).handler;
        match KNOWN.contains(&name) {
            true => Known::Elsewhere(platforms.into_iter().filter(handles).map(|p| p.name().to_owned()).collect()),
            false => Known::Unknown,
        }
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.actions.keys().cloned().collect();
        names.extend(KNOWN.iter().map(|name| (*name).to_owned()));
        names.sort();
        names.dedup();
        names
    }
}
