//! Calls and answers as they go over the wire.

use super::super::replay::{Answer, Replay};
use crate::cloud::FailureKind;
use crate::cloud::stacks::{
    ContinueRollback, CreateChangeSet, DeleteStack, EventsOf, ExecuteChangeSet, Stacks, TemplateSource, Texts,
};

fn change_set(status: &str, changes: &str, rest: &str) -> Answer {
    let set = format!("<ChangeSetId>arn:set</ChangeSetId><Status>{status}</Status><Changes>{changes}</Changes>{rest}");
    Answer::of("DescribeChangeSet", &set)
}

fn change(logical: &str, kind: &str, rest: &str) -> String {
    format!(
        "<member><Type>Resource</Type><ResourceChange><Action>Modify</Action><LogicalResourceId>{logical}</LogicalResourceId>\
         <ResourceType>{kind}</ResourceType>{rest}</ResourceChange></member>"
    )
}

fn nested(logical: &str, id: &str) -> String {
    change(logical, "AWS::CloudFormation::Stack", &format!("<ChangeSetId>{id}</ChangeSetId>"))
}

#[tokio::test]
async fn the_changes_of_all_pages_come_together() {
    let topic = |name: &str| change(name, "AWS::SNS::Topic", "");
    let replay = Replay::new(vec![
        change_set("CREATE_COMPLETE", &topic("One"), "<NextToken>a/b=</NextToken>"),
        change_set("CREATE_COMPLETE", &topic("Two"), "<NextToken>c</NextToken>"),
        change_set("CREATE_COMPLETE", &topic("Three"), ""),
    ]);
    let set = replay.cloud.change_set("arn:set").await.unwrap();
    let names: Vec<_> = set.changes.iter().map(|change| change.resource_change.logical_resource_id.as_str()).collect();
    assert_eq!(names, ["One", "Two", "Three"]);
    let bodies = replay.bodies();
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| body.contains("IncludePropertyValues=true")));
    assert!(bodies[1].contains("NextToken=a%2Fb%3D"), "{}", bodies[1]);
}

#[tokio::test]
async fn a_change_set_under_way_costs_one_call() {
    for status in ["CREATE_PENDING", "CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS"] {
        let replay = Replay::new(vec![change_set(status, &nested("Inner", "arn:inner"), "<NextToken>a</NextToken>")]);
        let set = replay.cloud.change_set("arn:set").await.unwrap();
        assert_eq!((set.status.as_str(), set.nested.len()), (status, 0));
        assert_eq!(replay.actions(), ["DescribeChangeSet"]);
    }
}

#[tokio::test]
async fn change_sets_of_nested_stacks_are_followed() {
    let replay = Replay::new(vec![
        change_set("CREATE_COMPLETE", &(nested("Gone", "arn:gone") + &nested("Inner", "arn:inner")), ""),
        Answer::error("ChangeSetNotFound", "ChangeSet [arn:gone] does not exist"),
        change_set("CREATE_COMPLETE", &nested("Innermost", "arn:innermost"), ""),
        change_set("CREATE_COMPLETE", &change("Topic", "AWS::SNS::Topic", ""), ""),
    ]);
    let set = replay.cloud.change_set("arn:set").await.unwrap();
    assert_eq!(set.nested.keys().collect::<Vec<_>>(), ["Inner"]);
    assert_eq!(set.changes[0].resource_change.change_set_id.as_deref(), Some("arn:gone"));
    let innermost = &set.nested["Inner"].nested["Innermost"];
    assert_eq!(innermost.changes[0].resource_change.logical_resource_id, "Topic");
    let asked: Vec<bool> = replay
        .bodies()
        .iter()
        .zip(["arn%3Aset", "arn%3Agone", "arn%3Ainner", "arn%3Ainnermost"])
        .map(|(body, id)| body.contains(id))
        .collect();
    assert_eq!(asked, [true; 4]);
}

#[tokio::test]
async fn nested_stacks_that_never_end_are_cut() {
    let answers = (0..11).map(|_| change_set("CREATE_COMPLETE", &nested("Inner", "arn:inner"), "")).collect();
    let replay = Replay::new(answers);
    let mut set = &replay.cloud.change_set("arn:set").await.unwrap();
    let mut depth = 0;
    while let Some(inner) = set.nested.get("Inner") {
        (set, depth) = (inner, depth + 1);
    }
    assert_eq!((depth, replay.actions().len()), (10, 11));
}

