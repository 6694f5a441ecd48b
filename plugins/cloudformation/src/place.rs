//! Where a scalar stands in a template, and what CloudFormation allows there.

/// A node of a template: a value, with the collections around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Node(u32);

impl Node {
    /// The template itself.
    pub(crate) const ROOT: Self = Self(0);
}

/// What a node is found under in the collection around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// The key that is this scalar.
    Key(usize),
    Index(usize),
    /// A key that is no scalar; or the node is a key itself.
    Other,
}

#[derive(Debug)]
struct Entry {
    parent: Node,
    segment: Segment,
    /// The name of a local tag: `Sub` of `!Sub`.
    tag: Option<Box<str>>,
}

/// The nodes of a template. Each knows the one around it, so that a path costs nothing until it is asked for.
#[derive(Debug, Default)]
pub(crate) struct Tree(Vec<Entry>);

impl Tree {
    /// Add a node.
    pub(crate) fn child(&mut self, parent: Node, segment: Segment, tag: Option<Box<str>>) -> Node {
        self.0.push(Entry { parent, segment, tag });
        Node(u32::try_from(self.0.len()).unwrap_or(u32::MAX))
    }

    /// The node around a node, and what it is found under there.
    pub(crate) fn parent(&self, node: Node) -> Option<(Node, Segment)> {
        self.entry(node).map(|entry| (entry.parent, entry.segment))
    }

    fn entry(&self, node: Node) -> Option<&Entry> {
        self.0.get(usize::try_from(node.0).ok()?.checked_sub(1)?)
    }

    fn tag(&self, node: Node) -> Option<&str> {
        self.entry(node)?.tag.as_deref()
    }

    /// The way from the template to a node.
    fn steps<'k>(&self, node: Node, key: &dyn Fn(usize) -> &'k str) -> Vec<Step<'k, '_>> {
        let mut steps = Vec::new();
        let mut at = node;
        while let Some(entry) = self.entry(at) {
            let name = match entry.segment {
                Segment::Key(scalar) => Name::Key(key(scalar)),
                Segment::Index(index) => Name::Index(index),
                Segment::Other => Name::Other,
            };
            steps.push(Step { node: at, name, around: self.tag(entry.parent) });
            at = entry.parent;
        }
        steps.reverse();
        // `Fn::ForEach::Name: [Identifier, [Values], {…}]` stands for what its last element holds.
        let mut loops = 0;
        steps.retain(|step| match step.name {
            Name::Key(name) if name.starts_with("Fn::ForEach::") => {
                loops = 1;
                false
            }
            Name::Index(_) if loops == 1 => {
                loops = 0;
                false
            }
            _ => true,
        });
        steps
    }

    /// Where a scalar stands. `key` gives the text of a key.
    pub(crate) fn spot<'k>(&self, node: Node, key: &dyn Fn(usize) -> &'k str) -> Spot {
        let steps = self.steps(node, key);
        let mut names = steps.iter().map(|step| step.name);
        let mut first = || names.next().unwrap_or(Name::Other);
        let area = match [first(), first(), first()] {
            [Name::Key("Parameters"), _, Name::Key("Default")] if steps.len() == 3 => Area::Parameters,
            [Name::Key("Parameters"), _, Name::Key("AllowedValues")] => Area::Parameters,
            [Name::Key("Outputs"), _, Name::Key("Value")] => Area::Outputs,
            [Name::Key("Resources"), _, Name::Key(part @ ("Properties" | "Metadata"))] => {
                let resource = steps.get(1).map_or(Node::ROOT, |step| step.node);
                match part {
                    "Metadata" => Area::Metadata { resource },
                    _ => Area::Properties { resource, path: path(steps.get(3..).unwrap_or_default()) },
                }
            }
            _ => Area::Elsewhere,
        };
        Spot { area, in_sub: self.in_sub(node, &steps), in_join: steps.iter().any(Step::is_join) }
    }

    /// The path within the properties or the metadata of a resource.
    pub(crate) fn path<'k>(&self, node: Node, key: &dyn Fn(usize) -> &'k str) -> String {
        path(self.steps(node, key).get(3..).unwrap_or_default())
    }

    /// Whether a scalar is the text of `Fn::Sub`.
    fn in_sub(&self, node: Node, steps: &[Step<'_, '_>]) -> bool {
        let mut backwards = steps.iter().rev();
        let last = backwards.next();
        let before = backwards.next().map(|step| step.name);
        self.tag(node) == Some("Sub")
            || match last {
                Some(Step { name: Name::Key("Fn::Sub"), .. }) => true,
                Some(Step { name: Name::Index(0), around: Some("Sub"), .. }) => true,
                Some(Step { name: Name::Index(0), .. }) => before == Some(Name::Key("Fn::Sub")),
                _ => false,
            }
    }
}

