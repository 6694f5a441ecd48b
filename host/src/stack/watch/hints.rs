//! What to do about reasons that CloudFormation gives often.
//!
//! CloudFormation has no codes for them: the reasons are texts of the services behind it, so they are known by what
//! they contain. Case does not matter. The first that fits wins, so what says more stands first.

/// What to do about a reason (API reference, StackEvent, `ResourceStatusReason`), one or two sentences; none when the
/// reason is not known. It may hold names out of the reason, so it is as little to be trusted as the reason itself.
///
/// `physical_id` is used for custom resources, whose id is often the name of their log stream.
#[must_use]
pub fn hint(resource_type: &str, physical_id: Option<&str>, reason: &str) -> Option<String> {
    let lower = reason.to_lowercase();
    exports(reason, &lower)
        .or_else(|| custom_resource(resource_type, physical_id, reason, &lower))
        .or_else(|| denied(reason, &lower))
        .or_else(|| known(&lower).map(str::to_owned))
}

/// A reason is known by any of these texts, in lower case.
type Known = (&'static [&'static str], &'static str);

const KNOWN: &[Known] = &[
    (
        &["by stack policy"],
        "The stack policy forbids this change: allow it for one update with a temporary stack policy, or change the \
         policy.",
    ),
    (
        &["when a custom-named resource requires replacing"],
        "CloudFormation makes the new one before it deletes the old one, so both would have the same name: change the \
         name in the template, or leave the name to CloudFormation.",
    ),
    (
        &["replacement type updates not supported"],
        "Nothing can be replaced while rollback is disabled: deploy again without `--disable-rollback`.",
    ),
    (
        &["hook(s) failed", "hook failed with message"],
        "A hook of this account or organisation refused it: change the template as the hook says, or ask who owns the \
         hook.",
    ),
    (
        &["already exists", "alreadyexists", "already owned by you", "bucketalreadyowned", "already in use by another"],
        "It exists outside this stack: choose another name, delete it, or take it over with \
         `--import-existing-resources`.",
    ),
    (
        &["the image id", "invalidamiid"],
        "The AMI does not exist in this region, was deregistered, or is not shared with this account: `formwork \
         upgrade` moves a pin to the latest one.",
    ),
    (
        &["not supported in your requested availability zone", "requested configuration is currently not supported"],
        "This Availability Zone does not have this instance type: choose a subnet in another zone, or another type.",
    ),
    (
        &[
            "insufficientinstancecapacity",
            "insufficient capacity",
            "do not have sufficient",
            "have enough capacity",
            "insufficienthostcapacity",
        ],
        "AWS is out of this instance type there for now: try again later, or choose another type or Availability Zone.",
    ),
    (
        &["belong to different networks", "are in different vpcs", "not in the same vpc"],
        "Security group and subnet must be of the same VPC; where none is given, the default VPC's are taken.",
    ),
    (
        &["no default vpc", "vpcidnotspecified", "default vpc does not exist"],
        "The account has no default VPC in this region: give a subnet and security groups of a VPC.",
    ),
    (
        &["conflicts with another subnet", "invalidsubnet.conflict", "invalidsubnet.range"],
        "The address range is taken or lies outside the VPC's: choose another one.",
    ),
    (
        &["the key pair", "invalidkeypair.notfound"],
        "Key pairs belong to one region: import or create the key pair there, or name another one.",
    ),
    (
        &["bucket you tried to delete is not empty", "bucketnotempty"],
        "Empty the bucket first, all versions of its objects included, and try again; or leave it behind with \
         `--retain`.",
    ),
    (
        &["cannot be assumed", "unable to assume", "iaminstanceprofile", "invalid iam instance profile"],
        "A role or instance profile that was just made takes some seconds to be known everywhere: try again, and if \
         it stays, check that its trust policy names the service.",
    ),
    (
        &["resource signal(s)", "waitcondition timed out", "waitcondition received failed message"],
        "The instance did not report success with cfn-signal: read /var/log/cloud-init-output.log and \
         /var/log/cfn-init.log on it (disable rollback to keep it), and check that it reaches CloudFormation.",
    ),
    (
        &["ecs deployment circuit breaker"],
        "The service's tasks do not stay up: look at the reasons of its stopped tasks and at their logs.",
    ),
    (
        &["ssm secure reference is not supported"],
        "CloudFormation takes `ssm-secure` references in a few properties only: use Secrets Manager, or let the \
         program read the parameter itself.",
    ),
    (
        &[
            "unable to fetch parameters",
            "parameternotfound",
            "parameter store",
            "parameters: [ssm",
            "unable to get parameter",
        ],
        "Check the name of the parameter, that it exists in this account and region, and that the role in use may \
         call `ssm:GetParameters`.",
    ),
    (
        &["scheduled for deletion"],
        "It still has this name until it is gone for good: take the deletion back, or choose another name.",
    ),
    (&["secrets manager can't find"], "Check the name of the secret, and that it exists in this account and region."),
    (
        &["kms key", "kmskey", "kms.", "kmsaccess", "kmsinvalid", "client.internalerror", "customer master key"],
        "Check that the KMS key exists and is enabled in this region, and that its key policy allows the role or \
         service that uses it.",
    ),
    (
        &["rate exceeded", "throttling", "toomanyrequests", "requestlimitexceeded"],
        "The service was asked too often at once: deploy again, or make fewer resources at a time (`DependsOn`).",
    ),
    (
        &[
            "limitexceeded",
            "limit exceeded",
            "quota",
            "vcpu limit",
            "limit has been reached",
            "maximum number of",
            "exceeds the limit",
            "attempted to create more buckets",
        ],
        "A quota of the account is reached: ask for a higher one in Service Quotas, or remove what is not used any \
         more.",
    ),
    (
        &["deletion protection", "deletionprotection", "disableapitermination", "termination protection"],
        "It is protected against deletion: turn the protection off first, or leave it behind with `--retain`.",
    ),
    (
        &[
            "dependencyviolation",
            "dependent object",
            "has dependencies and cannot be deleted",
            "deleteconflict",
            "cannot delete entity",
            "resourceinuse",
            "is currently in use",
            "is in use",
        ],
        "Something outside this stack still uses it: remove that and try again; when deleting, `--retain` leaves it \
         behind.",
    ),
    (
        &["s3 error code: permanentredirect", "s3 error code: authorizationheadermalformed"],
        "The bucket that the code is in must be in the region of the stack.",
    ),
    (
        &["s3 error code: nosuchkey", "s3 error code: nosuchbucket", "nosuchkey", "nosuchbucket"],
        "The object in S3 is not there: upload it first, and check bucket, key and region.",
    ),
    (
        &["ssl certificate doesn't exist", "certificate must be in us-east-1", "invalidviewercertificate"],
        "CloudFront takes certificates of us-east-1 only, and only issued ones.",
    ),
    (
        &[
            "extraneous key",
            "unsupported property",
            "required key",
            "model validation failed",
            "properties validation failed",
        ],
        "The properties do not fit the resource's type: check their spelling, place and kind in its reference.",
    ),
    (
        &[
            "failed to stabilize",
            "did not stabilize",
            "notstabilized",
            "exceeded attempts to wait",
            "timed out",
            "timeout",
        ],
        "It did not become ready in time: look at its own events and logs in the service's console, and try again.",
    ),
    (
        &["handlererrorcode: notfound", "does not exist", "doesn't exist", "not found"],
        "Something that it refers to is not in this account and region: check the ids and names in its properties.",
    ),
    (
        &[
            "internal failure",
            "internalfailure",
            "internal error",
            "serviceinternalerror",
            "generalserviceexception",
            "networkfailure",
        ],
        "The service itself failed: try again, and look at the AWS Health Dashboard if it stays.",
    ),
    (
        &["handlererrorcode: invalidrequest", "handlererrorcode: notupdatable", "resource handler returned message"],
        "The service refused what the properties ask for; its message says what.",
    ),
];

