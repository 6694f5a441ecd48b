use proptest::prelude::*;
use serde_json::json;

use super::{Place, Template, TemplateError};

const TEMPLATE: &str = r#"AWSTemplateFormatVersion: 2010-09-09
Transform: [AWS::LanguageExtensions, {Name: AWS::Include, Parameters: {Location: x}}]
Parameters:
  Image:
    Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>
    Default: /aws/service/ami
    Description: The image
  Port: {Type: Number, Default: 0080}
  Size: {Type: Number, Default: 1.10}
  On: {Type: String, Default: True, AllowedValues: [true, false]}
  Zones: {Type: CommaDelimitedList, Default: [a, 2, "c"]}
  Password: {Type: String, NoEcho: true, Default: geheim}
  Quoted: {Type: String, NoEcho: "true", Default: ""}
  Bare: {Type: String, Default: }
Mappings: {M: {a: {b: c}}}
Conditions:
  IsProd: !Equals [!Ref On, "true"]
Resources:
  Fn::ForEach::Topics: [Name, [A], {"Topic${Name}": {Type: AWS::SNS::Topic}}]
  Topic: {Type: AWS::SNS::Topic}
  Queue:
    Type: AWS::SQS::Queue
    DependsOn: Topic
    DeletionPolicy: Retain
    UpdateReplacePolicy: Snapshot
    Condition: IsProd
    Properties:
      QueueName: !Sub "${Topic.TopicName}-${AWS::Region}-${!Server}-${ Image }"
      Tags:
        - {Key: a, Value: !If [IsProd, !GetAtt Server.PrivateIp, !Ref AWS::NoValue]}
  Server:
    Type: AWS::EC2::Instance
    DependsOn: [Topic, Nowhere]
    Properties:
      ImageId: !Ref Image
      UserData:
        Fn::Base64:
          !Sub
            - "${Queue} ${Port} ${Topic.Arn} ${Own.Name}"
            - Queue: !Ref Password
              Own.Name: x
      Other: {Ref: Queue, And: more}
      Long: {"Fn::GetAtt": Nested.Outputs.X}
  Nested:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: https://bucket/nested.yaml, Parameters: {X: !GetAtt [Queue, Arn]}}
  Computed:
    Type: AWS::CloudFormation::Stack
    DeletionPolicy: !Ref On
    Properties: {TemplateURL: !Sub "https://${Port}"}
Outputs:
  Arn: {Value: !GetAtt Queue.Arn, Export: {Name: shop-arn}}
  Url: {Value: !Ref Topic, Export: {Name: !Sub "${AWS::StackName}-${Size}"}}
"#;

fn parse(text: &str) -> Template {
    Template::parse(text).unwrap()
}

fn error(text: &str) -> TemplateError {
    Template::parse(text).unwrap_err()
}

#[test]
fn parameters() {
    let template = parse(TEMPLATE);
    let found: Vec<_> = template
        .parameters()
        .iter()
        .map(|p| (p.name.as_str(), p.kind.as_str(), p.default.as_deref(), p.no_echo, p.is_ssm_value()))
        .collect();
    let expected = [
        ("Image", "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", Some("/aws/service/ami"), false, true),
        ("Port", "Number", Some("0080"), false, false),
        ("Size", "Number", Some("1.10"), false, false),
        ("On", "String", Some("true"), false, false),
        ("Zones", "CommaDelimitedList", Some("a,2,c"), false, false),
        ("Password", "String", Some("geheim"), true, false),
        ("Quoted", "String", Some(""), true, false),
        ("Bare", "String", None, false, false),
    ];
    assert_eq!(found, expected);
    let image = template.parameter("Image").unwrap();
    assert_eq!(image.description.as_deref(), Some("The image"));
    assert_eq!((image.place.line, image.place.column), (4, 3));
    assert_eq!(&TEMPLATE[image.place.start..image.place.end], "Image");
    assert!(!format!("{template:?}").contains("geheim"));
}

