//! The order of a project's stacks: which comes before which, and running work through that order.

mod reference;
mod run;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

pub use self::reference::{StackReference, references};
pub use self::run::{Outcome, run};

/// Names in an order: what others depend on comes first. There is no cycle in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// What depends on nothing comes first, and by name where that leaves a choice.
    names: Vec<String>,
    /// By name, what it depends on directly; every name of `names` is there.
    dependencies: BTreeMap<String, BTreeSet<String>>,
}

/// Names that depend on each other in a circle.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("stacks depend on each other: {}", self.circle.join(" → "))]
pub struct Cycle {
    /// Each depends on the one behind it; the first is the last again. The one first by name begins.
    pub circle: Vec<String>,
}

impl Order {
    /// The order of `nodes`, from pairs of one that depends and the one that it depends on. Pairs with a name that is
    /// none of `nodes` are left out: such a stack is not the project's.
    ///
    /// # Errors
    /// When some depend on each other in a circle, or one on itself.
    pub fn new(
        nodes: impl IntoIterator<Item = String>,
        edges: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Cycle> {
        let mut dependencies: BTreeMap<String, BTreeSet<String>> =
            nodes.into_iter().map(|name| (name, BTreeSet::new())).collect();
        for (dependent, dependency) in edges {
            if dependencies.contains_key(&dependency)
                && let Some(of) = dependencies.get_mut(&dependent)
            {
                of.insert(dependency);
            }
        }
        Self::sorted(dependencies)
    }

    fn sorted(dependencies: BTreeMap<String, BTreeSet<String>>) -> Result<Self, Cycle> {
        let dependents = reversed(&dependencies);
        let mut missing: BTreeMap<&str, usize> =
            dependencies.iter().map(|(name, of)| (name.as_str(), of.len())).collect();
        let mut ready: BTreeSet<&str> =
            missing.iter().filter(|(_, missing)| **missing == 0).map(|(name, _)| *name).collect();
        let mut names = Vec::with_capacity(dependencies.len());
        while let Some(name) = ready.pop_first() {
            names.push(name.to_owned());
            missing.remove(name);
            for dependent in dependents.get(name).into_iter().flatten() {
                if let Some(count) = missing.get_mut(dependent) {
                    *count -= 1;
                    if *count == 0 {
                        ready.insert(dependent);
                    }
                }
            }
        }
        match missing.keys().next() {
            None => Ok(Self { names, dependencies }),
            Some(first) => Err(Cycle { circle: circle(first, &missing, &dependencies) }),
        }
    }

    /// All names, what others depend on first.
    #[must_use]
    pub fn topological(&self) -> &[String] {
        &self.names
    }

    /// What this one depends on directly, by name.
    pub fn dependencies_of(&self, name: &str) -> impl Iterator<Item = &str> {
        self.dependencies.get(name).into_iter().flatten().map(String::as_str)
    }

    /// What depends on this one, directly or through others, in order.
    #[must_use]
    pub fn dependents_of(&self, name: &str) -> Vec<&str> {
        let found = reach([name], &reversed(&self.dependencies));
        self.names.iter().map(String::as_str).filter(|other| *other != name && found.contains(other)).collect()
    }

    /// The order of these names only. One that depends on another through a name that is left out still comes after it.
    /// Names that are not there are left out.
    #[must_use]
    pub fn restrict_to(&self, names: &BTreeSet<String>) -> Self {
        let kept = |name: &&String| names.contains(*name);
        let mut dependencies: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        // By name, those that are kept among what it depends on, looking through those that are not.
        let mut through: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for name in &self.names {
            let mut seen = BTreeSet::new();
            for dependency in self.dependencies_of(name) {
                if names.contains(dependency) {
                    seen.insert(dependency);
                } else {
                    seen.extend(through.get(dependency).into_iter().flatten().copied());
                }
            }
            if names.contains(name) {
                dependencies.insert(name.clone(), seen.iter().map(|name| (*name).to_owned()).collect());
            }
            through.insert(name, seen);
        }
        Self { names: self.names.iter().filter(kept).cloned().collect(), dependencies }
    }

    /// The order of these names and of all that they depend on.
    #[must_use]
    pub fn with_dependencies(&self, names: &BTreeSet<String>) -> Self {
        let edges = self.dependencies.iter().map(|(name, of)| (name.as_str(), of.iter().map(String::as_str).collect()));
        let found = reach(names.iter().map(String::as_str), &edges.collect());
        self.restrict_to(&found.into_iter().map(str::to_owned).collect())
    }
}

/// By name, what depends on it directly.
fn reversed(dependencies: &BTreeMap<String, BTreeSet<String>>) -> BTreeMap<&str, Vec<&str>> {
    let mut dependents: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, of) in dependencies {
        for dependency in of {
            dependents.entry(dependency).or_default().push(name);
        }
    }
    dependents
}

/// What can be reached from these names, the names with it.
fn reach<'a>(names: impl IntoIterator<Item = &'a str>, edges: &BTreeMap<&'a str, Vec<&'a str>>) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut left: Vec<&str> = names.into_iter().collect();
    while let Some(name) = left.pop() {
        if found.insert(name) {
            left.extend(edges.get(name).into_iter().flatten());
        }
    }
    found
}

/// The circle that one gets into from a name that is left over: everything left over depends on something left over.
fn circle(first: &str, left: &BTreeMap<&str, usize>, dependencies: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut path: Vec<&str> = Vec::new();
    let mut at = first;
    let start = loop {
        if let Some(start) = path.iter().position(|name| *name == at) {
            break start;
        }
        path.push(at);
        let next = dependencies.get(at).into_iter().flatten().find(|name| left.contains_key(name.as_str()));
        match next {
            Some(next) => at = next,
            None => break 0,
        }
    };
    let mut circle = path.split_off(start);
    let least = circle.iter().enumerate().min_by_key(|(_, name)| **name).map_or(0, |(at, _)| at);
    circle.rotate_left(least);
    circle.extend(circle.first().copied());
    circle.into_iter().map(str::to_owned).collect()
}
