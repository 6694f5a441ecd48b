//! Reasons as services give them, and what the hint says of each.

use super::super::hint;

#[test]
fn known_reasons_have_their_hints() {
    for (kind, reason, expected) in REASONS {
        let hint = hint(kind, None, reason).unwrap_or_else(|| panic!("no hint for: {reason}"));
        assert!(hint.contains(expected), "{reason}\n{hint}\nlacks: {expected}");
        assert!(hint.ends_with('.'), "{hint}");
    }
}

const REASONS: &[(&str, &str, &str)] = &[
    ("AWS::S3::Bucket", "logs-prod already exists", "`--import-existing-resources`"),
    // Names hold anything.
    ("AWS::DynamoDB::Table", "kms-quota-timeout already exists in stack arn:aws:x", "`--import-existing-resources`"),
    ("AWS::ECS::Service", "ECS was unable to assume the role 'r' that was provided for this task.", "trust policy"),
    (
        "AWS::SQS::Queue",
        "Resource handler returned message: \"Resource of type 'AWS::SQS::Queue' with identifier 'jobs' already \
         exists.\" (RequestToken: 8b6f, HandlerErrorCode: AlreadyExists)",
        "`--import-existing-resources`",
    ),
    (
        "AWS::EC2::Instance",
        "API: ec2:RunInstances You are not authorized to perform this operation. Encoded authorization failure \
         message: xYz",
        "Allow `ec2:RunInstances` to",
    ),
    (
        "AWS::EC2::Instance",
        "You are not authorized to perform: ec2:RunInstances. Encoded authorization failure message: xYz",
        "decode-authorization-message",
    ),
    (
        "AWS::IAM::Role",
        "API: iam:CreateRole User: arn:aws:sts::123456789012:assumed-role/Deploy/ci is not authorized to perform: \
         iam:CreateRole on resource: arn:aws:iam::123456789012:role/App",
        "Allow `iam:CreateRole` to the role",
    ),
    (
        "AWS::IAM::Role",
        "User: arn:aws:iam::1:user/a is not authorized to perform: iam:PassRole on resource: b with an explicit deny \
         in a service control policy",
        "service control policy of the organisation denies `iam:PassRole`",
    ),
    (
        "AWS::IAM::Role",
        "User: a is not authorized to perform: iam:CreateRole because no permissions boundary allows the \
         iam:CreateRole action",
        "permissions boundary",
    ),
    (
        "AWS::S3::Bucket",
        "User: a is not authorized to perform: s3:CreateBucket with an explicit deny in an identity-based policy",
        "A policy denies `s3:CreateBucket` explicitly",
    ),
    (
        "AWS::SecretsManager::Secret",
        "User: a is not authorized to perform: kms:GenerateDataKey on resource: key",
        "key policy of the KMS key",
    ),
    ("AWS::S3::Bucket", "API: s3:CreateBucket Access Denied", "Allow `s3:CreateBucket` to"),
    (
        "AWS::EC2::Instance",
        "The image id '[ami-0abcdef1234567890]' does not exist (Service: AmazonEC2; Status Code: 400; Error Code: \
         InvalidAMIID.NotFound; Request ID: 1)",
        "`formwork upgrade`",
    ),
    (
        "AWS::AutoScaling::AutoScalingGroup",
        "You must use a valid fully-formed launch template. The image id '[ami-0abc]' does not exist",
        "AMI does not exist in this region",
    ),
    (
        "AWS::EC2::Instance",
        "We currently do not have sufficient m5.24xlarge capacity in the Availability Zone you requested (us-east-1a).",
        "out of this instance type",
    ),
    ("AWS::EC2::Instance", "InsufficientInstanceCapacity", "out of this instance type"),
    (
        "AWS::EC2::Instance",
        "Your requested instance type (t4g.micro) is not supported in your requested Availability Zone (us-east-1e).",
        "does not have this instance type",
    ),
    ("AWS::EC2::Instance", "Security group sg-1 and subnet subnet-2 belong to different networks.", "same VPC"),
    ("AWS::EC2::Instance", "No default VPC for this user", "no default VPC"),
    ("AWS::EC2::Subnet", "The CIDR '10.0.1.0/24' conflicts with another subnet", "address range"),
    ("AWS::EC2::Instance", "The key pair 'deploy' does not exist", "Key pairs belong to one region"),
    (
        "AWS::CloudFormation::Stack",
        "Export net-Subnet-A cannot be deleted as it is in use by web-prod and jobs.",
        "Take the import of `net-Subnet-A` out of web-prod and jobs and deploy there first",
    ),
    (
        "AWS::CloudFormation::Stack",
        "Export net:Vpc.Id cannot be updated as it is in use by web",
        "Take the import of `net:Vpc.Id` out of web and",
    ),
    (
        "AWS::CloudFormation::Stack",
        "No export named net-Vpc found. Rollback requested by user.",
        "Deploy the stack that exports `net-Vpc` first",
    ),
    (
        "AWS::CloudFormation::Stack",
        "Export with name net-Vpc is already exported by stack network. Rollback requested by user.",
        "take it out of network first",
    ),
    (
        "AWS::S3::Bucket",
        "The bucket you tried to delete is not empty (Service: Amazon S3; Status Code: 409; Error Code: \
         BucketNotEmpty)",
        "all versions of its objects",
    ),
    (
        "AWS::Lambda::Function",
        "The role defined for the function cannot be assumed by Lambda. (Service: Lambda, Status Code: 400)",
        "trust policy",
    ),
    (
        "AWS::EC2::Instance",
        "Value (web-profile) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
        "takes some seconds",
    ),
    (
        "AWS::CloudFormation::WaitCondition",
        "WaitCondition timed out. Received 0 conditions when expecting 1",
        "cfn-init.log",
    ),
    (
        "AWS::EC2::Instance",
        "Failed to receive 1 resource signal(s) within the specified duration",
        "cloud-init-output.log",
    ),
    (
        "AWS::AutoScaling::AutoScalingGroup",
        "Received 0 SUCCESS signal(s) out of 2. Unable to satisfy 100% MinSuccessfulInstancesPercent requirement: \
         Failed to receive 2 resource signal(s) for the current batch.",
        "cfn-signal",
    ),
    (
        "AWS::EC2::Instance",
        "Action denied by stack policy: Statement [#1] does not allow [Update:Replace] for resource \
         [LogicalResourceId/Db];",
        "temporary stack policy",
    ),
    ("AWS::EC2::Instance", "Action not allowed by stack policy", "temporary stack policy"),
    (
        "Custom::Seed",
        "Received response status [FAILED] from custom resource. Message returned: See the details in CloudWatch Log \
         Stream: 2026/03/01/[$LATEST]0a1b2c (RequestId: 1)",
        "(log stream 2026/03/01/[$LATEST]0a1b2c)",
    ),
    (
        "AWS::CloudFormation::CustomResource",
        "CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId \
         [1]. If you are using the Python cfn-response module, you may need to update your Lambda function code",
        "look in its log group, /aws/lambda/FUNCTION.",
    ),
    ("Custom::Seed", "Custom Resource failed to stabilize in expected time.", "did not answer"),
    (
        "AWS::CloudFormation::Stack",
        "Unable to fetch parameters [/app/ami] from parameter store for this account.",
        "`ssm:GetParameters`",
    ),
    ("AWS::SNS::Topic", "Parameters: [ssm:/app/x:7:t] cannot be found.", "`ssm:GetParameters`"),
    (
        "AWS::RDS::DBInstance",
        "SSM Secure reference is not supported in: [AWS::RDS::DBInstance/Properties/DBName]",
        "`ssm-secure`",
    ),
    ("AWS::RDS::DBInstance", "Secrets Manager can't find the specified secret.", "name of the secret"),
    (
        "AWS::SecretsManager::Secret",
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
        "take the deletion back",
    ),
    ("AWS::EC2::Volume", "Client.InternalError: Client error on launch", "key policy"),
    ("AWS::RDS::DBInstance", "KMSKeyNotAccessibleFault: The KMS key is disabled", "KMS key exists and is enabled"),
    ("AWS::EC2::VPC", "The maximum number of VPCs has been reached. (Error Code: VpcLimitExceeded)", "Service Quotas"),
    (
        "AWS::EC2::Instance",
        "You have requested more vCPU capacity than your current vCPU limit of 16 allows for the instance bucket",
        "Service Quotas",
    ),
    (
        "AWS::Lambda::Function",
        "Resource handler returned message: \"Limit\" (RequestToken: 1, HandlerErrorCode: ServiceLimitExceeded)",
        "Service Quotas",
    ),
    (
        "AWS::Logs::LogGroup",
        "Rate exceeded (Service: CloudWatchLogs, Status Code: 400) (HandlerErrorCode: Throttling)",
        "too often at once",
    ),
    (
        "AWS::EC2::SecurityGroup",
        "resource sg-1 has a dependent object (Error Code: DependencyViolation)",
        "still uses it",
    ),
    ("AWS::EC2::VPC", "The vpc 'vpc-1' has dependencies and cannot be deleted.", "still uses it"),
    (
        "AWS::IAM::Role",
        "Cannot delete entity, must detach all policies first. (Error Code: DeleteConflict)",
        "still uses it",
    ),
    (
        "AWS::RDS::DBInstance",
        "Cannot delete protected DB Instance, please disable deletion protection",
        "protection off",
    ),
    (
        "AWS::IAM::Role",
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename app and update \
         the stack again.",
        "leave the name to CloudFormation",
    ),
    (
        "AWS::EC2::Instance",
        "Replacement type updates not supported on resource with disable-rollback.",
        "without `--disable-rollback`",
    ),
    ("AWS::S3::Bucket", "The following hook(s) failed: [Private::Guard::S3]", "hook"),
    (
        "AWS::Lambda::Function",
        "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
        "upload it first",
    ),
    (
        "AWS::Lambda::Function",
        "Error occurred while GetObject. S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this \
         region: us-east-1.",
        "in the region of the stack",
    ),
    (
        "AWS::CloudFront::Distribution",
        "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid",
        "us-east-1 only",
    ),
    (
        "AWS::S3::Bucket",
        "Properties validation failed for resource B with message: #: extraneous key [Name] is not permitted",
        "spelling",
    ),
    ("AWS::EC2::Instance", "Encountered unsupported property Ami", "spelling"),
    (
        "AWS::ECS::Service",
        "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.",
        "stopped tasks",
    ),
    ("AWS::RDS::DBInstance", "Exceeded attempts to wait", "did not become ready in time"),
    (
        "AWS::EKS::Cluster",
        "Resource did not stabilize (HandlerErrorCode: NotStabilized)",
        "did not become ready in time",
    ),
    (
        "AWS::EC2::Route",
        "Resource handler returned message: \"The route table ID 'rtb-1' does not exist\" (HandlerErrorCode: NotFound)",
        "is not in this account and region",
    ),
    (
        "AWS::KinesisFirehose::DeliveryStream",
        "Resource handler returned message: \"null\" (RequestToken: 1, HandlerErrorCode: InternalFailure)",
        "The service itself failed",
    ),
    (
        "AWS::Events::Rule",
        "Resource handler returned message: \"ScheduleExpression is not valid\" (HandlerErrorCode: InvalidRequest)",
        "its message says what",
    ),
];

