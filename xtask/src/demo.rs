//! The question that Formwork exists for, played through: how does an instance that does not exist yet start from the
//! latest AMI, and how does one find out that there is a newer one?

use crate::failure::{Context as _, Failure, Result};
use crate::{process, target, workspace};
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub(crate) fn run() -> Result<()> {
    target::ensure()?;
    process::run(&mut workspace::cargo(["build", "--package", "formwork"]))?;
    let demo = Demo::prepare()?;

    headline("The cloud of this demo is a file on this machine. AWS publishes a parameter for each AMI; import one");
    demo.formwork(&["param", "import", "examples/latest-ami/parameters.json"])?;
    let newer = demo.read("examples/latest-ami/newer.json")?;
    let (template, published) =
        (demo.read("examples/latest-ami/template.yaml")?, demo.read("examples/latest-ami/parameters.json")?);

    headline("Render the template: each <<resolve:…>> becomes its value");
    demo.formwork(&["render", "examples/latest-ami/template.yaml", "--out", "target/out.yaml"])?;
    let rendered = demo.read("target/out.yaml")?;
    println!("\n{}", changes(&template, &rendered));
    let published = amis(&published);
    let pinned = amis(&rendered).into_iter().find(|ami| published.contains(ami)).ok_or_else(|| {
        Failure::new(format!("out.yaml has none of the AMIs that parameters.json publishes ({})", published.join(", ")))
    })?;
    let latest = amis(&newer).into_iter().find(|ami| *ami != pinned).ok_or_else(|| {
        Failure::new(format!("newer.json publishes no AMI other than {pinned}, which parameters.json has already"))
    })?;

    headline("The value is pinned, for everyone who renders this template");
    let lock = demo.read("formwork.lock")?;
    println!("$ cat formwork.lock\n{lock}");
    expect("formwork.lock", &lock, pinned, Some(latest))?;

    headline("AWS publishes a newer AMI");
    demo.formwork(&["param", "import", "examples/latest-ami/newer.json"])?;

    headline("Formwork tells, when asked");
    let outdated = demo.formwork(&["outdated"])?;
    expect("`formwork outdated`", &outdated, latest, None)?;

    headline("Nothing changes behind your back: the pinned one is rendered");
    let still = demo.formwork(&["render", "examples/latest-ami/template.yaml"])?;
    expect("`formwork render` before the upgrade", &still, pinned, Some(latest))?;

    headline("Until you say so");
    demo.formwork(&["upgrade"])?;
    let upgraded = demo.formwork(&["render", "examples/latest-ami/template.yaml"])?;
    expect("`formwork render` after the upgrade", &upgraded, latest, Some(pinned))?;

    println!("\n── The demo did what it says. Its store stays, so these work now, here:");
    println!(
        "$ {} render examples/latest-ami/template.yaml > out.yaml",
        demo.command.strip_prefix(&demo.folder).unwrap_or(&demo.command).display()
    );
    println!("$ cargo install --path host     # puts `formwork` on your PATH");
    Ok(())
}

fn headline(text: &str) {
    println!("\n── {text}");
}

/// What marks a local store as the demo's own, which it may throw away.
const MARK: &str = ".formwork/made-by-the-demo";

/// This checkout as the project of the demo, and the command that was built.
struct Demo {
    folder: PathBuf,
    command: PathBuf,
}

impl Demo {
    /// Begin anew, so that every run of the demo shows the same; but never at the cost of someone's own store.
    fn prepare() -> Result<Self> {
        let command = workspace::target_dir().join("debug").join(format!("formwork{}", std::env::consts::EXE_SUFFIX));
        let folder = workspace::root().to_owned();
        let (store, lock, mark) = (folder.join(".formwork"), folder.join("formwork.lock"), folder.join(MARK));
        if !mark.exists() && (store.exists() || lock.exists()) {
            let message =
                format!("{} has a .formwork folder or a formwork.lock that is not the demo's", folder.display());
            return Err(Failure::new(message).hint("Move them elsewhere, or run the demo in another checkout."));
        }
        for outcome in [fs::remove_dir_all(&store), fs::remove_file(&lock)] {
            match outcome {
                Err(e) if e.kind() != ErrorKind::NotFound => return Err(e).context("remove what the last demo left"),
                _ => {}
            }
        }
        fs::create_dir_all(&store).context(format_args!("create {}", store.display()))?;
        fs::write(&mark, "").context(format_args!("create {}", mark.display()))?;
        Ok(Self { folder, command })
    }

