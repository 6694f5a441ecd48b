//! `stacks`: CloudFormation of the cloud in use.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cloud::stacks::{CreateChangeSet, DeleteStack, EventsOf, ExecuteChangeSet};
use crate::cloud::{Connection, Failure, FailureKind, Stacks};
use crate::plugin::bindings::formwork::plugin::stacks::{self as wit, Host};
use crate::plugin::bindings::formwork::plugin::types as wit_types;
use crate::plugin::calls::to_failure;
use crate::plugin::grants::Need;
use crate::plugin::state::{StackEnd, StackOperations, State};

type Answer<T> = wasmtime::Result<Result<T, wit_types::Failure>>;

/// A stack, with the cloud that it is in.
struct Target {
    stack: String,
    cloud: Arc<Connection>,
}

impl Target {
    async fn stacks(&self) -> Result<&dyn Stacks, Failure> {
        self.cloud.open().await?.stacks()
    }
}

impl State {
    /// The stack behind a name, when the plugin may use it. Grants are for names in CloudFormation.
    fn stack(&mut self, stack: &str) -> Result<Target, Failure> {
        let known = self.services.stacks.as_ref().and_then(|stacks| stacks.target(stack));
        let (stack, cloud) = known.unwrap_or_else(|| (stack.to_owned(), self.services.cloud.clone()));
        self.allow(Need::Stack(&stack))?;
        Ok(Target { stack, cloud })
    }

    /// The cloud that a change set is in, when the plugin may use its stack. The ARN of a change set does not name the
    /// stack, so that it has to be looked up unless all stacks are granted.
    async fn change_set(&mut self, change_set: &str) -> Result<Arc<Connection>, Failure> {
        // Whoever may use no stack has nothing looked up either.
        self.allow(Need::AnyStack)?;
        let cloud = self.services.cloud.clone();
        if self.grants.check(&self.plugin, Need::AllStacks).is_err() {
            let stack = cloud.open().await?.stacks()?.change_set(change_set).await?.stack_name;
            self.allow(Need::Stack(&stack))?;
        }
        Ok(cloud)
    }

    fn operations(&self) -> Result<Arc<dyn StackOperations>, Failure> {
        let missing = || Failure::new(FailureKind::Unsupported, "no stack is waited for here");
        self.services.stacks.clone().ok_or_else(missing)
    }
}

impl Host for State {
    async fn describe(&mut self, stack: String) -> Answer<String> {
        self.enter()?;
        let target = self.stack(&stack);
        answer(async { json(&target?.stacks_describe().await?) }).await
    }

    async fn exports(&mut self) -> Answer<String> {
        self.enter()?;
        let allowed = self.allow(Need::AllStacks);
        let cloud = self.services.cloud.clone();
        answer(async {
            allowed?;
            json(&cloud.open().await?.stacks()?.exports().await?)
        })
        .await
    }

    async fn create_change_set(&mut self, request: String) -> Answer<String> {
        self.enter()?;
        let request = read::<CreateChangeSet>("CreateChangeSet", &request);
        let target = match &request {
            Ok(request) => self.stack(&request.stack_name),
            Err(failure) => Err(failure.clone()),
        };
        answer(async {
            let (target, mut request) = (target?, request?);
            request.stack_name.clone_from(&target.stack);
            json(&target.stacks().await?.create_change_set(&request).await?)
        })
        .await
    }

    async fn wait_for_change_set(&mut self, change_set: String) -> Answer<String> {
        self.enter()?;
        let (cloud, operations) = (self.change_set(&change_set).await, self.operations());
        answer(async {
            let cloud = cloud?;
            json(&operations?.change_set(cloud.open().await?.stacks()?, &change_set).await?)
        })
        .await
    }

    async fn delete_change_set(&mut self, change_set: String) -> Answer<()> {
        self.enter()?;
        let cloud = self.change_set(&change_set).await;
        answer(async { cloud?.open().await?.stacks()?.delete_change_set(&change_set).await }).await
    }

    async fn execute_change_set(&mut self, request: String) -> Answer<()> {
        self.enter()?;
        let request = read::<ExecuteChangeSet>("ExecuteChangeSet", &request);
        let cloud = match &request {
            Ok(request) => self.change_set(&request.change_set_id).await,
            Err(failure) => Err(failure.clone()),
        };
        answer(async { cloud?.open().await?.stacks()?.execute_change_set(&request?).await }).await
    }

