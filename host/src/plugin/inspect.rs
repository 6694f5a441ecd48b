//! What a component says of itself, read without compiling or running it.

use serde::Serialize;
use wasmparser::{
    ComponentAlias, ComponentExternalKind, ComponentInstance, ComponentTypeRef, Encoding, Parser, Payload,
};

use super::error::LoadError;
use super::inert::inert_line;
use super::limits::MAX_COMPONENT_SIZE;

/// The package of the plugin contract.
const PACKAGE: &str = "formwork:plugin/";

/// The interfaces of the package that a plugin may import, with the grant that each needs (none: always granted).
pub const INTERFACES: [(&str, Option<&str>); 13] = [
    ("types", None),
    ("log", None),
    ("progress", None),
    ("references", Some("references")),
    ("parameters", Some("parameters")),
    ("secrets", Some("secrets")),
    ("reveal", Some("reveal")),
    ("files", Some("files")),
    ("output", Some("output")),
    ("process", Some("process")),
    ("http", Some("http")),
    ("stacks", Some("stacks")),
    ("workspace", None),
];

/// The parts of WASI 0.2 that are linked, with an empty context.
const WASI: [&str; 6] = ["cli", "clocks", "filesystem", "io", "random", "sockets"];

/// What a plugin is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Turns references into values.
    Resolver,
    /// Turns templates into templates.
    Renderer,
    /// Plans and applies stack changes.
    Deployer,
    /// Performs steps of documents.
    Action,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Resolver, Self::Renderer, Self::Deployer, Self::Action];

    /// The name of its interface.
    #[must_use]
    pub fn interface(self) -> &'static str {
        match self {
            Self::Resolver => "resolver",
            Self::Renderer => "renderer",
            Self::Deployer => "deployer",
            Self::Action => "action",
        }
    }
}

/// What a component says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// Its size in bytes.
    pub size: usize,
    /// What it is; at least one.
    pub kinds: Vec<Kind>,
    /// All exports, by name.
    pub exports: Vec<String>,
    /// All imports, by name.
    pub imports: Vec<String>,
    /// Those of which it calls functions; of the others it uses types at most.
    pub called: Vec<String>,
    /// The version of the WIT package, from its exports.
    pub wit_version: Option<String>,
    /// The language and tools it was made with, as its `producers` section says.
    pub producers: Vec<(String, String)>,
}

impl Inspection {
    /// Read a component.
    ///
    /// # Errors
    /// When it is no component, no plugin, or imports what this host does not know.
    pub fn of(bytes: &[u8]) -> Result<Self, LoadError> {
        if bytes.len() > MAX_COMPONENT_SIZE {
            return Err(LoadError::TooLarge);
        }
        if bytes.is_empty() {
            return Err(LoadError::Empty);
        }
        if !bytes.starts_with(b"\0asm") {
            return Err(LoadError::NotWasm);
        }
        let Parts { imports, called, exports, producers } = read(bytes)?;
        if let Some(unknown) = imports.iter().find(|import| !is_known(import)) {
            return Err(LoadError::UnknownImport(unknown.clone()));
        }
        let ours: Vec<_> = exports.iter().filter_map(|export| export.strip_prefix(PACKAGE)).map(split).collect();
        let mut kinds: Vec<Kind> = ours
            .iter()
            .filter(|(_, version)| version.is_some_and(is_ours))
            .filter_map(|(interface, _)| Kind::ALL.into_iter().find(|kind| kind.interface() == *interface))
            .collect();
        kinds.sort_unstable();
        if kinds.is_empty() {
            return Err(LoadError::NoPlugin);
        }
        let wit_version = ours.iter().find_map(|(_, version)| version.map(str::to_owned));
        Ok(Self { size: bytes.len(), kinds, exports, imports, called, wit_version, producers })
    }

    /// The grants that its imports can use, in the order of [`INTERFACES`].
    #[must_use]
    pub fn grants(&self) -> Vec<&'static str> {
        INTERFACES
            .into_iter()
            .filter(|(name, _)| {
                self.called.iter().any(|i| i.strip_prefix(PACKAGE).is_some_and(|i| split(i).0 == *name))
            })
            .filter_map(|(_, grant)| grant)
            .collect()
    }

    /// The language it was written in, where its `producers` section tells.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.producers.iter().find(|(field, _)| field == "language").map(|(_, name)| name.as_str())
    }
}

/// `resolver@0.1.0` is the interface `resolver` of version `0.1.0`.
fn split(name: &str) -> (&str, Option<&str>) {
    match name.split_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (name, None),
    }
}

/// Whether this host speaks this version of the package.
fn is_ours(version: &str) -> bool {
    version.starts_with("0.1.")
}

