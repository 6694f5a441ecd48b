//! The place that a JSON pointer names.

use super::document::{NodeRef, long_name};
use super::place::Place;

/// The place of the longest part of a pointer that there is; none if there is nothing of it.
pub(super) fn place(root: NodeRef<'_>, pointer: &str) -> Option<Place> {
    let pointer = pointer.strip_prefix('/').unwrap_or(pointer);
    if pointer.is_empty() {
        return Some(root.place());
    }
    let mut found = None;
    let mut node = root;
    // Whether the long form of the node's tag has been passed: `/Fn::GetAtt` of `!GetAtt a.b`.
    let mut inside = false;
    for segment in pointer.split('/') {
        // `~01` is `~1`.
        let segment = segment.replace("~1", "/").replace("~0", "~");
        if let Some(tag) = node.local_tag().filter(|_| !inside) {
            if segment != long_name(tag) {
                break;
            }
            inside = true;
            continue;
        }
        let next = match segment.parse::<usize>() {
            Ok(index) => node.elements().nth(index).or_else(|| node.member(&segment)),
            Err(_) => node.member(&segment),
        };
        let Some((at, child)) = next else { break };
        found = Some(at);
        node = child;
        inside = false;
    }
    found
}