#[tokio::test]
async fn a_nested_change_set_is_not_lost_to_throttling() {
    let replay = Replay::new(vec![
        change_set("CREATE_COMPLETE", &nested("Inner", "arn:inner"), ""),
        Answer::error("Throttling", "Rate exceeded"),
    ]);
    let failure = replay.cloud.change_set("arn:set").await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Throttled(None));
}

#[tokio::test]
async fn a_stack_that_is_not_there_is_not_found() {
    let missing = || Answer::error("ValidationError", "Stack with id web does not exist");
    let replay = Replay::new((0..6).map(|_| missing()).collect());
    let cloud = &replay.cloud;
    let failures = [
        cloud.describe("web").await.unwrap_err(),
        cloud.template("web").await.unwrap_err(),
        cloud.events("web", None).await.unwrap_err(),
        cloud.resources("web").await.unwrap_err(),
        cloud.policy("web").await.unwrap_err(),
        cloud.protect("web", true).await.unwrap_err(),
    ];
    for failure in failures {
        assert_eq!((failure.kind, failure.code.as_deref()), (FailureKind::NotFound, Some("ValidationError")));
    }
    let replay = Replay::new(vec![Answer::of("DescribeStacks", "<Stacks/>")]);
    assert_eq!(replay.cloud.describe("web").await.unwrap_err().kind, FailureKind::NotFound);
}

#[tokio::test]
async fn a_stack_has_all_that_cloudformation_says() {
    let replay = Replay::new(vec![Answer::of(
        "DescribeStacks",
        "<Stacks><member><StackId>arn:web</StackId><StackName>web</StackName><StackStatus>UPDATE_DREAMING</StackStatus>\
         <CreationTime>2026-09-05T10:11:12.345Z</CreationTime><LastUpdatedTime>2026-09-05T10:11:13Z</LastUpdatedTime>\
         <Parameters><member><ParameterKey>Ami</ParameterKey><ParameterValue>/ami</ParameterValue>\
         <ResolvedValue>ami-1</ResolvedValue></member><member><ParameterKey>Empty</ParameterKey><ParameterValue></ParameterValue>\
         </member></Parameters><Outputs><member><OutputKey>Url</OutputKey><OutputValue>ü</OutputValue>\
         <ExportName>web-url</ExportName></member></Outputs><Tags><member><Key>b</Key><Value>2</Value></member><member>\
         <Key>a</Key><Value></Value></member></Tags><Capabilities><member>CAPABILITY_NEW</member></Capabilities>\
         <EnableTerminationProtection>true</EnableTerminationProtection><DisableRollback>false</DisableRollback>\
         <DriftInformation><StackDriftStatus>NOT_CHECKED</StackDriftStatus></DriftInformation></member></Stacks>",
    )]);
    let stack = replay.cloud.describe("web").await.unwrap();
    assert_eq!((stack.stack_id.as_str(), stack.stack_status.as_str()), ("arn:web", "UPDATE_DREAMING"));
    assert_eq!(stack.creation_time.as_deref(), Some("2026-09-05T10:11:12.345Z"));
    assert_eq!(stack.last_updated_time.as_deref(), Some("2026-09-05T10:11:13.000Z"));
    assert_eq!(stack.parameters[0].resolved_value.as_deref(), Some("ami-1"));
    assert_eq!(stack.parameters[1].parameter_value.as_deref(), Some(""));
    assert_eq!(stack.outputs[0].export_name.as_deref(), Some("web-url"));
    assert_eq!(stack.tags, Texts::from([("a".into(), String::new()), ("b".into(), "2".into())]));
    assert_eq!(stack.capabilities, ["CAPABILITY_NEW"]);
    assert!(stack.enable_termination_protection);
    assert_eq!(stack.drift_status.as_deref(), Some("NOT_CHECKED"));
}

