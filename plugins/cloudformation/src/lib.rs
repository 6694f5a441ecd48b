//! temporary
use formwork_plugin::renderer::{Finding, RenderRequest, Rendered};
use formwork_plugin::{Failure, Resolution, Value};
#[cfg(target_family = "wasm")]
mod component;
/// temporary
pub fn render(request: &RenderRequest, resolve: &mut dyn FnMut(&[String]) -> Vec<Result<Resolution, Failure>>) -> Result<Rendered, Vec<Finding>> {
    let mut out = request.template.clone();
    while let Some(at) = out.find("<<resolve:") {
        let end = out[at..].find(">>").unwrap() + at;
        let r = out[at + 10..end].to_string();
        let v = match resolve(&[r]).remove(0) { Ok(r) => match r.value { Value::Text(t) | Value::DynamicReference(t) | Value::Revealed(t) => t }, Err(e) => return Err(vec![Finding { severity: formwork_plugin::renderer::Severity::Error, kind: e.kind, message: e.message, hint: e.hint, place: None }]) };
        out.replace_range(at..end + 2, &v);
    }
    Ok(Rendered { template: out, findings: vec![] })
}
