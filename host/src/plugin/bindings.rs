//! What wasmtime makes of the package `formwork:plugin`.
//!
//! The interfaces that the host offers are generated once, from the world `host`; each kind of plugin is a world of
//! its own that reuses their types. Functions are synchronous for the plugin and asynchronous here, and each may end
//! the call with a trap.
#![allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]

wasmtime::component::bindgen!({
    path: "../wit",
    world: "host",
    imports: { default: async | trappable },
    with: { "formwork:plugin/secrets.secret": crate::plugin::interfaces::secrets::OpenSecret },
    require_store_data_send: true,
});

pub mod resolver {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "resolver-plugin",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "formwork:plugin/types": super::formwork::plugin::types,
            "formwork:plugin/log": super::formwork::plugin::log,
            "formwork:plugin/references": super::formwork::plugin::references,
        },
        require_store_data_send: true,
    });
}

pub mod renderer {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "renderer-plugin",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "formwork:plugin/types": super::formwork::plugin::types,
            "formwork:plugin/log": super::formwork::plugin::log,
            "formwork:plugin/references": super::formwork::plugin::references,
        },
        require_store_data_send: true,
    });
}

pub mod deployer {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "deployer-plugin",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "formwork:plugin/types": super::formwork::plugin::types,
            "formwork:plugin/log": super::formwork::plugin::log,
            "formwork:plugin/progress": super::formwork::plugin::progress,
            "formwork:plugin/stacks": super::formwork::plugin::stacks,
        },
        require_store_data_send: true,
    });
}

pub mod action {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "action-plugin",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "formwork:plugin/types": super::formwork::plugin::types,
            "formwork:plugin/log": super::formwork::plugin::log,
            "formwork:plugin/output": super::formwork::plugin::output,
            "formwork:plugin/process": super::formwork::plugin::process,
            "formwork:plugin/secrets": super::formwork::plugin::secrets,
            "formwork:plugin/workspace": super::formwork::plugin::workspace,
        },
        require_store_data_send: true,
    });
}
