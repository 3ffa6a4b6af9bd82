mod source;

use std::collections::{BTreeMap, BTreeSet};

use self::source::Source;
use super::Problems;
use crate::failure::Failure;
use crate::workspace;

/// The crates whose modules are checked.
const CRATES: &[&str] = &["crates/cli/src", "crates/client/src"];
/// The most files that may import each other in a circle, such as a type and its error.
const LARGEST_CYCLE: usize = 2;

/// Checks that modules import each other in one direction: whoever reads one need not read all.
pub(super) fn check(files: &[String], problems: &mut Problems) -> Result<(), Failure> {
    for folder in CRATES {
        let modules = Modules::read(files, folder)?;
        for cycle in modules.cycles() {
            if cycle.len() > LARGEST_CYCLE {
                problems.add(
                    folder,
                    format!(
                        "{} modules import each other in a circle ({}): move what they share \
                         to a module of its own",
                        cycle.len(),
                        cycle.join(", ")
                    ),
                );
            }
        }
    }
    Ok(())
}

/// The modules of a crate that have a file of their own, by their paths without `crate`.
struct Modules(BTreeMap<String, Source>);

impl Modules {
    fn read(files: &[String], folder: &str) -> Result<Self, Failure> {
        let mut modules = BTreeMap::new();
        for file in files {
            let path = file
                .strip_prefix(folder)
                .and_then(|rest| rest.strip_prefix('/'))
                .and_then(|rest| rest.strip_suffix(".rs"));
            // What is in a binary's root is in no other module's reach.
            let Some(path) = path.filter(|path| *path != "main") else {
                continue;
            };
            let name = match path {
                "lib" => String::new(),
                path => path.replace('/', "::"),
            };
            modules.insert(name, Source::parse(&workspace::read(file)?));
        }
        Ok(Self(modules))
    }

    /// The modules that a module imports from.
    fn imports(&self, module: &str) -> BTreeSet<String> {
        let Some(source) = self.0.get(module) else {
            return BTreeSet::new();
        };
        let paths = source.imports.iter().filter(|import| source.uses(import));
        let paths = paths.map(|import| &import.path).chain(&source.paths);
        paths
            .filter_map(|path| self.resolve(module, path, 0))
            .filter(|target| target != module)
            .collect()
    }

    /// The module that has the item of a path, which another one names.
    fn resolve(&self, module: &str, path: &[String], depth: usize) -> Option<String> {
        /// Re-exports of re-exports are never that many.
        const DEEPEST: usize = 8;
        let (first, rest) = path.split_first()?;
        let (mut at, mut rest) = match first.as_str() {
            "crate" => (String::new(), rest),
            "self" => (module.to_owned(), rest),
            "super" => (parent(module), rest),
            child if self.0.contains_key(&join(module, child)) => (join(module, child), rest),
            _ => return None,
        };
        while let Some((name, further)) = rest.split_first() {
            if name == "super" {
                at = parent(&at);
            } else if self.0.contains_key(&join(&at, name)) {
                at = join(&at, name);
            } else {
                break;
            }
            rest = further;
        }
        let Some(name) = rest.first() else {
            return Some(at);
        };
        let imports = &self.0.get(&at)?.imports;
        match imports.iter().find(|import| import.name == *name) {
            Some(_) if depth == DEEPEST => None,
            Some(import) => self.resolve(&at, &import.path, depth + 1),
            None => Some(at),
        }
    }

    /// Each set of modules that can all be reached from each other.
    fn cycles(&self) -> Vec<Vec<String>> {
        let graph: BTreeMap<&str, BTreeSet<String>> = self
            .0
            .keys()
            .map(|module| (module.as_str(), self.imports(module)))
            .collect();
        let reached: BTreeMap<&str, BTreeSet<&str>> = graph
            .keys()
            .map(|module| (*module, reach(&graph, module)))
            .collect();
        let reaches = |from: &str, to: &str| reached.get(from).is_some_and(|all| all.contains(to));
        let mut cycles: Vec<Vec<String>> = Vec::new();
        for module in graph.keys().filter(|module| reaches(module, module)) {
            if cycles.iter().flatten().any(|seen| seen == module) {
                continue;
            }
            let all = graph.keys();
            let cycle = all.filter(|other| reaches(module, other) && reaches(other, module));
            cycles.push(cycle.map(|other| (*other).to_owned()).collect());
        }
        cycles
    }
}

fn reach<'g>(graph: &'g BTreeMap<&str, BTreeSet<String>>, start: &str) -> BTreeSet<&'g str> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> = vec![start];
    while let Some(module) = open.pop() {
        for next in graph.get(module).into_iter().flatten() {
            if reached.insert(next.as_str()) {
                open.push(next);
            }
        }
    }
    reached
}

fn parent(module: &str) -> String {
    module
        .rsplit_once("::")
        .map_or(String::new(), |(parent, _)| parent.to_owned())
}

fn join(module: &str, name: &str) -> String {
    match module {
        "" => name.to_owned(),
        module => format!("{module}::{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(files: &[(&str, &str)], cycles: &[&[&str]]) {
        let files = files.iter();
        let sources = files.map(|(module, text)| ((*module).to_owned(), Source::parse(text)));
        assert_eq!(Modules(sources.collect()).cycles(), cycles);
    }

    #[test]
    fn cycles_of_imports() {
        check(
            &[("", "mod a; mod b;"), ("a", "use crate::b::B;"), ("b", "")],
            &[],
        );
        check(
            &[
                ("a", "use crate::b;"),
                ("b", "use crate::c::{C, d};"),
                ("c", "fn f() { crate::a::g() }"),
                ("e", "use super::a;"),
            ],
            &[&["a", "b", "c"]],
        );
        // A parent that calls its children, which take a type of it.
        check(
            &[
                ("a", "mod b; mod c; struct A; fn f() { b::g(); c::g() }"),
                ("a::b", "use super::A;"),
                ("a::c", "use super::A;"),
            ],
            &[&["a", "a::b", "a::c"]],
        );
        // What is re-exported is in the module that it is from.
        check(
            &[
                ("", "mod a; mod b; pub use a::A; pub use b::B;"),
                ("a", "use crate::B;"),
                ("b", "use crate::C;"),
            ],
            &[],
        );
        check(
            &[
                ("", "mod a; mod b; pub use a::A; pub use b::B as C;"),
                ("a", "use crate::C;"),
                ("b", "use crate::{A, D};"),
            ],
            &[&["a", "b"]],
        );
        // Neither comments, texts nor unit tests import.
        check(
            &[
                (
                    "a",
                    "use crate::b::B; // \"\n/// [`crate::c`]\nfn f<'a>() {}",
                ),
                (
                    "b",
                    "const T: &str = \"crate::a::A\"; const C: char = '\"';",
                ),
                (
                    "c",
                    "#[cfg(test)] mod tests { use crate::a; } use crate::a::f;",
                ),
            ],
            &[],
        );
    }
}
