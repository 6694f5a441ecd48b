//! What a plan is made of. Its JSON is the format of saved plans and of `formwork plan --output json`.

use serde::{Deserialize, Serialize};

/// The version of the format.
pub const PLAN_VERSION: u32 = 1;

/// Everything that a person needs to decide on a stack change, and what is needed to make exactly that change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// [`PLAN_VERSION`].
    pub version: u32,
    /// The stack's name.
    pub stack: String,
    /// The stack's ARN; none when it does not exist yet and nothing was asked of CloudFormation.
    pub stack_id: Option<String>,
    /// The region.
    pub region: String,
    /// The account, where it is known: from the ARN.
    pub account: Option<String>,
    /// `CREATE`, `UPDATE`, `IMPORT`; an open set.
    pub operation: String,
    /// The stack's status before; none when it does not exist yet.
    pub stack_status: Option<String>,
    /// When the stack was changed last, RFC 3339; a plan is stale when this has moved.
    pub stack_updated: Option<String>,
    /// The change set to execute; none when there is nothing to do, or when something is not known yet.
    pub change_set: Option<ChangeSetRef>,
    /// When the plan was made, RFC 3339, UTC.
    pub created: String,
    /// The template; none when the stack's own is used again (`--refresh`).
    pub template: Option<TemplateRef>,
    /// The references in the template, and what they stand for.
    pub pins: Vec<PlannedPin>,
    /// The parameters, changed or not, in the order of their names.
    pub parameters: Vec<PlannedParameter>,
    /// The tags that change.
    pub tags: Vec<PlannedTag>,
    /// The resources that change, in the order that CloudFormation gives; those of nested stacks after the nested stack.
    pub resources: Vec<PlannedResource>,
    /// What gets wider access than before.
    pub security: Vec<Widening>,
    /// What else a person should know, each a sentence.
    pub notes: Vec<String>,
    /// References (`stack:network.VpcId`) whose values are known after another stack is deployed.
    pub known_after_deploy: Vec<String>,
    /// The capabilities that the change set acknowledges.
    pub capabilities: Vec<String>,
    /// What `deploy` does besides executing the change set; the settings of `wit/deployer.wit`. No parameters.
    pub settings: serde_json::Value,
}

/// A change set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeSetRef {
    /// The ARN.
    pub id: String,
    /// The name.
    pub name: String,
}

/// A template as it was planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplateRef {
    /// The file, as given.
    pub file: String,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// The SHA-256 of the rendered template, in hexadecimal digits.
    pub rendered_sha256: String,
}

/// A reference in the template, and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedPin {
    /// `SCHEME:BODY`.
    pub reference: String,
    /// The value; none for a secret.
    pub value: Option<String>,
    /// The version at its source: `74`.
    pub version: Option<String>,
    /// When that version was written, RFC 3339.
    pub modified: Option<String>,
    /// The value that was pinned before the last upgrade.
    pub previous_value: Option<String>,
    /// Its version.
    pub previous_version: Option<String>,
    /// Whether it stands in formwork.lock: a stale plan is one whose pin has moved.
    pub pinned: bool,
}

/// A value, as far as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "state", content = "value")]
pub enum Shown {
    /// There is none.
    Absent,
    /// This one.
    Text(String),
    /// There is one, and it is not shown: `NoEcho`, SecureString, a secret. Never equal to another.
    Hidden,
    /// CloudFormation tells it when the change is made.
    KnownAfterApply,
    /// CloudFormation does not say.
    Unknown,
}

/// A parameter of the stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedParameter {
    /// The name.
    pub name: String,
    /// The value before; the resolved one for an SSM type.
    pub before: Shown,
    /// The value after; the resolved one for an SSM type.
    pub after: Shown,
    /// The name of the SSM parameter behind it before and after, for an SSM type.
    pub ssm: Option<SsmNames>,
    /// Whether it changes: the resolved values are compared, not only the names. Always `true` for a hidden value that
    /// is given anew, since nobody can tell.
    pub changed: bool,
    /// The default in the template, where it differs from the value that is kept.
    pub ignored_default: Option<String>,
}