#[test]
fn a_custom_resource_is_found_by_its_physical_id() {
    let id = Some("2026/03/01/[$LATEST]0a1b2c");
    let said = hint("Custom::Seed", id, "Received response status [FAILED] from custom resource.").unwrap();
    assert!(said.contains("(log stream 2026/03/01/[$LATEST]0a1b2c)"), "{said}");
    let said = hint("Custom::Seed", Some("seed-1"), "Received response status [FAILED] from custom resource.").unwrap();
    assert!(!said.contains("seed-1"), "{said}");
}

#[test]
fn unknown_reasons_have_no_hint_and_odd_ones_do_no_harm() {
    for reason in ["", " ", "Resource creation Initiated", "the moon is full", "é".repeat(5000).as_str()] {
        assert_eq!(hint("AWS::SNS::Topic", None, reason), None, "{reason}");
    }
    // Cut off in the middle of what is looked for.
    for reason in [
        "is not authorized to perform: ",
        "is not authorized to perform: é:é",
        "API: ",
        "Export  cannot be deleted as it is in use by ",
        "No export named  found",
        "is already exported by stack",
        "See the details in CloudWatch Log Stream: ",
    ] {
        for hint in [hint("Custom::X", Some(""), reason), hint("AWS::SNS::Topic", None, reason)].into_iter().flatten() {
            assert!(hint.ends_with('.') && !hint.contains("``") && !hint.contains("stream )"), "{hint}");
        }
    }
    assert_eq!(
        hint("AWS::SNS::Topic", None, "is not authorized to perform: é:é").unwrap(),
        "Allow the action to the role of the stack, or to the role or user that deploys."
    );
}