#[test]
fn resources() {
    let template = parse(TEMPLATE);
    let ids: Vec<_> = template.resources().iter().map(|r| (r.logical_id.as_str(), r.resource_type.as_str())).collect();
    assert_eq!(
        ids,
        [
            ("Topic", "AWS::SNS::Topic"),
            ("Queue", "AWS::SQS::Queue"),
            ("Server", "AWS::EC2::Instance"),
            ("Nested", "AWS::CloudFormation::Stack"),
            ("Computed", "AWS::CloudFormation::Stack")
        ]
    );
    let queue = template.resource("Queue").unwrap();
    assert_eq!(queue.refers_to, ["Server", "Topic"]);
    assert_eq!(queue.refers_to_parameters, ["Image"]);
    assert_eq!(queue.deletion_policy.as_deref(), Some("Retain"));
    assert_eq!(queue.update_replace_policy.as_deref(), Some("Snapshot"));
    assert_eq!(queue.condition.as_deref(), Some("IsProd"));
    assert_eq!((queue.place.line, queue.place.column), (21, 3));
    let server = template.resource("Server").unwrap();
    assert_eq!(server.refers_to, ["Nested", "Topic"], "the function's own map hides `Queue`; a property may be `Ref`");
    assert_eq!(server.refers_to_parameters, ["Image", "Password", "Port"]);
    assert_eq!(server.nested_template_url, None);
    let nested = template.resource("Nested").unwrap();
    assert_eq!(nested.nested_template_url.as_deref(), Some("https://bucket/nested.yaml"));
    assert_eq!(nested.refers_to, ["Queue"]);
    let computed = template.resource("Computed").unwrap();
    assert_eq!((&computed.nested_template_url, &computed.deletion_policy), (&None, &None));
    assert_eq!(computed.refers_to_parameters, ["On", "Port"]);
    assert!(template.resource("Topic").unwrap().refers_to.is_empty());
    assert!(template.resource("Nowhere").is_none());
}

#[test]
fn the_rest() {
    let template = parse(TEMPLATE);
    let outputs: Vec<_> =
        template.outputs().iter().map(|o| (o.name.as_str(), o.export_name.as_deref(), &*o.refers_to)).collect();
    assert_eq!(
        outputs,
        [("Arn", Some("shop-arn"), &["Queue".to_owned()][..]), ("Url", None, &["Topic".to_owned()][..])]
    );
    assert_eq!(template.outputs()[1].refers_to_parameters, ["Size"]);
    assert_eq!(template.transforms(), ["AWS::LanguageExtensions", "AWS::Include"]);
    assert_eq!(template.mappings().collect::<Vec<_>>(), ["M"]);
    assert_eq!(template.conditions().collect::<Vec<_>>(), ["IsProd"]);
    assert_eq!(parse("Transform: AWS::Serverless-2016-10-31").transforms(), ["AWS::Serverless-2016-10-31"]);
    assert!(template.limits(TEMPLATE.len()).is_empty());
}

#[test]
fn the_same_as_json() {
    let yaml = parse(TEMPLATE);
    let text = serde_json::to_string_pretty(yaml.value()).unwrap();
    let json = parse(&text);
    assert_eq!(json.value(), yaml.value());
    let bare = |template: &Template| -> Vec<_> {
        template.resources().iter().cloned().map(|r| super::TemplateResource { place: Place::default(), ..r }).collect()
    };
    assert_eq!(bare(&json), bare(&yaml));
    let place = json.place("/Resources/Queue/Properties/QueueName").unwrap();
    assert_eq!(&text[place.start..place.end], "\"QueueName\"");
}