/// One step of a way.
#[derive(Debug)]
struct Step<'k, 't> {
    node: Node,
    name: Name<'k>,
    /// The local tag of the collection around.
    around: Option<&'t str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name<'k> {
    Key(&'k str),
    Index(usize),
    Other,
}

impl Step<'_, '_> {
    fn is_join(&self) -> bool {
        self.name == Name::Key("Fn::Join") || self.around == Some("Join")
    }
}

/// The path of a property, as the documentation writes it: without intrinsic functions, `[]` for list elements.
fn path(steps: &[Step<'_, '_>]) -> String {
    let mut path = String::new();
    // How many levels of lists belong to the arguments of a function.
    let mut arguments = 0;
    // Whether the variables of `Fn::Sub` follow; they stand for the property too.
    let mut variables = false;
    for step in steps {
        if let Some(tag) = step.around {
            (arguments, variables) = function(tag);
        }
        match step.name {
            Name::Key(key) if key.starts_with("Fn::") => {
                (arguments, variables) = function(key.get(4..).unwrap_or_default());
            }
            Name::Key(_) if variables => variables = false,
            Name::Key(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
                arguments = 0;
            }
            Name::Index(_) if arguments > 0 => arguments -= 1,
            Name::Index(_) => path.push_str("[]"),
            Name::Other => path.push_str(".?"),
        }
    }
    path
}

/// How many levels of lists the arguments of a function are, and whether it has variables.
fn function(name: &str) -> (u8, bool) {
    match name {
        "If" => (1, false),
        "Sub" => (1, true),
        _ => (2, false),
    }
}

/// Where a scalar stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) area: Area,
    /// It is the text of `Fn::Sub`, in which `${Name}` is replaced.
    pub(crate) in_sub: bool,
    /// It is a part of `Fn::Join`, so that it may hold half a dynamic reference.
    pub(crate) in_join: bool,
}

/// The part of a template.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Area {
    /// A default or an allowed value of a parameter.
    Parameters,
    /// Within the properties of a resource.
    Properties { resource: Node, path: String },
    /// Within the metadata of a resource.
    Metadata { resource: Node },
    /// Within the value of an output.
    Outputs,
    /// Where CloudFormation does not look for dynamic references.
    Elsewhere,
}

/// The properties that take `{{resolve:ssm-secure:…}}`.
const SECURE: [(&str, &[&str]); 10] = [
    ("AWS::DirectoryService::MicrosoftAD", &["Password"]),
    ("AWS::DirectoryService::SimpleAD", &["Password"]),
    ("AWS::ElastiCache::ReplicationGroup", &["AuthToken"]),
    ("AWS::IAM::User", &["LoginProfile.Password"]),
    ("AWS::KinesisFirehose::DeliveryStream", &["RedshiftDestinationConfiguration.Password"]),
    ("AWS::OpsWorks::App", &["AppSource.Password"]),
    ("AWS::OpsWorks::Stack", &["CustomCookbooksSource.Password", "RdsDbInstances[].DbPassword"]),
    ("AWS::RDS::DBCluster", &["MasterUserPassword"]),
    ("AWS::RDS::DBInstance", &["MasterUserPassword"]),
    ("AWS::Redshift::Cluster", &["MasterUserPassword"]),
];

/// Whether a property takes a secure parameter.
pub(crate) fn takes_secure(kind: &str, path: &str) -> bool {
    SECURE.iter().any(|(known, paths)| *known == kind && paths.contains(&path))
}