/// The names behind an SSM-typed parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SsmNames {
    /// Before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
}

/// A tag of the stack that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedTag {
    /// The key.
    pub key: String,
    /// The value before.
    pub before: Option<String>,
    /// The value after.
    pub after: Option<String>,
}

/// What happens to a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlannedAction {
    /// It is made.
    Add,
    /// It is changed in place.
    Modify,
    /// It is made anew, and the old one goes.
    Replace,
    /// It may be made anew: CloudFormation knows when it does it.
    MayReplace,
    /// It leaves the stack.
    Remove,
    /// It exists, and becomes part of the stack.
    Import,
    /// What is recorded of it becomes what it is; the resource stays as it is.
    SyncWithActual,
    /// A nested stack whose changes are not known before.
    Dynamic,
    /// An action that this version does not know, as CloudFormation calls it.
    Other(String),
}

/// A resource that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedResource {
    /// Its name in the template; `Nested.Resource` inside a nested stack.
    pub logical_id: String,
    /// `AWS::EC2::Instance`, …
    pub resource_type: String,
    /// What it is in AWS.
    pub physical_id: Option<String>,
    /// What happens.
    pub action: PlannedAction,
    /// What happens to the old resource, as CloudFormation calls it, where it is not simply deleted: `Retain`,
    /// `Snapshot`, `ReplaceAndRetain`, …
    pub policy: Option<String>,
    /// What of it changes; empty for resources that are added or removed whole.
    pub changes: Vec<PropertyChange>,
    /// `MODIFIED`, `DELETED`: how the resource has drifted from the template, where CloudFormation says.
    pub drift: Option<String>,
    /// The resources in the template that this one refers to.
    pub refers_to: Vec<String>,
    /// Where it stands in the template.
    pub place: Option<PlanPlace>,
}

/// A place in the template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanPlace {
    /// The file, as given.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
}

/// What of a resource changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PropertyChange {
    /// `Properties.ImageId`, `Properties.Tags[0].Value`, `Metadata`, …
    pub path: String,
    /// The value before.
    pub before: Shown,
    /// The value after.
    pub after: Shown,
    /// `Always`, `Conditionally`: whether this makes the resource anew; none for `Never`.
    pub recreation: Option<String>,
    /// Whether only the deployment shows if it changes at all: CloudFormation calls it `Dynamic`, as for nested stacks
    /// and for references to a resource that may be made anew.
    #[serde(default)]
    pub conditional: bool,
    /// Why; more than one where a value comes from several places.
    pub causes: Vec<Cause>,
}

/// Why something changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Cause {
    /// The template says something else than before.
    Template,
    /// A pin has moved. The index is that of [`Plan::pins`].
    Pin {
        /// Which.
        pin: usize,
    },
    /// A parameter.
    Parameter {
        /// Its name.
        name: String,
    },
    /// Another resource, or an attribute of it: `Topic.TopicName`.
    Resource {
        /// Which.
        name: String,
    },
    /// CloudFormation does it on its own, as for nested stacks.
    Automatic,
    /// The resource is not as the template says, and is taken back to it.
    Drift,
    /// What CloudFormation says, where this version does not know it.
    Other {
        /// Its name.
        name: String,
    },
}

/// Access that gets wider than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Widening {
    /// The resource in the template.
    pub logical_id: String,
    /// `AWS::IAM::Role`, `AWS::EC2::SecurityGroup`, …
    pub resource_type: String,
    /// What is new, one line each: `allows s3:* on *`, `lets 0.0.0.0/0 in at tcp 22`.
    pub added: Vec<String>,
}

impl Plan {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.change_set.is_none() && self.known_after_deploy.is_empty()
    }
}