#[tokio::test]
async fn deleted_stacks_are_not_listed() {
    let stack = |name: &str, status: &str| {
        format!("<member><StackName>{name}</StackName><StackStatus>{status}</StackStatus></member>")
    };
    let page = |stacks: String, rest: &str| Answer::of("DescribeStacks", &format!("<Stacks>{stacks}</Stacks>{rest}"));
    let replay = Replay::new(vec![
        page(stack("a", "CREATE_COMPLETE") + &stack("b", "DELETE_COMPLETE"), "<NextToken>n</NextToken>"),
        page(stack("c", "DELETE_FAILED"), "<NextToken>n</NextToken>"),
    ]);
    let names: Vec<_> = replay.cloud.list().await.unwrap().into_iter().map(|stack| stack.stack_name).collect();
    assert_eq!(names, ["a", "c"], "and the same token twice is the end");
}

#[tokio::test]
async fn events_come_a_page_at_a_time() {
    let event = "<member><StackId>arn:web</StackId><EventId>1</EventId><PhysicalResourceId></PhysicalResourceId>\
                 <Timestamp>2026-09-05T10:11:12.345Z</Timestamp><ResourceStatus>CREATE_COMPLETE</ResourceStatus>\
                 <HookStatus>HOOK_COMPLETE_FAILED</HookStatus></member>";
    let page = |rest: &str| Answer::of("DescribeStackEvents", &format!("<StackEvents>{event}</StackEvents>{rest}"));
    let replay = Replay::new(vec![page("<NextToken>n</NextToken>"), page("")]);
    let first = replay.cloud.events("web", None).await.unwrap();
    assert_eq!((first.items.len(), first.next.as_deref()), (1, Some("n")));
    assert_eq!(first.items[0].timestamp, "2026-09-05T10:11:12.345Z");
    assert_eq!(first.items[0].physical_resource_id, None);
    assert_eq!(first.items[0].hook_status.as_deref(), Some("HOOK_COMPLETE_FAILED"));
    let second = replay.cloud.events("web", first.next.as_deref()).await.unwrap();
    assert_eq!(second.next, None);
    assert!(replay.bodies()[1].contains("NextToken=n"));
}

#[tokio::test]
async fn an_export_that_nobody_imports_has_no_imports() {
    let replay = Replay::new(vec![
        Answer::error("ValidationError", "Export 'a' is not imported by any stack."),
        Answer::of("ListImports", "<Imports><member>app</member></Imports>"),
        Answer::error("AccessDenied", "User: x is not authorized to perform: cloudformation:ListImports"),
    ]);
    assert_eq!(replay.cloud.imports("a").await.unwrap(), Vec::<String>::new());
    assert_eq!(replay.cloud.imports("a").await.unwrap(), ["app"]);
    assert_eq!(replay.cloud.imports("a").await.unwrap_err().kind, FailureKind::AccessDenied);
}

#[tokio::test]
async fn a_hook_that_refused_a_change_set_can_be_looked_up() {
    let replay = Replay::new(vec![
        Answer::of(
            "DescribeEvents",
            "<OperationEvents><member><EventId>1</EventId><EventType>HOOK_INVOCATION_ERROR</EventType>\
             <HookType>Acme::Guard::Hook</HookType><HookStatus>HOOK_COMPLETE_FAILED</HookStatus></member>\
             </OperationEvents>",
        ),
        Answer::of(
            "ListHookResults",
            "<HookResults><member><HookResultId>other</HookResultId><TypeName>Acme::Guard::Hook</TypeName>\
             <Status>HOOK_COMPLETE_SUCCEEDED</Status></member></HookResults><NextToken>n</NextToken>",
        ),
        Answer::of(
            "ListHookResults",
            "<HookResults><member><HookResultId>id-1</HookResultId><TypeName>Acme::Guard::Hook</TypeName>\
             <Status>HOOK_COMPLETE_FAILED</Status></member></HookResults>",
        ),
        Answer::of(
            "GetHookResult",
            "<Status>HOOK_COMPLETE_FAILED</Status><TypeName>Acme::Guard::Hook</TypeName><Annotations><member>\
             <AnnotationName>no-public</AnnotationName><Status>FAILED</Status><StatusMessage>public</StatusMessage>\
             <RemediationMessage>close it</RemediationMessage></member></Annotations>",
        ),
    ]);
    let events = replay.cloud.failed_events(&EventsOf::ChangeSet("arn:set".into())).await.unwrap();
    assert_eq!(events[0].hook_invocation_id.as_deref(), Some("id-1"));
    let result = replay.cloud.hook_result("id-1").await.unwrap();
    assert_eq!(result.annotations[0].remediation_message.as_deref(), Some("close it"));
    let bodies = replay.bodies();
    assert!(bodies[0].contains("ChangeSetName=arn%3Aset") && bodies[0].contains("Filters.FailedEvents=true"));
    assert!(bodies[1].contains("TargetType=CHANGE_SET") && bodies[1].contains("TargetId=arn%3Aset"));
}

