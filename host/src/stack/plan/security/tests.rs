//! What counts as wider, and what does not.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::context::Context;
use super::super::fixtures::from;
use super::widened;

fn lines(kind: &str, action: &str, before: Value, after: Value) -> Vec<String> {
    let context = Context { secrets: BTreeSet::new(), parameters: &[], pins: &[], old: None, new: None };
    let side = |properties: Value| json!({"Properties": properties}).to_string();
    let mut change = json!({"Action": action, "LogicalResourceId": "A", "ResourceType": kind});
    if action != "Add" {
        change["BeforeContext"] = json!(side(before));
    }
    if action != "Remove" {
        change["AfterContext"] = json!(side(after));
    }
    widened(&from(change), &context)
}

fn document(statements: Value) -> Value {
    json!({"PolicyDocument": {"Version": "2012-10-17", "Statement": statements}})
}

fn policy(before: Value, after: Value) -> Vec<String> {
    lines("AWS::IAM::Policy", "Modify", document(before), document(after))
}

fn allow(action: Value, resource: Value) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

fn deny(action: Value, resource: Value) -> Value {
    json!({"Effect": "Deny", "Action": action, "Resource": resource})
}

#[test]
fn other_ways_to_write_the_same_are_no_widening() {
    let (a, b) = (allow(json!("s3:GetObject"), json!("*")), allow(json!(["sqs:SendMessage"]), json!(["q"])));
    for (before, after) in [
        (json!([a, b]), json!([b, a])),
        (json!([a]), json!(a)),
        (json!([a]), json!([allow(json!(["s3:GetObject"]), json!(["*"]))])),
        (json!([a]), json!([allow(json!("S3:getobject"), json!("*"))])),
        (
            json!([allow(json!(["a:1", "a:2"]), json!("*"))]),
            json!([allow(json!("a:1"), json!("*")), allow(json!("a:2"), json!("*"))]),
        ),
        (json!([allow(json!("s3:*"), json!("*"))]), json!([allow(json!("s3:Get*"), json!("*"))])),
        (json!([allow(json!("s3:*"), json!(["x", "y"]))]), json!([allow(json!("s3:*"), json!("x"))])),
        (
            json!([allow(json!("s3:*"), json!("arn:aws:s3:::b/*"))]),
            json!([allow(json!("s3:*"), json!("arn:aws:s3:::b/k/*"))]),
        ),
        (json!([a]), json!([])),
        (json!([]), json!([deny(json!("*"), json!("*"))])),
        (json!([deny(json!("a:1"), json!("*"))]), json!([deny(json!("a:*"), json!("*"))])),
    ] {
        assert_eq!(policy(before.clone(), after.clone()), Vec::<String>::new(), "{before} {after}");
    }
}

#[test]
fn what_is_new_is_named() {
    let get = || json!([allow(json!("s3:Get*"), json!("arn:b"))]);
    for (before, after, expected) in [
        (get(), json!([allow(json!("s3:Get*"), json!("arn:b")), allow(json!("s3:*"), json!("*"))]), "allows s3:* on *"),
        (get(), json!([allow(json!(["s3:Get*", "s3:PutObject"]), json!("arn:b"))]), "allows s3:PutObject on arn:b"),
        (get(), json!([allow(json!("s3:Get*"), json!(["arn:b", "arn:c"]))]), "allows s3:Get* on arn:c"),
        (
            json!([]),
            json!([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]),
            "allows everything but iam:* on *",
        ),
        (json!([deny(json!("a:1"), json!("*"))]), json!([]), "no longer denies a:1 on *"),
        (
            json!([deny(json!(["a:1", "a:2"]), json!("*"))]),
            json!([deny(json!("a:1"), json!("*"))]),
            "no longer denies a:2 on *",
        ),
    ] {
        assert_eq!(policy(before.clone(), after.clone()), [expected], "{before} {after}");
    }
}

#[test]
fn not_actions() {
    let not = |actions: Value| json!([{"Effect": "Allow", "NotAction": actions, "Resource": "*"}]);
    let none = Vec::<String>::new();
    assert_eq!(policy(not(json!("iam:*")), not(json!(["iam:*", "s3:*"]))), none);
    assert_eq!(policy(not(json!("iam:*")), json!([allow(json!("s3:Get*"), json!("*"))])), none);
    assert_eq!(policy(not(json!(["iam:*", "s3:*"])), not(json!("iam:*"))), ["allows everything but iam:* on *"]);
    assert_eq!(
        policy(not(json!("iam:*")), json!([allow(json!("*:PassRole"), json!("*"))])),
        ["allows *:PassRole on *"]
    );
}