fn is_known(import: &str) -> bool {
    if let Some(interface) = import.strip_prefix(PACKAGE) {
        let (name, version) = split(interface);
        return INTERFACES.iter().any(|(known, _)| *known == name) && version.is_some_and(is_ours);
    }
    let Some((package, version)) = import.strip_prefix("wasi:").and_then(|name| name.split_once('/')) else {
        return false;
    };
    WASI.contains(&package) && split(version).1.is_some_and(|v| v.starts_with("0.2."))
}

/// The most imports and exports that are read.
const MAX_NAMES: usize = 10_000;

#[derive(Default)]
struct Parts {
    imports: Vec<String>,
    called: Vec<String>,
    exports: Vec<String>,
    producers: Vec<(String, String)>,
}

impl Parts {
    /// What a tool chain says of itself, in the component or in a module of it.
    fn note_producers(&mut self, section: &wasmparser::CustomSectionReader<'_>) {
        let wasmparser::KnownCustom::Producers(fields) = section.as_known() else { return };
        for field in fields.into_iter().flatten() {
            for value in field.values.into_iter().flatten() {
                let text = format!("{} {}", value.name, value.version);
                let producer = (inert_line(field.name), inert_line(text.trim_end()));
                if !self.producers.contains(&producer) && self.producers.len() < MAX_NAMES {
                    self.producers.push(producer);
                }
            }
        }
    }

    /// The producers of a module. Whatever else is in it is the compiler's business, its mistakes too.
    fn note_module(&mut self, module: &[u8]) {
        let mut parser = Parser::new(0);
        let mut rest = module;
        while let Ok(wasmparser::Chunk::Parsed { consumed, payload }) = parser.parse(rest, true) {
            let mut skip = 0;
            match payload {
                Payload::CodeSectionStart { size, .. } => {
                    parser.skip_section();
                    skip = usize::try_from(size).unwrap_or(usize::MAX);
                }
                Payload::CustomSection(section) => self.note_producers(&section),
                Payload::End(_) => return,
                _ => {}
            }
            let Some(behind) = rest.get(consumed.saturating_add(skip)..) else { return };
            rest = behind;
        }
    }

    /// A function of this instance is called; what matters is whether it was imported.
    fn note_call(&mut self, instances: &mut [Option<String>], index: u32) {
        if let Some(import) = instances.get_mut(index as usize).and_then(Option::take) {
            self.called.push(import);
        }
    }
}

