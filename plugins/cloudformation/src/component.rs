//! The component around the library.

use formwork_plugin::host::references;
use formwork_plugin::renderer::{Finding, RenderRequest, Rendered, Renderer};

struct CloudFormation;

impl Renderer for CloudFormation {
    fn render(request: RenderRequest) -> Result<Rendered, Vec<Finding>> {
        crate::render(&request, &mut |references| references::resolve(references))
    }
}

formwork_plugin::export_renderer!(CloudFormation);