#[test]
fn conditions() {
    let with = |condition: Value| {
        let mut statement = allow(json!("s3:*"), json!("*"));
        if !condition.is_null() {
            statement["Condition"] = condition;
        }
        json!([statement])
    };
    let org = || json!({"StringEquals": {"aws:PrincipalOrgID": "o-1"}});
    let both = || json!({"StringEquals": {"aws:PrincipalOrgID": ["o-1"], "aws:RequestedRegion": "eu-west-1"}});
    let none = Vec::<String>::new();
    assert_eq!(policy(with(org()), with(org())), none);
    assert_eq!(policy(with(json!(null)), with(org())), none);
    assert_eq!(policy(with(org()), with(both())), none);
    assert_eq!(policy(with(org()), with(json!(null))), ["allows s3:* on *, without the condition that it had"]);
    let other = json!({"StringEquals": {"aws:PrincipalOrgID": ["o-1", "o-2"]}});
    assert_eq!(
        policy(with(org()), with(other.clone())),
        ["allows s3:* on * when StringEquals aws:PrincipalOrgID o-1, o-2"]
    );
    assert_eq!(policy(with(other), with(org())), none);
    let not = |values: Value| json!({"StringNotEquals": {"aws:PrincipalOrgID": values}});
    assert_eq!(policy(with(not(json!(["a", "b"]))), with(not(json!("a")))).len(), 1);
}

