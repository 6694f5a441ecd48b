//! A plan with something of everything.

use serde_json::json;

use super::super::model::*;

pub(crate) fn text(text: &str) -> Shown {
    Shown::Text(text.to_owned())
}

fn change(path: &str, before: Shown, after: Shown, recreation: Option<&str>, causes: Vec<Cause>) -> PropertyChange {
    PropertyChange {
        path: path.to_owned(),
        before,
        after,
        recreation: recreation.map(str::to_owned),
        conditional: recreation == Some("Conditionally"),
        causes,
    }
}

pub(crate) fn resource(id: &str, kind: &str, action: PlannedAction, refers_to: &[&str]) -> PlannedResource {
    PlannedResource {
        logical_id: id.to_owned(),
        resource_type: kind.to_owned(),
        physical_id: None,
        action,
        policy: None,
        changes: Vec::new(),
        drift: None,
        refers_to: refers_to.iter().map(|id| (*id).to_owned()).collect(),
        place: Some(PlanPlace { file: "web.yaml".to_owned(), line: 12, column: 3 }),
    }
}

pub(crate) fn empty(stack: &str) -> Plan {
    Plan {
        version: PLAN_VERSION,
        stack: stack.to_owned(),
        stack_id: None,
        region: "eu-west-1".to_owned(),
        account: None,
        operation: "UPDATE".to_owned(),
        stack_status: Some("UPDATE_COMPLETE".to_owned()),
        stack_updated: None,
        change_set: None,
        created: "2026-07-01T09:30:00Z".to_owned(),
        template: None,
        pins: Vec::new(),
        parameters: Vec::new(),
        tags: Vec::new(),
        resources: Vec::new(),
        security: Vec::new(),
        notes: Vec::new(),
        known_after_deploy: Vec::new(),
        capabilities: Vec::new(),
        settings: json!({}),
    }
}