fn known(lower: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(texts, _)| texts.iter().any(|text| lower.contains(text))).map(|(_, hint)| *hint)
}

/// Exports and imports between stacks.
fn exports(reason: &str, lower: &str) -> Option<String> {
    let in_use = lower.contains("cannot be deleted as it is in use by")
        || lower.contains("cannot be updated as it is in use by");
    if in_use {
        let export = between(reason, "Export ", " cannot be")?;
        let stacks = after(reason, "in use by ").map(end_of_sentence)?;
        return Some(format!(
            "Take the import of `{export}` out of {stacks} and deploy there first; then it can change here."
        ));
    }
    if let Some(export) = between(reason, "No export named ", " found") {
        return Some(format!(
            "Deploy the stack that exports `{export}` first, and check that it is in this account and region."
        ));
    }
    if lower.contains("is already exported by stack") {
        let stack = after(reason, "exported by stack ").map(end_of_sentence)?;
        return Some(format!(
            "Names of exports are unique in an account and region: choose another one, or take it out of {stack} first."
        ));
    }
    None
}

/// Custom resources: what happened is in the log of the function behind them.
fn custom_resource(resource_type: &str, physical_id: Option<&str>, reason: &str, lower: &str) -> Option<String> {
    let custom = resource_type.starts_with("Custom::") || resource_type == "AWS::CloudFormation::CustomResource";
    if !custom && !lower.contains("custom resource") {
        return None;
    }
    if lower.contains("is not authorized to perform") {
        return None;
    }
    let stream = after(reason, "CloudWatch Log Stream: ")
        .and_then(|rest| rest.split([' ', ',', ')']).next())
        .or_else(|| physical_id.filter(|id| id.contains("[$LATEST]")))
        .map(|stream| stream.trim_end_matches('.'))
        .filter(|stream| !stream.is_empty());
    let stream = stream.map(|stream| format!(" (log stream {stream})")).unwrap_or_default();
    Some(format!(
        "The function behind the custom resource failed or did not answer: look in its log group, \
         /aws/lambda/FUNCTION{stream}."
    ))
}