    fn read(&self, file: &str) -> Result<String> {
        let path = self.folder.join(file);
        fs::read_to_string(&path).context(format_args!("read {}", path.display()))
    }

    /// Runs the command in the demo's folder, shows what it says, and gives back its standard output.
    fn formwork(&self, arguments: &[&str]) -> Result<String> {
        let mut shown = Command::new("formwork");
        println!("$ {}", process::shown(shown.args(arguments)));
        let mut command = Command::new(&self.command);
        command.args(arguments).current_dir(&self.folder).stderr(Stdio::inherit());
        let output = process::output(&mut command)?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        print!("{text}");
        process::check(&shown, output.status)?;
        Ok(text)
    }
}

/// The demo must show what its headlines say.
fn expect(where_: &str, text: &str, wanted: &str, unwanted: Option<&str>) -> Result<()> {
    if !text.contains(wanted) {
        return Err(Failure::new(format!("{where_} should show {wanted} and does not")));
    }
    match unwanted {
        Some(unwanted) if text.contains(unwanted) => {
            Err(Failure::new(format!("{where_} should show {wanted} only, and shows {unwanted} too")))
        }
        _ => Ok(()),
    }
}

/// The AMI ids in a text, in order.
fn amis(text: &str) -> Vec<&str> {
    let id = |word: &str| word.strip_prefix("ami-").is_some_and(|hex| hex.len() >= 8 && hex.chars().all(is_hex));
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter(|word| id(word)).collect()
}

fn is_hex(c: char) -> bool {
    matches!(c, '0'..='9' | 'a'..='f')
}

/// The lines that differ, with their numbers in `before`.
fn changes(before: &str, after: &str) -> String {
    let mut text = String::new();
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let mut show = |number: usize, old: &[&str], new: &[&str]| {
        text.push_str(&format!("line {number}:\n"));
        old.iter().for_each(|line| text.push_str(&format!("- {line}\n")));
        new.iter().for_each(|line| text.push_str(&format!("+ {line}\n")));
    };
    if before.len() == after.len() {
        for (number, (old, new)) in before.iter().zip(&after).enumerate().filter(|(_, (old, new))| old != new) {
            show(number + 1, &[old], &[new]);
        }
    } else {
        let same = |(old, new): &(&&str, &&str)| old == new;
        let start = before.iter().zip(&after).take_while(same).count();
        let (old, new) = (before.get(start..).unwrap_or_default(), after.get(start..).unwrap_or_default());
        let end = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
        let middle = |lines: &[&str]| lines.len() - end;
        show(start + 1, old.get(..middle(old)).unwrap_or_default(), new.get(..middle(new)).unwrap_or_default());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ami_ids_are_found_wherever_they_stand() {
        let text = r#"{"Value": "ami-0abc12345678def90", "Name": "/aws/service/ami-amazon-linux-latest/x"} ImageId: ami-12345678"#;
        assert_eq!(amis(text), ["ami-0abc12345678def90", "ami-12345678"]);
        assert!(amis("ami-short ami-0123456z").is_empty());
    }

    #[test]
    fn changed_lines_are_shown() {
        assert_eq!(changes("a\nb\nc\n", "a\nB\nc\n"), "line 2:\n- b\n+ B\n");
        assert_eq!(changes("a\nb\nc\n", "a\nx\ny\nc\n"), "line 2:\n- b\n+ x\n+ y\n");
        assert_eq!(changes("a\na\n", "a\n"), "line 2:\n- a\n");
        assert_eq!(changes("a\n", "a\n"), "");
    }

    #[test]
    fn what_is_missing_or_too_much_is_said() {
        assert!(expect("out", "ami-1", "ami-1", Some("ami-2")).is_ok());
        let missing = expect("out", "", "ami-1", None).unwrap_err().to_string();
        assert_eq!(missing, "error: out should show ami-1 and does not");
        assert!(expect("out", "ami-1 ami-2", "ami-1", Some("ami-2")).is_err());
    }
}
