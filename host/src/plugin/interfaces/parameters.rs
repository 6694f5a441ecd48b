//! `parameters`: Parameter Store of the cloud in use.

use crate::cloud::{Decrypt, Failure, Parameter, ParameterValue};
use crate::plugin::bindings::formwork::plugin::parameters::{self as wit, Host};
use crate::plugin::bindings::formwork::plugin::types as wit_types;
use crate::plugin::calls::to_failure;
use crate::plugin::grants::Need;
use crate::plugin::state::State;

impl Host for State {
    async fn get(&mut self, names: Vec<String>) -> wasmtime::Result<Vec<Result<wit::Parameter, wit_types::Failure>>> {
        self.enter()?;
        let allowed: Vec<Result<(), Failure>> =
            names.iter().map(|name| self.allow(Need::Parameter(without_selector(name)))).collect();
        let asked: Vec<String> =
            names.into_iter().zip(&allowed).filter(|(_, allowed)| allowed.is_ok()).map(|(name, _)| name).collect();
        let mut answers = match self.services.cloud.open().await {
            Ok(cloud) if !asked.is_empty() => cloud.parameters().get(&asked, Decrypt::No).await,
            Ok(_) => Vec::new(),
            Err(failure) => vec![Err(failure); asked.len()],
        }
        .into_iter();
        let missing = || Err(Failure::new(crate::cloud::FailureKind::Other, "the cloud gave no answer"));
        let merged = allowed.into_iter().map(|allowed| match allowed {
            Ok(()) => answers.next().unwrap_or_else(missing),
            Err(failure) => Err(failure),
        });
        Ok(merged.map(|answer| answer.map(to_wit).map_err(to_failure)).collect())
    }

    async fn under(
        &mut self,
        path: String,
        recursive: bool,
        cursor: Option<String>,
    ) -> wasmtime::Result<Result<wit::ParameterPage, wit_types::Failure>> {
        self.enter()?;
        if let Err(failure) = self.allow(Need::AnyParameter) {
            return Ok(Err(to_failure(failure)));
        }
        let page = async {
            let cloud = self.services.cloud.open().await?;
            cloud.parameters().under(&path, recursive, Decrypt::No, cursor.as_deref()).await
        };
        Ok(match page.await {
            Ok(page) => {
                // What is not granted is not there: a listing must not tell more than reading would.
                let names = page.items.into_iter().map(|parameter| parameter.name);
                let granted = names.filter(|name| self.grants.check(&self.plugin, Need::Parameter(name)).is_ok());
                Ok(wit::ParameterPage { names: granted.collect(), next: page.next })
            }
            Err(failure) => Err(to_failure(failure)),
        })
    }
}

/// `/app/ami:71` names the parameter `/app/ami`; in an ARN the selector is behind the sixth colon.
fn without_selector(name: &str) -> &str {
    let colons = if name.starts_with("arn:") { 5 } else { 0 };
    name.match_indices(':').nth(colons).and_then(|(at, _)| name.get(..at)).unwrap_or(name)
}

fn to_wit(parameter: Parameter) -> wit::Parameter {
    let account = parameter.account().map(str::to_owned);
    wit::Parameter {
        name: parameter.name,
        value: match parameter.value {
            ParameterValue::Text(value) => wit::ParameterValue::Text(value),
            ParameterValue::TextList(value) => wit::ParameterValue::TextList(value),
            ParameterValue::Secure(_) => wit::ParameterValue::Secure,
        },
        version: parameter.version,
        modified: parameter.modified.map(|time| time.to_string()),
        account,
        data_type: parameter.data_type,
    }
}

#[cfg(test)]
mod tests {
    use super::without_selector;

    #[test]
    fn a_selector_is_not_part_of_the_name() {
        assert_eq!(without_selector("/a/b:prod"), "/a/b");
        assert_eq!(without_selector("/a/b"), "/a/b");
        let arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/a";
        assert_eq!(without_selector(arn), arn);
        assert_eq!(without_selector(&format!("{arn}:7")), arn);
    }
}
