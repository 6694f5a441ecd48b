//! The partitions of AWS: which a region belongs to, and its pseudo parameters.
//!
//! Source: the AWS SDKs' `partitions.json`, and the CloudFormation User Guide, "Pseudo parameters reference".

/// A partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// `AWS::Partition`, the second part of every ARN.
    pub name: &'static str,
    /// `AWS::URLSuffix`.
    pub url_suffix: &'static str,
}

/// Prefixes of region names; a region that begins with none of them is in the partition `aws`.
const PREFIXES: [(&str, Partition); 7] = [
    ("cn-", Partition { name: "aws-cn", url_suffix: "amazonaws.com.cn" }),
    ("us-gov-", Partition { name: "aws-us-gov", url_suffix: "amazonaws.com" }),
    ("us-iso-", Partition { name: "aws-iso", url_suffix: "c2s.ic.gov" }),
    ("us-isob-", Partition { name: "aws-iso-b", url_suffix: "sc2s.sgov.gov" }),
    ("eu-isoe-", Partition { name: "aws-iso-e", url_suffix: "cloud.adc-e.uk" }),
    ("us-isof-", Partition { name: "aws-iso-f", url_suffix: "csp.hci.ic.gov" }),
    ("eusc-", Partition { name: "aws-eusc", url_suffix: "amazonaws.eu" }),
];

impl Partition {
    /// The partition of a region.
    #[must_use]
    pub fn of(region: &str) -> Self {
        PREFIXES
            .into_iter()
            .find(|(prefix, _)| region.starts_with(prefix))
            .map_or(Self { name: "aws", url_suffix: "amazonaws.com" }, |(_, partition)| partition)
    }
}

#[cfg(test)]
mod tests {
    use super::Partition;

    #[test]
    fn a_region_tells_its_partition() {
        assert_eq!(Partition::of("eu-west-1").name, "aws");
        assert_eq!(Partition::of("cn-north-1").url_suffix, "amazonaws.com.cn");
        assert_eq!(Partition::of("us-gov-west-1").name, "aws-us-gov");
    }
}