const POLICY_BEFORE: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::logs/*"},{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#;
const POLICY_AFTER: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*"],"Resource":"arn:aws:s3:::logs/*"},{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#;

fn resources() -> Vec<PlannedResource> {
    let ami = change(
        "Properties.ImageId",
        text("ami-0abc1234def567890"),
        text("ami-0def4567abc890123"),
        Some("Always"),
        vec![Cause::Pin { pin: 0 }],
    );
    let data = change(
        "Properties.UserData",
        text("#!/bin/bash\nset -e\ndnf install -y nginx\nsystemctl enable nginx\n"),
        text("#!/bin/bash\nset -eu\ndnf install -y nginx\nsystemctl enable --now nginx\n"),
        Some("Conditionally"),
        vec![Cause::Template],
    );
    let password = change(
        "Properties.Password",
        Shown::Hidden,
        Shown::Hidden,
        None,
        vec![Cause::Parameter { name: "Password".into() }],
    );
    let policy = change(
        "Properties.Policies[0].PolicyDocument",
        text(POLICY_BEFORE),
        text(POLICY_AFTER),
        None,
        vec![Cause::Template, Cause::Drift],
    );
    let instance = change(
        "Properties.InstanceId",
        text("i-0123456789abcdef0"),
        Shown::KnownAfterApply,
        Some("Always"),
        vec![Cause::Resource { name: "WebServer".into() }],
    );
    let count = change("Properties.Threshold", text("80"), text(""), None, vec![Cause::Automatic]);
    let size = change(
        "Properties.Size",
        Shown::Absent,
        Shown::Unknown,
        Some("Sometimes"),
        vec![Cause::Other { name: "Moon".into() }],
    );
    vec![
        PlannedResource {
            physical_id: Some("i-0123456789abcdef0".into()),
            changes: vec![ami, data, password],
            ..resource("WebServer", "AWS::EC2::Instance", PlannedAction::Replace, &["Role", "Group"])
        },
        PlannedResource {
            physical_id: Some("web-Role-1ABC".into()),
            changes: vec![policy],
            drift: Some("MODIFIED".into()),
            ..resource("Role", "AWS::IAM::Role", PlannedAction::Modify, &[])
        },
        resource("Group", "AWS::EC2::SecurityGroup", PlannedAction::Add, &[]),
        PlannedResource {
            changes: vec![instance],
            ..resource("Attachment", "AWS::EC2::VolumeAttachment", PlannedAction::MayReplace, &["WebServer"])
        },
        PlannedResource {
            changes: vec![count],
            ..resource("Alarm", "AWS::CloudWatch::Alarm", PlannedAction::Modify, &["WebServer"])
        },
        PlannedResource {
            physical_id: Some("https://sqs.eu-west-1.amazonaws.com/123456789012/old".into()),
            policy: Some("Retain".into()),
            place: None,
            ..resource("Old", "AWS::SQS::Queue", PlannedAction::Remove, &[])
        },
        resource("Logs", "AWS::S3::Bucket", PlannedAction::Import, &[]),
        resource("Cache", "AWS::CloudFormation::Stack", PlannedAction::Dynamic, &["Group"]),
        PlannedResource {
            changes: vec![size],
            ..resource("Cache.Disk", "AWS::EC2::Volume", PlannedAction::Other("Levitate".into()), &[])
        },
        resource("Topic", "AWS::SNS::Topic", PlannedAction::SyncWithActual, &[]),
    ]
}

fn pins() -> Vec<PlannedPin> {
    vec![
        PlannedPin {
            reference: "ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64".into(),
            value: Some("ami-0def4567abc890123".into()),
            version: Some("74".into()),
            modified: Some("2026-06-30T18:04:11Z".into()),
            previous_value: Some("ami-0abc1234def567890".into()),
            previous_version: Some("71".into()),
            pinned: true,
        },
        PlannedPin {
            reference: "secretsmanager:web/password".into(),
            value: None,
            version: None,
            modified: None,
            previous_value: None,
            previous_version: None,
            pinned: false,
        },
    ]
}

fn parameters() -> Vec<PlannedParameter> {
    let parameter = |name: &str, before: Shown, after: Shown, changed: bool| PlannedParameter {
        name: name.to_owned(),
        before,
        after,
        ssm: None,
        changed,
        ignored_default: None,
    };
    vec![
        PlannedParameter {
            ssm: Some(SsmNames { before: Some("/images/web".into()), after: Some("/images/web".into()) }),
            ..parameter("Ami", text("ami-0abc1234def567890"), text("ami-0def4567abc890123"), true)
        },
        PlannedParameter {
            ignored_default: Some("t3.large".into()),
            ..parameter("InstanceType", text("t3.small"), text("t3.small"), false)
        },
        parameter("Password", Shown::Hidden, Shown::Hidden, true),
        parameter("Stage", text("prod"), text("prod"), false),
    ]
}

pub(crate) fn full() -> Plan {
    Plan {
        stack_id: Some("arn:aws:cloudformation:eu-west-1:123456789012:stack/web/0a1b".into()),
        account: Some("123456789012".into()),
        stack_updated: Some("2026-06-12T07:15:42Z".into()),
        change_set: Some(ChangeSetRef {
            id: "arn:aws:cloudformation:eu-west-1:123456789012:changeSet/f/1".into(),
            name: "formwork-20260701-093000".into(),
        }),
        template: Some(TemplateRef {
            file: "web.yaml".into(),
            sha256: "ab".repeat(32),
            rendered_sha256: "cd".repeat(32),
        }),
        pins: pins(),
        parameters: parameters(),
        tags: vec![
            PlannedTag { key: "team".into(), before: Some("web".into()), after: Some("platform".into()) },
            PlannedTag { key: "cost".into(), before: None, after: Some("".into()) },
        ],
        resources: resources(),
        security: vec![
            Widening {
                logical_id: "Role".into(),
                resource_type: "AWS::IAM::Role".into(),
                added: vec!["allows s3:* on arn:aws:s3:::logs/*".into()],
            },
            Widening {
                logical_id: "Group".into(),
                resource_type: "AWS::EC2::SecurityGroup".into(),
                added: vec!["lets 0.0.0.0/0 in at tcp 22".into(), "lets ::/0 in at tcp 443".into()],
            },
        ],
        notes: vec!["The stack has drifted since it was checked last.".into()],
        known_after_deploy: vec!["stack:network.VpcId".into()],
        capabilities: vec!["CAPABILITY_IAM".into()],
        settings: json!({"roleArn": "arn:aws:iam::123456789012:role/deploy", "express": false, "notificationArns": [], "stackPolicy": {"Statement": []}}),
        ..empty("web")
    }
}
