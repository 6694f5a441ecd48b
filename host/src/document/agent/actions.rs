//! The actions that the agent knows, and the platforms that it has them on (`runpluginutil.allPlugins` and
//! `agent/framework/plugin`).

/// What the agent calls a platform type in preconditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// `linux`.
    Linux,
    /// `macos`.
    MacOs,
    /// `windows`.
    Windows,
}

impl Platform {
    /// The platform that this program was built for; everything that is neither macOS nor Windows counts as Linux.
    pub const HERE: Self = if cfg!(target_os = "macos") {
        Self::MacOs
    } else if cfg!(windows) {
        Self::Windows
    } else {
        Self::Linux
    };

    /// The agent's word for it, in lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::MacOs => "macos",
            Self::Windows => "windows",
        }
    }
}

/// What the agent says of the name of an action on a platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether it is one of the names that it knows.
    pub known: bool,
    /// Whether the platform can have it at all. On Linux every name counts as supported.
    pub supported: bool,
    /// Whether the agent has something that performs it there.
    pub handler: bool,
}

/// The names that the agent knows; nothing else can be performed by it.
pub const KNOWN: [&str; 16] = [
    "aws:applications",
    "aws:cloudWatch",
    "aws:configureDaemon",
    "aws:configureDocker",
    "aws:configurePackage",
    "aws:domainJoin",
    "aws:downloadContent",
    "aws:psModule",
    "aws:refreshAssociation",
    "aws:runDockerAction",
    "aws:runDocument",
    "aws:runPowerShellScript",
    "aws:runShellScript",
    "aws:softwareInventory",
    "aws:updateAgent",
    "aws:updateSsmAgent",
];

/// How the agent stands to an action on a platform.
#[must_use]
pub fn standing(action: &str, platform: Platform) -> Standing {
    let known = KNOWN.contains(&action);
    let everywhere = matches!(
        action,
        "aws:cloudWatch"
            | "aws:configureDocker"
            | "aws:configurePackage"
            | "aws:downloadContent"
            | "aws:refreshAssociation"
            | "aws:runDockerAction"
            | "aws:runDocument"
            | "aws:runPowerShellScript"
            | "aws:softwareInventory"
            | "aws:updateSsmAgent"
    );
    let windows = matches!(action, "aws:applications" | "aws:psModule" | "aws:updateAgent");
    let (supported, handler) = match platform {
        Platform::Linux => (true, everywhere || matches!(action, "aws:runShellScript" | "aws:domainJoin")),
        Platform::Windows => (true, everywhere || windows || action == "aws:domainJoin"),
        Platform::MacOs => {
            let supported = matches!(
                action,
                "aws:configurePackage"
                    | "aws:refreshAssociation"
                    | "aws:runPowerShellScript"
                    | "aws:runShellScript"
                    | "aws:softwareInventory"
                    | "aws:updateSsmAgent"
            );
            (supported, supported)
        }
    };
    Standing { known, supported, handler }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_platform_has_its_actions() {
        let here = |action, platform| standing(action, platform).handler;
        for (action, linux, mac, windows) in [
            ("aws:runShellScript", true, true, false),
            ("aws:runPowerShellScript", true, true, true),
            ("aws:psModule", false, false, true),
            ("aws:applications", false, false, true),
            ("aws:downloadContent", true, false, true),
            ("aws:softwareInventory", true, true, true),
            ("aws:domainJoin", true, false, true),
            ("acme:rotateCert", false, false, false),
        ] {
            let found = (here(action, Platform::Linux), here(action, Platform::MacOs), here(action, Platform::Windows));
            assert_eq!(found, (linux, mac, windows), "{action}");
        }
        assert!(!standing("acme:rotateCert", Platform::Linux).known);
        // Case matters.
        assert!(!standing("aws:runshellscript", Platform::Linux).known);
        assert!(KNOWN.is_sorted());
    }

    #[test]
    fn nothing_unknown_has_a_handler() {
        for platform in [Platform::Linux, Platform::MacOs, Platform::Windows] {
            for action in KNOWN {
                let standing = standing(action, platform);
                assert!(standing.known && (standing.supported || !standing.handler), "{action}");
            }
        }
    }
}