    async fn delete(&mut self, request: String) -> Answer<()> {
        self.enter()?;
        let request = read::<DeleteStack>("DeleteStack", &request);
        let target = match &request {
            Ok(request) => self.stack(&request.stack_name),
            Err(failure) => Err(failure.clone()),
        };
        answer(async {
            let (target, mut request) = (target?, request?);
            request.stack_name.clone_from(&target.stack);
            target.stacks().await?.delete(&request).await
        })
        .await
    }

    async fn wait(&mut self, stack: String, after: Option<String>) -> Answer<wit::Ended> {
        self.enter()?;
        let (target, operations) = (self.stack(&stack), self.operations());
        answer(async {
            let target = target?;
            let end = operations?.wait(target.stacks().await?, &target.stack, after).await?;
            ended(end)
        })
        .await
    }

    async fn events(&mut self, stack: String, cursor: Option<String>) -> Answer<wit::EventPage> {
        self.enter()?;
        let target = self.stack(&stack);
        answer(async {
            let target = target?;
            let page = target.stacks().await?.events(&target.stack, cursor.as_deref()).await?;
            Ok(wit::EventPage { events: json(&page.items)?, next: page.next })
        })
        .await
    }

    async fn failed_events(&mut self, target: wit::EventsOf) -> Answer<String> {
        self.enter()?;
        let found = match target {
            wit::EventsOf::ChangeSet(id) => self.change_set(&id).await.map(|cloud| (cloud, EventsOf::ChangeSet(id))),
            wit::EventsOf::Stack(stack) => {
                self.stack(&stack).map(|target| (target.cloud, EventsOf::Stack(target.stack)))
            }
        };
        answer(async {
            let (cloud, target) = found?;
            json(&cloud.open().await?.stacks()?.failed_events(&target).await?)
        })
        .await
    }

    async fn hook_result(&mut self, id: String) -> Answer<String> {
        self.enter()?;
        // The id of an invocation is as good as a secret: it stands in the events of a stack only.
        let allowed = self.allow(Need::AnyStack);
        let cloud = self.services.cloud.clone();
        answer(async {
            allowed?;
            json(&cloud.open().await?.stacks()?.hook_result(&id).await?)
        })
        .await
    }

    async fn policy(&mut self, stack: String) -> Answer<Option<String>> {
        self.enter()?;
        let target = self.stack(&stack);
        answer(async {
            let target = target?;
            target.stacks().await?.policy(&target.stack).await
        })
        .await
    }

    async fn set_policy(&mut self, stack: String, policy: String) -> Answer<()> {
        self.enter()?;
        let target = self.stack(&stack);
        answer(async {
            let target = target?;
            target.stacks().await?.set_policy(&target.stack, &policy).await
        })
        .await
    }

    async fn protect(&mut self, stack: String, on: bool) -> Answer<()> {
        self.enter()?;
        let target = self.stack(&stack);
        answer(async {
            let target = target?;
            target.stacks().await?.protect(&target.stack, on).await
        })
        .await
    }
}

impl Target {
    async fn stacks_describe(&self) -> Result<crate::cloud::stacks::Stack, Failure> {
        self.stacks().await?.describe(&self.stack).await
    }
}

async fn answer<T>(work: impl Future<Output = Result<T, Failure>> + Send) -> Answer<T> {
    Ok(work.await.map_err(to_failure))
}

fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::new(FailureKind::Other, format!("internal: {error}")))
}

/// The error tells the place and the member, never the text: it may hold the value of a `NoEcho` parameter.
fn read<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| {
        let category = match error.classify() {
            serde_json::error::Category::Data => "has members of another shape than",
            _ => "is no JSON of",
        };
        let (line, column) = (error.line(), error.column());
        Failure::new(FailureKind::InvalidInput, format!("the request {category} {what} (line {line}, column {column})"))
    })
}

fn ended(end: StackEnd) -> Result<wit::Ended, Failure> {
    let causes = end.causes.into_iter().map(|cause| wit::Cause {
        logical_id: cause.logical_id,
        resource_type: cause.resource_type,
        failure: to_failure(cause.failure),
    });
    Ok(wit::Ended { stack: json(&end.stack)?, causes: causes.collect() })
}