#[test]
fn places() {
    let template = parse(TEMPLATE);
    let at = |pointer: &str| template.place(pointer).map(|place| (place.line, place.column));
    let text = |pointer: &str| template.place(pointer).map(|place| &TEMPLATE[place.start..place.end]);
    assert_eq!(at("/Resources/Queue/Properties/QueueName"), Some((28, 7)));
    assert_eq!(at("/Resources/Queue/Properties/QueueName/Fn::Sub"), Some((28, 7)));
    assert_eq!(at("Resources/Queue/Properties/QueueName"), Some((28, 7)), "without the first slash");
    assert_eq!(text("/Resources/Queue/Properties/Tags/0/Value"), Some("Value"));
    assert_eq!(text("/Resources/Queue/Properties/Tags/0/Value/Fn::If/0"), Some("IsProd"));
    assert_eq!(
        text("/Resources/Queue/Properties/Tags/0/Value/Fn::If/1/Fn::GetAtt/0"),
        Some("!GetAtt Server.PrivateIp")
    );
    assert_eq!(text("/Resources/Queue/Properties/Tags/0/Value/Fn::Or/1"), Some("Value"));
    assert_eq!(text("/Resources/Queue/Properties/Tags/7"), Some("Tags"), "the longest part");
    assert_eq!(text("/Resources/Queue/Nope/Deeper"), Some("Queue"));
    assert_eq!(text("/Conditions/IsProd/Fn::Equals/1"), Some("\"true\""));
    assert_eq!(at("/Nope"), None);
    assert_eq!(at(""), Some((1, 1)));
    let odd = parse("a/b: {x~y: 1, \"0\": 2}");
    assert_eq!(odd.place("/a~1b/x~0y").unwrap().column, 7);
    assert_eq!(odd.place("/a~1b/0").unwrap().column, 15);
    let alias = parse("A: &a {x: 1}\nB: [*a, 2]\nC: {<<: *a}");
    assert_eq!(alias.place("/B/0").map(|place| (place.line, place.column)), Some((2, 5)));
    assert_eq!(alias.place("/B/0/x").map(|place| (place.line, place.column)), Some((1, 8)));
    assert_eq!(alias.place("/C/x").map(|place| (place.line, place.column)), Some((1, 8)));
}

#[test]
fn what_is_no_template() {
    let cases = [
        ("", "the template is empty", 1, 1),
        ("\u{FEFF}", "the template is empty", 1, 1),
        ("# nothing\n", "the template is empty", 1, 1),
        ("--- ~\n", "the template is empty", 1, 5),
        ("\n\nhello", "the template is no map", 3, 1),
        ("[]", "the template is no map", 1, 1),
        ("!Ref {a: b}", "the template is no map", 1, 1),
        ("\nResources: []", "the section `Resources` is no map", 2, 1),
        ("Outputs: x", "the section `Outputs` is no map", 1, 1),
        ("Resources:\n  A: x", "the resource `A` is no map", 2, 3),
        ("Parameters:\n  A:", "the parameter `A` is no map", 2, 3),
        ("Mappings: 3", "the section `Mappings` is no map", 1, 1),
        ("Resources: {A: {}, A: {}}", "the key `A` is given twice, first in line 1", 1, 20),
    ];
    for (text, message, line, column) in cases {
        let error = error(text);
        assert_eq!((error.message.as_str(), error.line, error.column), (message, line, column), "{text:?}");
    }
    assert_eq!(error("[]").to_string(), "line 1, column 1: the template is no map");
    let empty = parse("Resources:\nOutputs: {}\nParameters: ~");
    assert!(empty.resources().is_empty() && empty.outputs().is_empty() && empty.parameters().is_empty());
}

