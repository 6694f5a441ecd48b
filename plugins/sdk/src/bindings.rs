//! What wit-bindgen makes of the package `formwork:plugin`.
//!
//! The imports are generated once; the world of each kind reuses their types.
#![allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]

wit_bindgen::generate!({
    path: "../../wit",
    world: "host",
    generate_all,
});

pub mod resolver {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "resolver-plugin",
        pub_export_macro: true,
        export_macro_name: "__export_resolver",
        with: {
            "formwork:plugin/types@0.1.0": super::formwork::plugin::types,
            "formwork:plugin/log@0.1.0": super::formwork::plugin::log,
            "formwork:plugin/references@0.1.0": super::formwork::plugin::references,
        },
    });
}

pub mod renderer {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "renderer-plugin",
        pub_export_macro: true,
        export_macro_name: "__export_renderer",
        with: {
            "formwork:plugin/types@0.1.0": super::formwork::plugin::types,
            "formwork:plugin/log@0.1.0": super::formwork::plugin::log,
            "formwork:plugin/references@0.1.0": super::formwork::plugin::references,
        },
    });
}

pub mod deployer {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "deployer-plugin",
        pub_export_macro: true,
        export_macro_name: "__export_deployer",
        with: {
            "formwork:plugin/types@0.1.0": super::formwork::plugin::types,
            "formwork:plugin/log@0.1.0": super::formwork::plugin::log,
            "formwork:plugin/progress@0.1.0": super::formwork::plugin::progress,
            "formwork:plugin/stacks@0.1.0": super::formwork::plugin::stacks,
        },
    });
}

pub mod action {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "action-plugin",
        pub_export_macro: true,
        export_macro_name: "__export_action",
        with: {
            "formwork:plugin/types@0.1.0": super::formwork::plugin::types,
            "formwork:plugin/log@0.1.0": super::formwork::plugin::log,
            "formwork:plugin/output@0.1.0": super::formwork::plugin::output,
            "formwork:plugin/process@0.1.0": super::formwork::plugin::process,
            "formwork:plugin/secrets@0.1.0": super::formwork::plugin::secrets,
            "formwork:plugin/workspace@0.1.0": super::formwork::plugin::workspace,
        },
    });
}
