//! Import, export, and what is pulled.

use serde_json::json;

use super::super::ImportReport;
use super::*;
use crate::cloud::FailureKind;

fn report(added: usize, updated: usize, unchanged: usize) -> ImportReport {
    ImportReport { added, updated, unchanged, skipped: Vec::new() }
}

#[test]
fn an_export_with_history_comes_in_as_it_went_out() {
    let fixture = Fixture::new();
    let full = PutParameter {
        description: Some("why".to_owned()),
        allowed_pattern: Some("^o".to_owned()),
        tier: ParameterTier::Advanced,
        policies: Some(
            json!([{"Type":"Expiration","Version":"1.0","Attributes":{"Timestamp":"2030-01-01T00:00:00.000Z"}}])
                .to_string(),
        ),
        tags: vec![("team".to_owned(), "web".to_owned())],
        ..text("/a", "one")
    };
    fixture.put(full).unwrap();
    fixture.advance_days(1);
    fixture.put(PutParameter { overwrite: true, tier: ParameterTier::Advanced, ..text("/a", "two") }).unwrap();
    run(fixture.cloud.label("/a", Some(1), &strings(&["live"]))).unwrap();
    fixture.put(secure("db", "hunter2")).unwrap();
    fixture.put(request("/list", ParameterValue::TextList("a,b".to_owned()))).unwrap();

    let document = fixture.cloud.export_history(None, Decrypt::Yes).unwrap();
    let copy = Fixture::new();
    assert_eq!(copy.cloud.import(&document.to_string()), Ok(report(3, 0, 0)));
    assert_eq!(copy.cloud.export_history(None, Decrypt::Yes).unwrap(), document);
    assert_eq!(copy.cloud.import(&document.to_string()), Ok(report(0, 0, 3)));
    assert_eq!(copy.get("/a:live").unwrap().version, 1);
    assert_eq!(copy.get("db").unwrap().name, "db");
    copy.advance_days(3000);
    assert_eq!(code(copy.get("/a")), "ParameterNotFound", "policies came along");
}

#[test]
fn secure_strings_go_out_only_with_decryption() {
    let fixture = Fixture::new();
    fixture.put(secure("/db", "hunter2")).unwrap();
    fixture.put(text("/port", "8080")).unwrap();
    let hidden = fixture.cloud.export(None, Decrypt::No).unwrap().to_string();
    assert!(!hidden.contains("hunter2"));
    let copy = Fixture::new();
    let expected = ImportReport { skipped: strings(&["/db"]), ..report(1, 0, 0) };
    assert_eq!(copy.cloud.import(&hidden), Ok(expected));
    let shown = fixture.cloud.export(Some("/d"), Decrypt::Yes).unwrap();
    assert_eq!(shown["parameters"][0]["value"], "hunter2");
    assert_eq!(shown["parameters"].as_array().unwrap().len(), 1);
    assert_eq!(fixture.operations("/db").last().unwrap().0, "Decrypt");
    assert_eq!(copy.cloud.import(&shown.to_string()), Ok(report(1, 0, 0)));
    assert_eq!(copy.get("/db").unwrap().value, ParameterValue::Secure(Some(Secret::new("hunter2"))));
}

#[test]
fn the_output_of_the_aws_cli_comes_in() {
    let fixture = Fixture::new();
    let name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
    let document = json!({
        "Parameters": [
            {
                "Name": name,
                "Type": "String",
                "Value": "ami-0123456789abcdef0",
                "Version": 71,
                "LastModifiedDate": "2024-06-14T16:12:50.123000-07:00",
                "ARN": format!("arn:aws:ssm:eu-west-1::parameter{name}"),
                "DataType": "aws:ec2:image"
            },
            { "Name": "/app/x", "Type": "StringList", "Value": "a,b", "Version": 2, "LastModifiedDate": 1718406770.123 },
            { "Name": "/app/s", "Type": "SecureString", "Value": "AQICAHhAbc=", "Version": 1 }
        ],
        "InvalidParameters": []
    });
    let expected = ImportReport { skipped: strings(&["/app/s"]), ..report(2, 0, 0) };
    assert_eq!(fixture.cloud.import(&document.to_string()), Ok(expected.clone()));
    let again = ImportReport { added: 0, unchanged: 2, ..expected };
    assert_eq!(fixture.cloud.import(&document.to_string()), Ok(again));
    let image = fixture.get(name).unwrap();
    assert_eq!((image.version, image.data_type.as_deref()), (71, Some("aws:ec2:image")));
    assert_eq!(image.modified, Some("2024-06-14T23:12:50.123Z".parse().unwrap()));
    assert_eq!(image.account(), None);
    assert_eq!(fixture.get(image.arn.as_deref().unwrap()).unwrap(), image);
    assert_eq!(fixture.get("/app/x").unwrap().modified, image.modified);
    assert_eq!(fixture.get(&format!("{name}:71")).unwrap(), image);
    let single = json!({ "Parameter": { "Name": "/one", "Type": "String", "Value": "1", "Version": 1 } });
    assert_eq!(fixture.cloud.import(&single.to_string()), Ok(report(1, 0, 0)));
}