/// What IAM refused, and which action it was.
fn denied(reason: &str, lower: &str) -> Option<String> {
    const WORDS: [&str; 7] = [
        "not authorized to perform",
        "accessdenied",
        "access denied",
        "unauthorizedoperation",
        "unauthorizedaccess",
        "explicit deny",
        "invalidcredentials",
    ];
    if !WORDS.iter().any(|word| lower.contains(word)) {
        return None;
    }
    let action = after(reason, "not authorized to perform: ").or_else(|| after(reason, "API: ")).and_then(action_of);
    let allow = match action {
        Some(action) => format!("`{action}`"),
        None => "the action".to_owned(),
    };
    if lower.contains("service control policy") {
        return Some(format!("A service control policy of the organisation denies {allow}: ask who owns it."));
    }
    if lower.contains("permissions boundary") {
        return Some(format!("The permissions boundary of the role does not allow {allow}: ask who owns it."));
    }
    if lower.contains("explicit deny") {
        return Some(format!("A policy denies {allow} explicitly: find the statement and make an exception in it."));
    }
    if action.is_some_and(|action| action.starts_with("kms:")) {
        return Some(format!("Allow {allow} in the key policy of the KMS key, or to the role or user that deploys."));
    }
    let encoded = if lower.contains("encoded authorization failure message") {
        " `aws sts decode-authorization-message` tells more."
    } else {
        ""
    };
    Some(format!("Allow {allow} to the role of the stack, or to the role or user that deploys.{encoded}"))
}

/// `ec2:RunInstances` at the start of a text.
fn action_of(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '*'))).unwrap_or(text.len());
    text.get(..end).filter(|action| action.contains(':') && !action.ends_with(':') && !action.starts_with(':'))
}

fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, rest)| rest)
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    after(text, from)?.split_once(to).map(|(inner, _)| inner).filter(|inner| !inner.is_empty())
}

/// Up to a full stop that ends a sentence; names may hold one in the middle.
fn end_of_sentence(text: &str) -> &str {
    text.split(". ").next().unwrap_or(text).trim_end().trim_end_matches('.')
}