#[test]
fn quotas() {
    let many = |section: &str, count: usize| {
        let entries: String = (0..count).map(|i| format!("  E{i}: {{Type: String}}\n")).collect();
        format!("{section}:\n{entries}")
    };
    for (section, most, message) in [
        ("Resources", 500, "the template has 501 resources; CloudFormation takes 500 at most"),
        ("Parameters", 200, "the template has 201 parameters; CloudFormation takes 200 at most"),
        ("Outputs", 200, "the template has 201 outputs; CloudFormation takes 200 at most"),
        ("Mappings", 200, "the template has 201 mappings; CloudFormation takes 200 at most"),
    ] {
        assert_eq!(parse(&many(section, most)).limits(1), []);
        let problems = parse(&many(section, most + 1)).limits(1);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].message, message);
        assert_eq!(problems[0].place.map(|place| place.line), Some(u32::try_from(most).unwrap() + 2));
    }
    let default = |length: usize| format!("Parameters: {{P: {{Type: String, Default: '{}'}}}}", "x".repeat(length));
    assert_eq!(parse(&default(4096)).limits(1), []);
    let problems = parse(&default(4097)).limits(1);
    assert_eq!(
        problems[0].message,
        "the default of the parameter `P` has 4,097 bytes; CloudFormation takes 4,096 at most"
    );
    let name = |length: usize| format!("Resources: {{{}: {{}}}}", "ä".repeat(length));
    assert_eq!(parse(&name(255)).limits(1), []);
    let problems = parse(&name(256)).limits(1);
    assert!(problems[0].message.ends_with("…` has 256 characters; CloudFormation takes 255 at most"), "{problems:?}");
    let template = parse("Resources: {}");
    assert_eq!(template.limits(1 << 20), []);
    assert_eq!(
        template.limits((1 << 20) + 1)[0].message,
        "the template has 1,048,577 bytes; CloudFormation takes 1,048,576 at most"
    );
}

#[test]
fn references_that_lead_nowhere_or_to_itself() {
    let template = parse(
        "Resources: {A: {Type: T, P: [!Ref A, !Ref B, !Sub '${', !Sub '${}', !Sub '$A ${A', !GetAtt [], !Ref {}]}}",
    );
    assert_eq!(template.resource("A").unwrap().refers_to, ["A"]);
}

#[test]
fn the_examples_are_read() {
    let text = include_str!("../../../../examples/latest-ami/template.yaml");
    let template = parse(text);
    assert_eq!(template.parameters()[0].name, "Subnet");
    assert_eq!(template.parameters()[0].kind, "AWS::EC2::Subnet::Id");
    let server = template.resource("WebServer").unwrap();
    assert_eq!(server.refers_to_parameters, ["Subnet"]);
    assert_eq!(
        template.value()["Resources"]["WebServer"]["Properties"]["Tags"],
        json!([{ "Key": "Name", "Value": "web-<<resolve:ssm:/web/colour>>" }])
    );
    let database = template.resource("Database").unwrap();
    assert_eq!(database.deletion_policy.as_deref(), Some("Snapshot"));
    assert_eq!(template.value()["Resources"]["Database"]["Properties"]["AllocatedStorage"], json!("20"));
    let place = template.place("/Resources/Database/Properties/MasterUserPassword").unwrap();
    assert!(text[place.start..].starts_with("MasterUserPassword: <<resolve:ssm-secure"));
    let text = include_str!("../../../../examples/plugins/toml-resolver/template.yaml");
    assert!(!parse(text).resources().is_empty());
}

fn ask_all(text: &str) {
    if let Ok(template) = Template::parse(text) {
        assert_eq!(template.limits(text.len()), []);
        for pointer in ["", "/", "/Resources/a/b", "/Resources/A/0", "~", "/Fn::Ref/0"] {
            if let Some(place) = template.place(pointer) {
                assert!(text.get(place.start..place.end).is_some(), "{text:?} {pointer}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_a_template_or_not(text in any::<String>()) {
        ask_all(&text);
    }

    #[test]
    fn any_template_like_text_is_read_or_refused(
        text in "(\u{FEFF})?(Resources:|Parameters:|Outputs:|  [A-C]:|    Type: [A-C]|!Sub '\\$\\{[A-C]\\}'|!GetAtt [A-C]|!Ref [A-C]|DependsOn: |&a |\\*a|<<: |Default: |\\[|\\]|\\{|\\}|, |\n|\n    | ){0,30}"
    ) {
        ask_all(&text);
    }
}
