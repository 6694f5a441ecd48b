//! How a plan reads.

use serde_json::json;

use super::super::fixtures::{Case, change, detail, from, modify};
use super::super::text::{Counts, summary, text};

fn plain(case: &Case) -> String {
    text(&case.plan(), &|_, text| text.to_owned())
}

fn instance(id: &str, before: &str, after: &str) -> serde_json::Value {
    change(json!({
        "Action": "Modify", "LogicalResourceId": id, "ResourceType": "AWS::EC2::Instance", "PhysicalResourceId": "i-0abc",
        "Replacement": "True", "PolicyAction": "ReplaceAndDelete",
        "Details": [{"ChangeSource": "DirectModification", "Evaluation": "Static", "Target": {
            "Attribute": "Properties", "Name": "ImageId", "Path": "/Properties/ImageId", "RequiresRecreation": "Always",
            "BeforeValue": before, "AfterValue": after,
        }}],
    }))
}

const AMI: &str = "ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

#[test]
fn a_moved_ami() {
    let case = Case::changes(json!([instance("WebServer", "ami-0abc", "ami-0def")])).pin(
        AMI,
        ("ami-0def", "74"),
        Some(("ami-0abc", "71")),
    );
    insta::assert_snapshot!(plain(&case), @"
    stack web (eu-west-1): update

      ± AWS::EC2::Instance WebServer  i-0abc  will be REPLACED  template.yaml:20
          Properties.ImageId: ami-0abc → ami-0def   forces replacement
            because the pin ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 moved (v71 → v74)

    1 to replace: WebServer, because ami-0abc → ami-0def (al2023-ami-kernel-default-x86_64 v71 → v74)
    ");
}

#[test]
fn everything_at_once() {
    let policy = |action: &str| {
        json!({"Properties": {"Policies": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::a-bucket-with-a-long-name/*"}]}}]}})
    };
    let pick = |action: &str| policy(action).pointer("/Properties/Policies/0/PolicyDocument").unwrap().to_string();
    let role = change(json!({
        "Action": "Modify", "LogicalResourceId": "Role", "PhysicalResourceId": "web-role", "ResourceType": "AWS::IAM::Role",
        "Replacement": "False", "BeforeContext": policy("s3:Get*").to_string(), "AfterContext": policy("s3:*").to_string(),
        "Details": [{"ChangeSource": "DirectModification", "Evaluation": "Static", "Target": {
            "Attribute": "Properties", "Name": "Policies", "Path": "/Properties/Policies/0/PolicyDocument",
            "RequiresRecreation": "Never", "BeforeValue": pick("s3:Get*"), "AfterValue": pick("s3:*"),
        }}],
    }));
    let volume = change(json!({
        "Action": "Modify", "LogicalResourceId": "Data", "PhysicalResourceId": "vol-1", "ResourceType": "AWS::EC2::Volume",
        "Replacement": "Conditional", "PolicyAction": "ReplaceAndSnapshot", "Details": [{
            "ChangeSource": "ResourceAttribute", "CausingEntity": "WebServer.AvailabilityZone", "Evaluation": "Dynamic",
            "Target": {"Attribute": "Properties", "Name": "AvailabilityZone", "Path": "/Properties/AvailabilityZone",
                "RequiresRecreation": "Conditionally", "BeforeValue": "eu-west-1a",
                "AfterValue": "{{changeSet:KNOWN_AFTER_APPLY}}"},
        }],
    }));
    let remove = |id: &str, policy: &str| {
        change(json!({"Action": "Remove", "LogicalResourceId": id, "PhysicalResourceId": id, "PolicyAction": policy,
            "ResourceType": "AWS::SQS::Queue"}))
    };
    let ingress =
        change(json!({"Action": "Add", "LogicalResourceId": "Ssh", "ResourceType": "AWS::EC2::SecurityGroup",
        "AfterContext": json!({"Properties": {"SecurityGroupIngress": [
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}]}}).to_string()}));
    let secret = modify(json!([detail("ParameterReference", "Static", Some("Password"), "****", "****")]));
    let nested = change(json!({"Action": "Modify", "LogicalResourceId": "Network", "Replacement": "False",
        "ResourceType": "AWS::CloudFormation::Stack", "Details": [{"ChangeSource": "Automatic", "Evaluation": "Dynamic",
        "Target": {"Attribute": "Properties"}}]}));
    let mut case = Case::changes(json!([
        instance("WebServer", "ami-0abc", "ami-0def"),
        role,
        volume,
        ingress,
        secret,
        nested,
        remove("Old", "Delete"),
        remove("Kept", "Retain"),
        change(json!({"Action": "Transmute", "LogicalResourceId": "Lead", "ResourceType": "Acme::Metal"})),
    ]))
    .parameters(
        json!([
            {"ParameterKey": "Ami", "ParameterValue": "/ami", "ResolvedValue": "ami-0abc"},
            {"ParameterKey": "Password", "ParameterValue": "****"},
            {"ParameterKey": "Size", "ParameterValue": "t3.micro"},
            {"ParameterKey": "Text", "ParameterValue": ""},
        ]),
        json!([
            {"ParameterKey": "Ami", "ParameterValue": "/ami", "ResolvedValue": "ami-0def"},
            {"ParameterKey": "Password", "ParameterValue": "****"},
            {"ParameterKey": "Size", "ParameterValue": "t3.micro"},
            {"ParameterKey": "Text", "ParameterValue": "größe"},
        ]),
        json!([
            {"ParameterKey": "Ami", "ParameterType": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"},
            {"ParameterKey": "Password", "ParameterType": "String", "NoEcho": true},
            {"ParameterKey": "Size", "ParameterType": "String", "DefaultValue": "t3.small"},
        ]),
    )
    .given(&["Password", "Text"]);
    case.change_set.as_mut().unwrap().tags = [("team".to_owned(), "web".to_owned())].into();
    case.notes = vec!["The template is uploaded to s3://bucket/key.".to_owned()];
    insta::assert_snapshot!(plain(&case), @r#"
    stack web (eu-west-1): update

      ± AWS::EC2::Instance WebServer  i-0abc  will be REPLACED  template.yaml:20
          Properties.ImageId: ami-0abc → ami-0def   forces replacement
            because the parameter Ami changes (/ami)
      ~ AWS::IAM::Role Role  web-role  template.yaml:15
          Properties.Policies[0].PolicyDocument:
                  {
                    "Effect": "Allow",
            -       "Action": "s3:Get*",
            +       "Action": "s3:*",
                    "Resource": "arn:aws:s3:::a-bucket-with-a-long-name/*"
                  }
      ? AWS::EC2::Volume Data  vol-1  may be REPLACED  (the old one leaves a snapshot: ReplaceAndSnapshot)  template.yaml:15
          Properties.AvailabilityZone: eu-west-1a → (known after deploy)   may force replacement   conditional
            because WebServer.AvailabilityZone changes
      + AWS::EC2::SecurityGroup Ssh  template.yaml:14
      ~ AWS::SSM::Parameter Foo  foo  template.yaml:14
          Properties.Value: hidden
            because the parameter Password changes
      ~ AWS::CloudFormation::Stack Network  may change  template.yaml:18
          Properties: changes (values are not told)   conditional
            because the nested stack is looked at again
      - AWS::SQS::Queue Old  will be REMOVED  template.yaml:14
      - AWS::SQS::Queue Kept  leaves the stack  (kept: Retain)  template.yaml:15
      ! Acme::Metal Lead  Transmute  template.yaml:15

    parameters
      Ami: ami-0abc → ami-0def (/ami)
      Password: hidden
      Size: keeps t3.micro; the template's default is t3.small, which is used only where no value is set
      Text: "" → größe

    tags
      team: (none) → web

    access that gets wider
      Role (AWS::IAM::Role): allows s3:* on arn:aws:s3:::a-bucket-with-a-long-name/*
      Ssh (AWS::EC2::SecurityGroup): lets 0.0.0.0/0 in at tcp 22

    notes
      The template is uploaded to s3://bucket/key.

    1 to add, 2 to change, 1 may change, 1 to replace: WebServer, because ami-0abc → ami-0def (parameter Ami), 1 may be replaced: Data, because Properties.AvailabilityZone changes (WebServer.AvailabilityZone), 2 to remove: Old, Kept, 1 with an action that this version does not know
    "#);
    let counts = Counts::of(&case.plan());
    assert_eq!(
        counts,
        Counts {
            add: 1,
            change: 2,
            may_change: 1,
            replace: 1,
            may_replace: 1,
            remove: 2,
            other: 1,
            ..Counts::default()
        }
    );
}

#[test]
fn nothing_to_do() {
    let mut case = Case::changes(json!([]));
    case.change_set = None;
    assert_eq!(plain(&case), "stack web (eu-west-1): nothing to do\n");
    assert_eq!(summary(&case.plan()), "nothing to do");
}

#[test]
fn only_outputs_change() {
    let case = Case::changes(json!([]));
    assert_eq!(plain(&case), "stack web (eu-west-1): update\n\nno resource changes\n");
}

#[test]
fn not_known_yet() {
    let mut case = Case::changes(json!([]));
    (case.stack, case.change_set) = (None, None);
    case.known_after_deploy = vec!["stack:network.VpcId".to_owned()];
    insta::assert_snapshot!(plain(&case), @"
    stack web (eu-west-1): create

    known after deploy
      stack:network.VpcId

    not known before another stack is deployed: stack:network.VpcId
    ");
}

#[test]
fn many_replacements_share_a_reason() {
    let changes: Vec<_> = ["A", "B", "C"].iter().map(|id| instance(id, "ami-1", "ami-2")).collect();
    let mut changes = json!(changes);
    changes.as_array_mut().unwrap().push(instance("D", "ami-8", "ami-9"));
    let case = Case::changes(changes).pin(AMI, ("ami-2", "2"), Some(("ami-1", "1")));
    insta::assert_snapshot!(summary(&case.plan()), @"4 to replace: A, B, C, because ami-1 → ami-2 (al2023-ami-kernel-default-x86_64 v1 → v2); D, because ami-8 → ami-9");
}

#[test]
fn drift_reads_like_that() {
    let mut drifted = modify(json!([{
        "ChangeSource": "DirectModification", "Evaluation": "Static", "Target": {
            "Attribute": "Properties", "Name": "Value", "Path": "/Properties/Value", "BeforeValue": "by hand",
            "AfterValue": "a", "BeforeValueFrom": "ACTUAL_STATE", "Drift": {"PreviousValue": "a", "ActualValue": "by hand"},
        },
    }]));
    drifted["ResourceChange"]["ResourceDriftStatus"] = json!("MODIFIED");
    let mut sync = modify(json!([]));
    sync["ResourceChange"]["Action"] = json!("SyncWithActual");
    sync["ResourceChange"]["LogicalResourceId"] = json!("Bar");
    let import = change(json!({"Action": "Import", "LogicalResourceId": "B", "PhysicalResourceId": "b",
        "ResourceType": "AWS::S3::Bucket"}));
    insta::assert_snapshot!(plain(&Case::changes(json!([drifted, sync, import]))), @"
    stack web (eu-west-1): update

      ~ AWS::SSM::Parameter Foo  foo  drifted: MODIFIED  template.yaml:14
          Properties.Value: by hand → a
            because it is not as it was deployed
      = AWS::SSM::Parameter Bar  foo  sync with actual: stays as it is, and is recorded so  template.yaml:14
      > AWS::S3::Bucket B  b  exists, and is imported  template.yaml:12

    1 to import, 1 to change, 1 to sync with actual
    ");
}

#[test]
fn tones_are_painted() {
    let case = Case::changes(json!([instance("WebServer", "a", "b")]));
    let painted = text(&case.plan(), &|tone, text| format!("<{tone:?}>{text}</>"));
    assert!(painted.contains("<Replace>± AWS::EC2::Instance WebServer</>"), "{painted}");
    assert!(painted.contains("<Replace>will be REPLACED</>"), "{painted}");
    assert!(painted.contains("<Replace>forces replacement</>"), "{painted}");
}

#[test]
fn a_plan_is_read_back() {
    let mut case = Case::changes(json!([instance("WebServer", "a", "b")])).pin(AMI, ("b", "2"), None);
    case.change_set.as_mut().unwrap().changes.push(from(modify(json!([]))));
    let plan = case.plan();
    let json = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<super::super::Plan>(&json).unwrap(), plan);
}