/// Imports, exports and producers of the outermost component, made safe to print: nobody has checked them yet. What is
/// nested in it is skipped, so that the cost does not grow with the code. So are types: reading them recurses, and a
/// component can be made to nest them as deep as it likes.
fn read(bytes: &[u8]) -> Result<Parts, LoadError> {
    let damaged = |error: wasmparser::BinaryReaderError| LoadError::Damaged(inert_line(&error.to_string()));
    let mut parts = Parts::default();
    // The import behind each instance of the component, in the order in which instances are counted.
    let mut instances: Vec<Option<String>> = Vec::new();
    let mut parser = Parser::new(0);
    let mut rest = bytes;
    loop {
        let (consumed, payload) = match parser.parse(rest, true).map_err(damaged)? {
            wasmparser::Chunk::Parsed { consumed, payload } => (consumed, payload),
            wasmparser::Chunk::NeedMoreData(_) => return Err(LoadError::Damaged("it ends in the middle".into())),
        };
        let mut skip = 0;
        match payload {
            Payload::Version { encoding: Encoding::Module, .. } => return Err(LoadError::CoreModule),
            Payload::ModuleSection { unchecked_range, .. } => {
                skip = unchecked_range.len();
                let module = rest.get(consumed..consumed.saturating_add(skip)).unwrap_or_default();
                parts.note_module(module);
            }
            Payload::ComponentSection { unchecked_range, .. } => skip = unchecked_range.len(),
            Payload::ComponentImportSection(section) => {
                for import in section {
                    let import = import.map_err(damaged)?;
                    let name = inert_line(import.name.name);
                    if matches!(import.ty, ComponentTypeRef::Instance(_)) {
                        instances.push(Some(name.clone()));
                    }
                    parts.imports.push(name);
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section {
                    let export = export.map_err(damaged)?;
                    if export.kind == ComponentExternalKind::Instance {
                        instances.push(None);
                    }
                    parts.exports.push(inert_line(export.name.name));
                }
            }
            Payload::ComponentAliasSection(section) => {
                for alias in section {
                    match alias.map_err(damaged)? {
                        ComponentAlias::InstanceExport {
                            kind: ComponentExternalKind::Func, instance_index, ..
                        } => {
                            parts.note_call(&mut instances, instance_index);
                        }
                        ComponentAlias::InstanceExport { kind: ComponentExternalKind::Instance, .. } => {
                            instances.push(None);
                        }
                        _ => {}
                    }
                }
            }
            Payload::ComponentInstanceSection(section) => {
                for instance in section {
                    if let ComponentInstance::Instantiate { args, .. } = instance.map_err(damaged)? {
                        // What is handed on whole may be called.
                        for arg in args.iter().filter(|arg| arg.kind == ComponentExternalKind::Instance) {
                            parts.note_call(&mut instances, arg.index);
                        }
                    }
                    instances.push(None);
                }
            }
            Payload::CustomSection(section) => {
                parts.note_producers(&section);
            }
            Payload::End(_) => return Ok(parts),
            _ => {}
        }
        if parts.imports.len().max(parts.exports.len()).max(parts.producers.len()) > MAX_NAMES {
            return Err(LoadError::Damaged(format!("it has more than {MAX_NAMES} imports or exports")));
        }
        rest = rest.get(consumed + skip..).ok_or_else(|| LoadError::Damaged("it ends in the middle".into()))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tells_what_a_file_is_not() {
        assert!(matches!(Inspection::of(b""), Err(LoadError::Empty)));
        assert!(matches!(Inspection::of(b"hello"), Err(LoadError::NotWasm)));
        assert!(matches!(Inspection::of(&wat::parse_str("(module)").unwrap()), Err(LoadError::CoreModule)));
        assert!(matches!(Inspection::of(b"\0asm\x0d\0\x01\0\x07"), Err(LoadError::Damaged(_))));
        assert!(matches!(Inspection::of(&wat::parse_str("(component)").unwrap()), Err(LoadError::NoPlugin)));
    }

    #[test]
    fn refuses_unknown_imports() {
        for import in [
            "acme:thing/x@1.0.0",
            "formwork:plugin/teleport@0.1.0",
            "formwork:plugin/log@0.2.0",
            "wasi:http/types@0.2.0",
            "wasi:io/poll@0.3.0",
        ] {
            let text = format!("(component (import \"{import}\" (instance)))");
            let result = Inspection::of(&wat::parse_str(text).unwrap());
            assert!(matches!(result, Err(LoadError::UnknownImport(name)) if name == import), "{import}");
        }
    }

    #[test]
    fn reads_kinds_imports_and_version() {
        let text = r#"(component
            (import "formwork:plugin/references@0.1.0" (instance))
            (import "formwork:plugin/process@0.1.0" (instance $p (export "run" (func))))
            (alias export $p "run" (func))
            (import "wasi:io/poll@0.2.6" (instance))
            (core module (func))
            (instance $i)
            (export "formwork:plugin/resolver@0.1.0" (instance $i))
            (export "exports" (instance $i)))"#;
        let inspection = Inspection::of(&wat::parse_str(text).unwrap()).unwrap();
        assert_eq!(inspection.kinds, [Kind::Resolver]);
        assert_eq!(inspection.grants(), ["process"], "of references only types can be used");
        assert_eq!(inspection.wit_version.as_deref(), Some("0.1.0"));
    }

    #[test]
    fn a_later_contract_is_no_plugin_of_this_one() {
        let text = r#"(component (instance $i) (export "formwork:plugin/resolver@0.2.0" (instance $i)))"#;
        assert!(matches!(Inspection::of(&wat::parse_str(text).unwrap()), Err(LoadError::NoPlugin)));
    }

    #[test]
    fn an_instance_that_is_handed_on_may_be_called() {
        let text = r#"(component
            (import "formwork:plugin/files@0.1.0" (instance $f))
            (component $c (import "f" (instance)))
            (instance $i (instantiate $c (with "f" (instance $f))))
            (export "formwork:plugin/resolver@0.1.0" (instance $i)))"#;
        assert_eq!(Inspection::of(&wat::parse_str(text).unwrap()).unwrap().grants(), ["files"]);
    }

    /// Reading types recurses; a million of them in each other must not take the process down.
    #[test]
    fn types_nested_without_end_are_not_read() {
        let mut types = vec![1];
        types.extend([0x42, 1, 1].repeat(1_000_000));
        types.extend([0x42, 0]);
        let mut bytes = b"\0asm\x0d\0\x01\0\x07".to_vec();
        let mut size = types.len();
        while size >= 0x80 {
            bytes.push((size & 0x7f) as u8 | 0x80);
            size >>= 7;
        }
        bytes.push(size as u8);
        bytes.extend(types);
        assert!(matches!(Inspection::of(&bytes), Err(LoadError::NoPlugin)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Inspection::of(&bytes);
            let _ = Inspection::of(&[b"\0asm\x0d\0\x01\0", &*bytes].concat());
        }

        /// Sections with proper heads, so that more than the first is looked at.
        #[test]
        fn any_sections_are_taken_or_refused(
            sections in proptest::collection::vec((0_u8..14, proptest::collection::vec(any::<u8>(), 0..60)), 0..8)
        ) {
            let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
            for (id, content) in sections {
                bytes.extend([id, content.len() as u8]);
                bytes.extend(content);
            }
            let _ = Inspection::of(&bytes);
        }
    }
}