#[tokio::test]
async fn the_last_operation_of_a_stack_is_what_failed_and_its_rollback() {
    let event = |id: &str| {
        Answer::of(
            "DescribeEvents",
            &format!("<OperationEvents><member><EventId>{id}</EventId></member></OperationEvents>"),
        )
    };
    let replay = Replay::new(vec![
        Answer::of(
            "DescribeStacks",
            "<Stacks><member><StackName>web</StackName><LastOperations><member><OperationType>ROLLBACK</OperationType>\
             <OperationId>op-2</OperationId></member><member><OperationType>UPDATE_STACK</OperationType>\
             <OperationId>op-1</OperationId></member></LastOperations></member></Stacks>",
        ),
        event("b"),
        event("a"),
    ]);
    let events = replay.cloud.failed_events(&EventsOf::Stack("web".into())).await.unwrap();
    assert_eq!(events.iter().map(|event| event.event_id.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    assert!(replay.bodies()[1].contains("OperationId=op-2") && replay.bodies()[2].contains("OperationId=op-1"));
}

#[tokio::test]
async fn an_endpoint_without_operations_gives_the_newest() {
    let replay = Replay::new(vec![
        Answer::of("DescribeStacks", "<Stacks><member><StackName>web</StackName></member></Stacks>"),
        Answer::of(
            "DescribeEvents",
            "<OperationEvents><member><EventId>2</EventId><OperationId>b</OperationId><LogicalResourceId>Bucket\
             </LogicalResourceId><HookType>H</HookType></member><member><EventId>1</EventId><OperationId>a</OperationId>\
             </member></OperationEvents>",
        ),
        Answer::error("AccessDenied", "no"),
    ]);
    let events = replay.cloud.failed_events(&EventsOf::Stack("web".into())).await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].hook_invocation_id, None, "a hook that cannot be looked up is shown without its id");
    assert_eq!(replay.actions(), ["DescribeStacks", "DescribeEvents", "DescribeStackEvents"]);
}

#[tokio::test]
async fn requests_carry_what_was_asked_and_a_token() {
    let done = |action: &str| Answer::of(action, "");
    let replay = Replay::new(vec![
        done("ExecuteChangeSet"),
        done("ExecuteChangeSet"),
        done("DeleteStack"),
        done("DeleteStack"),
        done("ContinueUpdateRollback"),
        done("RollbackStack"),
        done("CancelUpdateStack"),
        done("DeleteChangeSet"),
    ]);
    let cloud = &replay.cloud;
    let execute = ExecuteChangeSet { change_set_id: "arn:set".into(), ..Default::default() };
    cloud.execute_change_set(&execute).await.unwrap();
    let execute =
        ExecuteChangeSet { client_request_token: Some("tok".into()), disable_rollback: Some(true), ..execute };
    cloud.execute_change_set(&execute).await.unwrap();
    cloud.delete(&DeleteStack { stack_name: "web".into(), ..Default::default() }).await.unwrap();
    let retain = vec!["A".into(), "B".into()];
    let delete = DeleteStack { stack_name: "web".into(), retain_resources: retain, force: true, ..Default::default() };
    cloud.delete(&delete).await.unwrap();
    let go_on = ContinueRollback {
        stack_name: "web".into(),
        resources_to_skip: vec!["Nested.Topic".into()],
        ..Default::default()
    };
    cloud.continue_rollback(&go_on).await.unwrap();
    cloud.rollback("web").await.unwrap();
    cloud.cancel_update("web").await.unwrap();
    cloud.delete_change_set("arn:set").await.unwrap();
    let bodies = replay.bodies();
    assert!(bodies[0].contains("ClientRequestToken=") && !bodies[0].contains("DisableRollback"), "{}", bodies[0]);
    assert!(bodies[1].contains("ClientRequestToken=tok") && bodies[1].contains("DisableRollback=true"));
    assert!(!bodies[2].contains("RetainResources") && !bodies[2].contains("DeletionMode"), "{}", bodies[2]);
    assert!(bodies[3].contains("RetainResources.member.2=B") && bodies[3].contains("DeletionMode=FORCE_DELETE_STACK"));
    assert!(bodies[4].contains("ResourcesToSkip.member.1=Nested.Topic") && !bodies[4].contains("ForceRollback"));
    assert!(bodies[5].contains("ClientRequestToken=") && bodies[6].contains("ClientRequestToken="));
}