#[test]
fn trust_and_resource_policies() {
    let trust = |principals: Value| json!({"AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principals}]}});
    let role = |before, after| lines("AWS::IAM::Role", "Modify", trust(before), trust(after));
    let none = Vec::<String>::new();
    let account = json!({"AWS": "arn:aws:iam::123456789012:root"});
    assert_eq!(role(account.clone(), json!({"AWS": ["123456789012"]})), none);
    assert_eq!(role(account.clone(), json!({"AWS": "arn:aws:iam::123456789012:role/x"})), none);
    assert_eq!(role(json!({"AWS": "*"}), json!("*")), none);
    assert_eq!(role(account.clone(), json!("*")), ["allows sts:AssumeRole for everyone"]);
    assert_eq!(
        role(account, json!({"AWS": "999999999999", "Service": "ec2.amazonaws.com"})),
        ["allows sts:AssumeRole for account 999999999999, ec2.amazonaws.com"]
    );
    // What a trust policy allows is not what a policy of the role allows.
    let mut moved = trust(json!("*"));
    moved["Policies"] = json!([{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}}]);
    assert_eq!(lines("AWS::IAM::Role", "Modify", trust(json!("*")), moved), ["allows sts:AssumeRole"]);
    // A document may be JSON text.
    let text = json!({"ResourcePolicy": r#"{"Statement":{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"*","Principal":{"AWS":"*"}}}"#});
    assert_eq!(
        lines("AWS::SecretsManager::ResourcePolicy", "Add", json!({}), text),
        ["allows secretsmanager:GetSecretValue on * for everyone"]
    );
}

#[test]
fn a_policy_that_goes_denies_nothing_any_more() {
    let statements = document(json!([deny(json!("s3:*"), json!("b")), allow(json!("s3:*"), json!("b"))]));
    assert_eq!(lines("AWS::S3::BucketPolicy", "Remove", statements.clone(), json!({})), ["no longer denies s3:* on b"]);
    let role = json!({"Policies": [statements]});
    assert_eq!(lines("AWS::IAM::Role", "Remove", role, json!({})), Vec::<String>::new());
}

#[test]
fn renamed_and_moved_inline_policies_are_no_widening() {
    let inline =
        |name: &str, statements: Value| json!({"PolicyName": name, "PolicyDocument": {"Statement": statements}});
    let (a, b) = (allow(json!("a:1"), json!("*")), allow(json!("b:1"), json!("*")));
    let before = json!({"Policies": [inline("x", json!([a])), inline("y", json!([b]))]});
    let after = json!({"Policies": [inline("z", json!([b, a]))]});
    assert_eq!(lines("AWS::IAM::Role", "Modify", before, after), Vec::<String>::new());
}

#[test]
fn managed_policies_boundaries_and_attachments() {
    let before = json!({"ManagedPolicyArns": ["arn:a"], "PermissionsBoundary": "arn:b"});
    let after = json!({"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess", "arn:a"]});
    assert_eq!(
        lines("AWS::IAM::Role", "Modify", before, after),
        ["attaches arn:aws:iam::aws:policy/AdministratorAccess", "is no longer bounded by arn:b"]
    );
    let with = |roles: Value| {
        let mut value = document(json!([allow(json!("a:1"), json!("*"))]));
        value["Roles"] = roles;
        value
    };
    assert_eq!(
        lines("AWS::IAM::Policy", "Modify", with(json!(["a"])), with(json!(["b", "a"]))),
        ["applies to the role b too"]
    );
    assert_eq!(lines("AWS::IAM::Policy", "Add", json!({}), with(json!(["a"]))), ["allows a:1 on *"]);
}

#[test]
fn lambda_permissions() {
    let permission = json!({"Action": "lambda:InvokeFunction", "FunctionName": "f", "Principal": "s3.amazonaws.com", "SourceArn": "arn:b"});
    assert_eq!(
        lines("AWS::Lambda::Permission", "Add", json!({}), permission.clone()),
        ["allows lambda:InvokeFunction on f for s3.amazonaws.com when ArnLike aws:SourceArn arn:b"]
    );
    let mut open = permission.clone();
    open.as_object_mut().unwrap().remove("SourceArn");
    assert_eq!(
        lines("AWS::Lambda::Permission", "Modify", permission.clone(), open),
        ["allows lambda:InvokeFunction on f for s3.amazonaws.com, without the condition that it had"]
    );
    assert_eq!(lines("AWS::Lambda::Permission", "Modify", permission.clone(), permission), Vec::<String>::new());
}

fn group(before: Value, after: Value) -> Vec<String> {
    let rules = |rules: Value| json!({"SecurityGroupIngress": rules});
    lines("AWS::EC2::SecurityGroup", "Modify", rules(before), rules(after))
}

fn rule(protocol: &str, from: i32, to: i32, cidr: &str) -> Value {
    json!({"IpProtocol": protocol, "FromPort": from, "ToPort": to, "CidrIp": cidr})
}

#[test]
fn security_groups() {
    let none = Vec::<String>::new();
    for (before, after, expected) in [
        (json!([]), json!([rule("tcp", 22, 22, "0.0.0.0/0")]), vec!["lets 0.0.0.0/0 in at tcp 22"]),
        (json!([rule("tcp", 0, 100, "10.0.0.0/8")]), json!([rule("6", 22, 22, "10.1.0.0/16")]), vec![]),
        (
            json!([rule("tcp", 22, 22, "10.1.0.0/16")]),
            json!([rule("tcp", 22, 22, "10.0.0.0/8")]),
            vec!["lets 10.0.0.0/8 in at tcp 22"],
        ),
        (
            json!([rule("tcp", 22, 22, "10.0.0.0/8")]),
            json!([rule("tcp", 22, 23, "10.0.0.0/8")]),
            vec!["lets 10.0.0.0/8 in at tcp 22-23"],
        ),
        (json!([rule("-1", -1, -1, "0.0.0.0/0")]), json!([rule("udp", 53, 53, "1.2.3.4/32")]), vec![]),
        (json!([]), json!([{"IpProtocol": -1, "CidrIpv6": "::/0"}]), vec!["lets ::/0 in at every port and protocol"]),
        (json!([]), json!([rule("udp", 0, 65535, "1.0.0.0/8")]), vec!["lets 1.0.0.0/8 in at every udp port"]),
        (json!([]), json!([rule("icmp", -1, -1, "1.0.0.0/8")]), vec!["lets 1.0.0.0/8 in at icmp"]),
        (
            json!([{"IpProtocol": "tcp", "FromPort": "22", "ToPort": "22", "CidrIp": "x"}]),
            json!([rule("tcp", 22, 22, "x")]),
            vec![],
        ),
        (json!([rule("tcp", 1, 1, "10.0.0.0/8")]), json!([rule("tcp", 1, 1, "::/0")]), vec!["lets ::/0 in at tcp 1"]),
        (
            json!([]),
            json!([{"Fn::If": ["C", rule("tcp", 80, 80, "0.0.0.0/0"), {"Ref": "AWS::NoValue"}]}]),
            vec!["lets 0.0.0.0/0 in at tcp 80"],
        ),
    ] {
        assert_eq!(group(before.clone(), after.clone()), expected, "{before} {after}");
    }
    let egress = json!({"GroupId": "sg-1", "IpProtocol": "-1", "DestinationPrefixListId": "pl-1"});
    assert_eq!(
        lines("AWS::EC2::SecurityGroupEgress", "Add", json!({}), egress.clone()),
        ["lets out to pl-1 at every port and protocol"]
    );
    let mut moved = egress.clone();
    moved["GroupId"] = json!("sg-2");
    assert_eq!(lines("AWS::EC2::SecurityGroupEgress", "Modify", egress.clone(), moved).len(), 1);
    assert_eq!(lines("AWS::EC2::SecurityGroupEgress", "Modify", egress.clone(), egress), none);
}

#[test]
fn templates_stand_in_for_contexts() {
    let template = |action: &str| {
        json!({"Resources": {"A": {"Type": "AWS::IAM::Policy", "Properties": document(json!([
            allow(json!(action), json!({"Fn::Sub": "${Bucket.Arn}/*"}))]))}}})
    };
    let (old, new) = (template("s3:Get*"), template("s3:*"));
    let context = Context { secrets: BTreeSet::new(), parameters: &[], pins: &[], old: Some(&old), new: Some(&new) };
    let change = from(json!({"Action": "Modify", "LogicalResourceId": "A", "ResourceType": "AWS::IAM::Policy"}));
    assert_eq!(widened(&change, &context), ["allows s3:* on !Sub ${Bucket.Arn}/*"]);
}

#[test]
fn a_resource_that_is_made_anew_is_no_widening() {
    let known =
        |resource: &str| json!({"Properties": document(json!([allow(json!("a:1"), json!(resource))]))}).to_string();
    let change = json!({"Action": "Modify", "LogicalResourceId": "A", "ResourceType": "AWS::IAM::Policy",
        "BeforeContext": known("arn:b"), "AfterContext": known("{{changeSet:KNOWN_AFTER_APPLY}}/*")});
    let node = json!({"Resources": {"A": {"Properties": document(json!([allow(json!("a:1"), json!({"Ref": "B"}))]))}}});
    let context = |node| Context { secrets: BTreeSet::new(), parameters: &[], pins: &[], old: node, new: node };
    assert_eq!(widened(&from(change.clone()), &context(Some(&node))), Vec::<String>::new());
    assert_eq!(widened(&from(change), &context(None)), ["allows a:1 on (known after deploy)/*"]);
}

#[test]
fn secrets_do_not_get_into_the_lines() {
    let template =
        json!({"Resources": {"A": {"Properties": document(json!([allow(json!("a:1"), json!({"Ref": "Secret"}))]))}}});
    let secrets = BTreeSet::from(["Secret".to_owned()]);
    let context = Context { secrets, parameters: &[], pins: &[], old: None, new: Some(&template) };
    let after = json!({"Properties": document(json!([allow(json!("a:1"), json!("swordfish"))]))}).to_string();
    let change =
        json!({"Action": "Add", "LogicalResourceId": "A", "ResourceType": "AWS::IAM::Policy", "AfterContext": after});
    assert_eq!(widened(&from(change), &context), ["allows a:1 on !Ref Secret"]);
}

#[test]
fn a_huge_policy_is_compared_as_a_whole() {
    let many = |prefix: &str, count: usize| (0..count).map(|n| format!("{prefix}:{n}")).collect::<Vec<_>>();
    let huge = |count: usize| json!([allow(json!(many("a", count)), json!(many("arn", 300)))]);
    assert_eq!(policy(huge(300), huge(300)), Vec::<String>::new());
    assert_eq!(policy(huge(300), huge(301)).len(), 1);
}

#[test]
fn other_resources_are_left_alone() {
    let after = json!({"Statement": {"ByteMatch": 1}, "Rules": [{"Statement": {"Name": "x"}}]});
    assert_eq!(lines("AWS::WAFv2::WebACL", "Add", json!({}), after), Vec::<String>::new());
}
