//! Security groups: whom they let in and out that they did not before.

use std::net::IpAddr;

use serde_json::{Map, Value};

use super::{Sides, text};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    In,
    Out,
}

/// One rule (CloudFormation, AWS::EC2::SecurityGroup Ingress and Egress).
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    direction: Direction,
    /// `tcp`, `udp`, `icmp`, …; `-1` for all.
    protocol: String,
    from: String,
    to: String,
    peer: String,
    /// The security group, where the rule is a resource of its own.
    group: Option<String>,
}

pub(super) fn widened(kind: &str, sides: &Sides) -> Vec<String> {
    let rules = |properties: &Map<String, Value>| match kind {
        "AWS::EC2::SecurityGroupIngress" => own(properties, Direction::In),
        "AWS::EC2::SecurityGroupEgress" => own(properties, Direction::Out),
        _ if kind.contains("SecurityGroup") => {
            let mut found = Vec::new();
            inline(properties.get("SecurityGroupIngress"), Direction::In, &mut found);
            inline(properties.get("SecurityGroupEgress"), Direction::Out, &mut found);
            found
        }
        _ => Vec::new(),
    };
    let before = rules(&sides.before);
    let is_new = |rule: &Rule| !before.iter().any(|old| old.covers(rule));
    rules(&sides.after).iter().filter(|rule| is_new(rule)).map(Rule::line).collect()
}

fn own(properties: &Map<String, Value>, direction: Direction) -> Vec<Rule> {
    let group = properties.get("GroupId").or_else(|| properties.get("GroupName")).map(text);
    Rule::read(properties, direction, group).into_iter().collect()
}

/// The rules in a list; of a condition (`Fn::If`) all branches count.
fn inline(value: Option<&Value>, direction: Direction, found: &mut Vec<Rule>) {
    match value {
        Some(Value::Array(items)) => items.iter().for_each(|item| inline(Some(item), direction, found)),
        Some(Value::Object(map)) => match Rule::read(map, direction, None) {
            Some(rule) => found.push(rule),
            None => map.values().for_each(|value| inline(Some(value), direction, found)),
        },
        _ => {}
    }
}

const PEERS: [&str; 10] = [
    "CidrIp",
    "CidrIpv6",
    "SourcePrefixListId",
    "DestinationPrefixListId",
    "SourceSecurityGroupId",
    "DestinationSecurityGroupId",
    "SourceSecurityGroupName",
    "SourceSecurityGroupOwnerId",
    "CIDRIP",
    "EC2SecurityGroupId",
];

impl Rule {
    fn read(map: &Map<String, Value>, direction: Direction, group: Option<String>) -> Option<Self> {
        let peer = PEERS.iter().find_map(|name| map.get(*name)).map(text)?;
        let get = |name: &str| map.get(name).map(text).filter(|text| !text.is_empty());
        let protocol = match get("IpProtocol")?.to_lowercase().as_str() {
            "6" => "tcp".to_owned(),
            "17" => "udp".to_owned(),
            "1" => "icmp".to_owned(),
            "58" => "icmpv6".to_owned(),
            "all" => "-1".to_owned(),
            other => other.to_owned(),
        };
        let from = get("FromPort").unwrap_or_else(|| "-1".to_owned());
        let to = get("ToPort").unwrap_or_else(|| if from == "-1" { "-1".to_owned() } else { from.clone() });
        Some(Self { direction, protocol, from, to, peer, group })
    }

    fn covers(&self, other: &Self) -> bool {
        self.direction == other.direction
            && self.group == other.group
            && (self.protocol == "-1" || self.protocol == other.protocol && self.covers_ports(other))
            && (self.peer == other.peer || covers_addresses(&self.peer, &other.peer))
    }

    /// For tcp and udp -1 stands for all ports; a number that is not one is compared as it is.
    fn covers_ports(&self, other: &Self) -> bool {
        if self.is_all_ports() || (&self.from, &self.to) == (&other.from, &other.to) {
            return true;
        }
        let numbers = |rule: &Self| Some((rule.from.parse::<u16>().ok()?, rule.to.parse::<u16>().ok()?));
        match (self.protocol.as_str(), numbers(self), numbers(other)) {
            ("tcp" | "udp", Some((from, to)), Some((other_from, other_to))) => from <= other_from && other_to <= to,
            _ => false,
        }
    }

    fn is_all_ports(&self) -> bool {
        self.from == "-1" || (self.from == "0" && self.to == "65535")
    }

    fn line(&self) -> String {
        let ports = match self.protocol.as_str() {
            "-1" => "every port and protocol".to_owned(),
            protocol @ ("tcp" | "udp") if self.is_all_ports() => format!("every {protocol} port"),
            protocol @ ("tcp" | "udp") if self.from == self.to => format!("{protocol} {}", self.from),
            protocol @ ("tcp" | "udp") => format!("{protocol} {}-{}", self.from, self.to),
            protocol @ ("icmp" | "icmpv6") if self.from == "-1" => protocol.to_owned(),
            protocol @ ("icmp" | "icmpv6") => format!("{protocol} type {}", self.from),
            protocol => format!("protocol {protocol}"),
        };
        match self.direction {
            Direction::In => format!("lets {} in at {ports}", self.peer),
            Direction::Out => format!("lets out to {} at {ports}", self.peer),
        }
    }
}

/// Whether a range of addresses (`10.0.0.0/8`) holds another.
fn covers_addresses(wide: &str, narrow: &str) -> bool {
    let (Some((wide, length)), Some((narrow, other))) = (addresses(wide), addresses(narrow)) else { return false };
    length <= other
        && match (wide, narrow) {
            (IpAddr::V4(wide), IpAddr::V4(narrow)) => {
                length == 0 || (wide.to_bits() ^ narrow.to_bits()).leading_zeros() >= length
            }
            (IpAddr::V6(wide), IpAddr::V6(narrow)) => {
                length == 0 || (wide.to_bits() ^ narrow.to_bits()).leading_zeros() >= length
            }
            _ => false,
        }
}

fn addresses(text: &str) -> Option<(IpAddr, u32)> {
    let (address, length) = text.split_once('/')?;
    let (address, length): (IpAddr, u32) = (address.parse().ok()?, length.parse().ok()?);
    (length <= if address.is_ipv4() { 32 } else { 128 }).then_some((address, length))
}