#[tokio::test]
async fn empty_tags_take_all_away_and_no_tags_keep_them() {
    let made = || Answer::of("CreateChangeSet", "<Id>arn:set</Id><StackId>arn:web</StackId>");
    let replay = Replay::new(vec![made(), made(), Answer::of("CreateChangeSet", "")]);
    let mut request = CreateChangeSet {
        stack_name: "web".into(),
        change_set_name: "x".into(),
        change_set_type: "UPDATE".into(),
        template: TemplateSource::Previous("web".into()),
        parameters: Default::default(),
        tags: None,
        capabilities: Vec::new(),
        role_arn: None,
        notification_arns: None,
        on_stack_failure: None,
        resources_to_import: Vec::new(),
        import_existing_resources: false,
        deployment_mode: None,
        express: true,
        description: None,
    };
    let ids = replay.cloud.create_change_set(&request).await.unwrap();
    assert_eq!((ids.id.as_str(), ids.stack_id.as_str()), ("arn:set", "arn:web"));
    request.tags = Some(Texts::new());
    replay.cloud.create_change_set(&request).await.unwrap();
    let bodies = replay.bodies();
    let first: Vec<&str> = bodies[0].split('&').collect();
    assert!(first.contains(&"DeploymentConfig.Mode=EXPRESS") && first.contains(&"UsePreviousTemplate=true"));
    assert!(first.iter().all(|field| !field.starts_with("Tags") && !field.starts_with("NotificationARNs")));
    assert!(bodies[1].split('&').any(|field| field == "Tags=" || field == "Tags"), "{}", bodies[1]);
    assert!(replay.cloud.create_change_set(&request).await.is_err(), "an answer without ids is none");
}

#[tokio::test]
async fn drift_is_asked_for_without_what_is_in_sync() {
    let drift = "<StackResourceDrifts><member><LogicalResourceId>P</LogicalResourceId><ResourceType>AWS::SSM::Parameter\
                 </ResourceType><StackResourceDriftStatus>MODIFIED</StackResourceDriftStatus><PropertyDifferences><member>\
                 <PropertyPath>/Value</PropertyPath><ExpectedValue>1</ExpectedValue><ActualValue>2</ActualValue>\
                 <DifferenceType>NOT_EQUAL</DifferenceType></member></PropertyDifferences></member></StackResourceDrifts>";
    let replay = Replay::new(vec![
        Answer::of("DescribeStackResourceDrifts", &format!("{drift}<NextToken>n</NextToken>")),
        Answer::of("DescribeStackResourceDrifts", drift),
        Answer::of("DetectStackDrift", "<StackDriftDetectionId>d-1</StackDriftDetectionId>"),
        Answer::of(
            "DescribeStackDriftDetectionStatus",
            "<DetectionStatus>DETECTION_COMPLETE</DetectionStatus><StackDriftStatus>DRIFTED</StackDriftStatus>",
        ),
    ]);
    let drifts = replay.cloud.drifts("web").await.unwrap();
    assert_eq!((drifts.len(), drifts[0].property_differences[0].difference_type.as_str()), (2, "NOT_EQUAL"));
    assert!(replay.bodies()[0].contains("StackResourceDriftStatusFilters.member.3=NOT_CHECKED"));
    assert_eq!(replay.cloud.detect_drift("web").await.unwrap(), "d-1");
    let detection = replay.cloud.drift_detection("d-1").await.unwrap();
    assert_eq!(detection.stack_drift_status.as_deref(), Some("DRIFTED"));
}
