//! What CloudFormation's API speaks of, as far as Formwork needs it.

mod change_set;
mod drift;
mod event;
mod request;
mod stack;
mod template;

pub use self::change_set::{
    Change, ChangeSet, ChangeSetIds, Drift, ResourceChange, ResourceChangeDetail, ResourceTarget,
};
pub use self::drift::{DriftDetection, PropertyDifference, ResourceDrift};
pub use self::event::{EventsOf, HookAnnotation, HookResult, OperationEvent, StackEvent};
pub use self::request::{
    ContinueRollback, CreateChangeSet, DeleteStack, ExecuteChangeSet, GivenValue, ResourceToImport,
};
pub use self::stack::{Export, Stack, StackOutput, StackParameter, StackResource, Texts};
pub use self::template::{ParameterDeclaration, TemplateSource, TemplateSummary};