/// Where a secure parameter is allowed: in resources of this type if there are any such places, in all otherwise.
pub(crate) fn secure_places(kind: Option<&str>) -> String {
    let of_kind = kind.is_some_and(|kind| SECURE.iter().any(|(known, _)| *known == kind));
    let places = SECURE.iter().filter(|(known, _)| !of_kind || Some(*known) == kind);
    let places: Vec<_> = places.map(|(kind, paths)| format!("{} of {kind}", paths.join(" and "))).collect();
    places.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::yaml::scan;

    fn spot(template: &str) -> Spot {
        let scan = scan(template).map_err(|problem| problem.failure.message).unwrap_or_default();
        let key = |at: usize| scan.scalars.get(at).map_or("", |scalar| scalar.value.as_ref());
        let scalar = scan.scalars.iter().find(|scalar| scalar.value.contains('X'));
        scan.tree.spot(scalar.map_or(Node::ROOT, |scalar| scalar.node), &key)
    }

    fn property(properties: &str) -> String {
        match spot(&format!("Resources: {{r: {{Properties: {properties}}}}}")).area {
            Area::Properties { path, .. } => path,
            area => format!("{area:?}"),
        }
    }

    #[test]
    fn areas() {
        assert_eq!(spot("Parameters: {a: {Default: X}}").area, Area::Parameters);
        assert_eq!(spot("Parameters: {a: {AllowedValues: [X]}}").area, Area::Parameters);
        assert_eq!(spot("Parameters: {a: {Description: X}}").area, Area::Elsewhere);
        assert_eq!(spot("Outputs: {a: {Value: !Join [X]}}").area, Area::Outputs);
        assert_eq!(spot("Mappings: {a: {b: {c: X}}}").area, Area::Elsewhere);
        assert!(matches!(spot("Resources: {a: {Metadata: {b: X}}}").area, Area::Metadata { .. }));
        assert_eq!(spot("Resources: {a: {DependsOn: X}}").area, Area::Elsewhere);
    }

    #[test]
    fn functions_are_not_in_paths() {
        assert_eq!(property("{a: X}"), "a");
        assert_eq!(property("{a: {b: [{c: X}]}}"), "a.b[].c");
        assert_eq!(property("{a: !If [c, X, d]}"), "a");
        assert_eq!(property("{a: {'Fn::If': [c, [{b: X}], d]}}"), "a[].b");
        assert_eq!(property("{a: [!If [c, {b: X}, d]]}"), "a[].b");
        assert_eq!(property("{a: {'Fn::Join': ['', [X]]}}"), "a");
        assert_eq!(property("{a: !Sub ['${b}', {b: X}]}"), "a");
        assert_eq!(property("{a: {'Fn::Base64': {'Fn::Sub': X}}}"), "a");
        assert_eq!(property("{'Fn::If': [c, {a: X}, d]}"), "a");
    }

    #[test]
    fn loops_are_not_in_paths() {
        let looped = spot("Resources: {'Fn::ForEach::L': [i, [a], {'r${i}': {Properties: {a: X}}}]}");
        assert!(matches!(looped.area, Area::Properties { path, .. } if path == "a"));
    }

    #[test]
    fn knows_sub_and_join() {
        assert!(spot("a: !Sub X").in_sub);
        assert!(spot("a: !Sub [X, {}]").in_sub);
        assert!(spot("a: {'Fn::Sub': X}").in_sub);
        assert!(spot("a: {'Fn::Sub': [X, {}]}").in_sub);
        assert!(!spot("a: !Sub ['', {b: X}]").in_sub);
        assert!(!spot("a: {b: X}").in_sub);
        assert!(spot("a: !Join ['', [b, X]]").in_join);
        assert!(spot("a: {'Fn::Join': ['', [X]]}").in_join);
    }

    #[test]
    fn secure_places_are_told() {
        assert!(takes_secure("AWS::OpsWorks::Stack", "RdsDbInstances[].DbPassword"));
        assert!(!takes_secure("AWS::OpsWorks::Stack", "RdsDbInstances.DbPassword"));
        assert_eq!(secure_places(Some("AWS::IAM::User")), "LoginProfile.Password of AWS::IAM::User");
        assert!(secure_places(None).contains("AuthToken of AWS::ElastiCache::ReplicationGroup"));
    }
}
