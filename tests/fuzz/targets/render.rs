//! The renderer: any text as a template, with values made of any text. It must never panic, and with no reference in it
//! a template must come out as it went in.
#![no_main]

use formwork_plugin::Resolution;
use formwork_plugin::renderer::RenderRequest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (template, value) = input;
    let request = RenderRequest {
        file: "t.yaml".into(),
        template: template.into(),
        parameters: vec![("AWS::Region".into(), "us-east-1".into()), ("P".into(), value.into())],
    };
    let mut asked = false;
    let rendered = formwork_cloudformation::render(&request, &mut |references| {
        asked = true;
        references.iter().map(|_| Ok(Resolution::text(value))).collect()
    });
    match rendered {
        Ok(rendered) if !asked && !template.contains("<<!") => assert_eq!(rendered.template, template),
        Ok(_) => {}
        Err(findings) => {
            assert!(!findings.is_empty());
            // The guard against our own mistakes must never have to speak.
            assert!(findings.iter().all(|finding| !finding.failure.message.starts_with("internal")), "{findings:?}");
        }
    }
});