#[test]
fn a_plain_object_keeps_the_types_that_there_are() {
    let fixture = Fixture::new();
    fixture.put(secure("/db", "old")).unwrap();
    fixture.set("/same", "same");
    let document = json!({ "/db": "new", "/same": "same", "/fresh": "1", "parameters": "a name like any other" });
    assert_eq!(fixture.cloud.import(&document.to_string()), Ok(report(2, 1, 1)));
    assert_eq!(fixture.get("/db").unwrap().value, ParameterValue::Secure(Some(Secret::new("new"))));
    assert_eq!(fixture.get("/fresh").unwrap().version, 1);
    assert_eq!(fixture.cloud.import("{}"), Ok(report(0, 0, 0)));
}

#[test]
fn version_numbers_are_kept_where_they_can_be() {
    let fixture = Fixture::new();
    let import = |version: Option<u64>, value: &str| {
        let document = json!([{ "name": "/a", "value": value, "version": version }]).to_string();
        let report = fixture.cloud.import(&document).unwrap();
        (report.added + report.updated == 1, fixture.get("/a").unwrap().version)
    };
    assert_eq!(import(Some(5), "five"), (true, 5));
    assert_eq!(import(Some(5), "five"), (false, 5));
    assert_eq!(import(None, "five"), (false, 5));
    assert_eq!(import(None, "six"), (true, 6));
    assert_eq!(import(Some(5), "five"), (false, 6), "version 5 is in the history as it was");
    assert_eq!(import(Some(5), "other"), (true, 7));
    assert_eq!(import(Some(71), "other"), (true, 71));
    assert_eq!(import(Some(3), "other"), (false, 71));
}

#[test]
fn an_import_is_all_or_nothing() {
    let fixture = Fixture::new();
    let import = |document: serde_json::Value| fixture.cloud.import(&document.to_string());
    let good = json!({ "name": "/good", "value": "1" });
    for (bad, expected) in [
        (json!({ "name": "/bad", "value": "" }), "ValidationException"),
        (json!({ "name": "/bad", "value": "hunter2".repeat(2000) }), "ValidationException"),
        (json!({ "name": "ssm/bad", "value": "hunter2" }), "ValidationException"),
        (json!({ "name": "/aws/bad", "value": "hunter2" }), "AccessDeniedException"),
        (json!({ "name": "/bad", "value": 5 }), "ValidationException"),
        (json!({ "value": "hunter2" }), "ValidationException"),
        (json!({ "name": "/bad", "value": "hunter2", "type": "Text" }), "ValidationException"),
        (json!({ "name": "/bad", "value": "hunter2", "version": 0 }), "ValidationException"),
        (json!({ "name": "/bad", "value": "hunter2", "version": u64::MAX }), "ValidationException"),
        (json!({ "name": "/bad", "value": "hunter2", "modified": "now" }), "ValidationException"),
        (json!({ "name": "/bad", "value": "hunter2", "modified": 1e300 }), "ValidationException"),
        (json!({ "name": "/bad", "value": "hunter2", "labels": ["9"] }), "ValidationException"),
        (json!({ "name": "/bad", "value": "hunter2", "tags": { "a": 1 } }), "ValidationException"),
        (json!({ "name": "/bad", "value": "hunter2", "policies": [{ "Type": "X" }] }), "InvalidPolicyTypeException"),
        (json!({ "name": "/good", "type": "SecureString", "value": "hunter2" }), "HierarchyTypeMismatchException"),
        (json!("hunter2"), "ValidationException"),
    ] {
        let result = import(json!({ "parameters": [good, bad] }));
        assert!(!format!("{result:?}").contains("hunter2"), "{result:?}");
        assert_eq!(code(result), expected, "{bad}");
        assert_eq!(code(fixture.get("/good")), "ParameterNotFound", "{bad}");
    }
    assert_eq!(code(fixture.cloud.import("{ \"/a\": hunter2")), "ValidationException");
    assert_eq!(code(fixture.cloud.import("5")), "ValidationException");
    let newer = import(json!({ "format": 2, "parameters": [good] })).unwrap_err();
    assert_eq!(newer.kind, FailureKind::Unsupported);
    assert_eq!(fixture.operations("/good"), []);
}

#[test]
fn what_is_pulled_is_encrypted_here() {
    let fixture = Fixture::new();
    let parameter = |name: &str, value| Parameter {
        name: name.to_owned(),
        value,
        version: 4,
        modified: Some(Timestamp::from_second(1_600_000_000).unwrap()),
        arn: Some(format!("arn:aws:ssm:eu-west-1:111122223333:parameter{name}")),
        data_type: Some("text".to_owned()),
    };
    let pulled = [
        parameter("/text", ParameterValue::Text("1".to_owned())),
        parameter("/secret", ParameterValue::Secure(Some(Secret::new("hunter2")))),
        parameter("/hidden", ParameterValue::Secure(None)),
    ];
    let expected = ImportReport { skipped: strings(&["/hidden"]), ..report(2, 0, 0) };
    assert_eq!(fixture.cloud.store_pulled(&pulled), Ok(expected));
    let secret = fixture.get("/secret").unwrap();
    assert_eq!((&secret.value, secret.version, secret.modified), (&pulled[1].value, 4, pulled[1].modified));
    assert_eq!(secret.account(), Some("000000000000"));
    assert_eq!(fixture.cloud.store_pulled(&pulled[..2]), Ok(report(0, 0, 2)));
}
