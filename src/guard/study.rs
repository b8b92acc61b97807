//! What a bundle's rules are, and what is wrong with them, found without an input.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{BUILTINS, Expr, Module as Syntax};

use super::{
    Failure, Step,
    author::{Part, Remark, StudiedRule, Study},
    builtins,
    bundle::{Parsed, parsed},
    entry::{Entry, entries},
    evaluation::{AskedBundle, absent},
    parts::Parts,
    reach::{Node, Reach, shown},
    trap, trial, walk,
};
use crate::{
    diag::Diagnostic,
    name::did_you_mean,
    policy::Module,
    text::{Document, Position, Span},
};

/// How files of tests end: their rules judge nothing.
const TEST: &str = "_test.rego";

/// Looks at a bundle.
pub(super) fn study(bundle: &AskedBundle, now: i64, begun: &mut dyn FnMut(Step)) -> Study {
    let Parsed { modules, mut engine } = match parsed(0, bundle, now, begun) {
        Ok(parsed) => parsed,
        Err(failures) => return without(bundle, &failures, now, begun),
    };
    let syntax: Vec<_> = engine.get_modules().iter().map(|it| &**it).collect::<Vec<&Syntax>>();
    let reach = Reach::of(&modules, &syntax);
    let mut remarks: Vec<_> = bundle_mistakes(&modules, &syntax, &reach);
    remarks.extend(trial::mistakes(&modules, &reach));
    let said = modules.iter().enumerate().flat_map(|(source, module)| {
        let said = Module::parse(&module.document).1;
        said.into_iter().map(move |it| Remark::of(source, &it))
    });
    remarks.extend(said);
    let rules = match entries(0, &modules, &syntax) {
        Ok(found) => {
            let is_rule = |it: &&Entry| {
                modules.get(it.source).is_some_and(|it| !it.document.name().ends_with(TEST))
            };
            let entries: Vec<_> = found.entries.iter().filter(is_rule).collect();
            let study = Rules { modules: &modules, bundle, reach: &reach };
            remarks.extend(study.remarks(&entries));
            let mut rules: Vec<_> = entries.into_iter().map(|it| study.rule(it)).collect();
            rules.sort_by_key(|it| it.part);
            rules
        }
        Err(failures) => {
            remarks.extend(failures.iter().map(|it| of_failure(bundle, it)));
            Vec::new()
        }
    };
    remarks.sort_by_key(|it| (it.part, !it.is_error));
    let tests = trial::tests(&reach).count();
    Study { rules, tests, remarks, failures: Vec::new() }
}

/// What keeps modules from being read, and what there is to say of the others.
fn without(
    bundle: &AskedBundle,
    failures: &[Failure],
    now: i64,
    begun: &mut dyn FnMut(Step),
) -> Study {
    let mut remarks: Vec<_> = failures.iter().map(|it| of_failure(bundle, it)).collect();
    let is_bad = |at: usize| remarks.iter().any(|it: &Remark| it.part.source == at);
    let good: Vec<_> = (0..bundle.sources.len()).filter(|at| !is_bad(*at)).collect();
    if good.is_empty() || good.len() == bundle.sources.len() {
        return Study { remarks, ..Study::default() };
    }
    let sources = good.iter().filter_map(|at| bundle.sources.get(*at).cloned()).collect();
    let rest = AskedBundle { origin: bundle.origin.clone(), sources, data: bundle.data.clone() };
    let mut study = self::study(&rest, now, begun);
    let there = |part: &mut Part| part.source = good.get(part.source).copied().unwrap_or_default();
    for rule in &mut study.rules {
        there(&mut rule.part);
        rule.helpers.iter_mut().for_each(there);
    }
    // What is missing may stand in what can't be read.
    study.remarks.retain(|it| !["policy-function", "policy-untested"].contains(&it.code.as_str()));
    study.remarks.iter_mut().for_each(|it| there(&mut it.part));
    remarks.append(&mut study.remarks);
    remarks.sort_by_key(|it| (it.part, !it.is_error));
    Study { remarks, ..study }
}

/// What would not be judged, or otherwise than OPA does.
fn bundle_mistakes(modules: &[Module], syntax: &[&Syntax], reach: &Reach) -> Vec<Remark> {
    let (_, whole) = Parts::of(modules, syntax);
    let trapped = trap::traps(modules, syntax).into_iter().chain(whole);
    let trapped = trapped.map(|(source, it)| Remark::of(source, &it));
    let unknown = reach.nodes.iter().filter_map(|node| {
        let module = modules.get(node.at.source)?;
        let calls = node.calls.iter().filter(|(way, _)| !is_known(way, reach));
        let remark = |(way, span): &(Vec<String>, Span)| {
            Remark::of(node.at.source, &unknown(way, module.document.place(*span), reach))
        };
        Some(calls.map(remark).collect::<Vec<_>>())
    });
    let counted = modules.iter().zip(syntax).enumerate().flat_map(|(source, (module, syntax))| {
        let found = arguments(module, syntax);
        found.into_iter().map(move |it| Remark::of(source, &it))
    });
    trapped.chain(unknown.flatten()).chain(counted).collect()
}

fn is_known(way: &[String], reach: &Reach) -> bool {
    let is_ours = way.first().is_some_and(|it| it == "data");
    match is_ours {
        true => {
            let below = way.get(1..).unwrap_or_default();
            let is_it = |it: &Node| it.is_function && it.way == below;
            reach.led_to(way).iter().any(|it| reach.nodes.get(*it).is_some_and(is_it))
        }
        false => shown(way) == "print" || trap::is_builtin(&shown(way)),
    }
}

/// Functions of OPA that would ask the world outside: they are not for policies.
const REFUSED: [&str; 4] = ["http.send", "net.lookup_ip_addr", "opa.runtime", "uuid."];

/// Functions of OPA that we do not have.
const MISSING: [&str; 18] = [
    "array.flatten",
    "crypto.",
    "graphql.",
    "io.jwt.",
    "json.match_schema",
    "json.patch",
    "json.verify_schema",
    "net.cidr_contains_matches",
    "net.cidr_intersects",
    "net.cidr_merge",
    "providers.aws.",
    "regex.globs_match",
    "rego.",
    "strings.render_template",
    "time.diff",
    "time.format",
    "time.parse_ns",
    "urlquery.",
];

/// Functions that OPA had once, and what to write instead.
const OLD: [(&str, &str); 6] = [
    ("all", "write `every it in list { it }`"),
    ("any", "write `some it in list; it`"),
    ("cast_string", "write `sprintf(\"%v\", [value])`"),
    ("net.cidr_overlap", "write `net.cidr_contains`"),
    ("re_match", "write `regex.match`"),
    ("set_diff", "write `one - other`"),
];

fn unknown(way: &[String], place: crate::text::Place, reach: &Reach) -> Diagnostic {
    let name = shown(way);
    let is_one_of = |names: &[&str]| {
        let is_it = |it: &&str| name == *it || (it.ends_with('.') && name.starts_with(*it));
        names.iter().any(is_it)
    };
    let code = "policy-function";
    if is_one_of(&REFUSED) {
        let message = format!("`{name}` is not for policies");
        return Diagnostic::error(code, message)
            .at(place)
            .note("a verdict must be repeatable: nothing asks the network, the machine or chance")
            .help("let the input or the data hold what the rule needs");
    }
    if is_one_of(&MISSING) {
        let message = format!("`{name}` is a function of OPA that we do not have");
        let help = "docs/policies.md lists what is decided otherwise than by OPA";
        return Diagnostic::error(code, message).at(place).help(help);
    }
    if let Some((_, instead)) = OLD.iter().find(|(old, _)| *old == name) {
        return Diagnostic::error(code, format!("there is no function `{name}` any more"))
            .at(place)
            .help(*instead);
    }
    let ours = reach.nodes.iter().filter(|it| it.is_function);
    let ours = ours.flat_map(|it| [it.name.clone(), format!("data.{}", it.way.join("."))]);
    let known: BTreeSet<String> =
        ours.chain(BUILTINS.keys().map(|it| (*it).to_owned())).chain(builtins::names()).collect();
    Diagnostic::error(code, format!("there is no function `{name}`"))
        .at(place)
        .maybe_help(did_you_mean(&name, known.iter().map(String::as_str)))
}

/// Calls of functions of OPA with too few or too many arguments.
fn arguments(module: &Module, syntax: &Syntax) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut call = |expression: &Expr| {
        let Expr::Call { fcn, params, .. } = expression else { return };
        let name = module.document.slice(trap::span(fcn));
        let Some((_, wanted)) = BUILTINS.get(name) else { return };
        let wanted = usize::from(*wanted);
        // One more is what the answer must be.
        if wanted == 0 || params.len() == wanted || params.len() == wanted + 1 {
            return;
        }
        let arguments =
            if wanted == 1 { "1 argument".to_owned() } else { format!("{wanted} arguments") };
        let message = format!("`{name}` takes {arguments}, and this is {}", params.len());
        let place = module.document.place(trap::span(expression));
        found.push(Diagnostic::error("policy-arguments", message).at(place));
    };
    for rule in &syntax.policy {
        walk::expressions(rule, &mut call);
    }
    found
}

struct Rules<'r> {
    modules: &'r [Module],
    bundle: &'r AskedBundle,
    reach: &'r Reach,
}

impl Rules<'_> {
    fn node(&self, entry: &Entry) -> Option<(usize, &Node)> {
        let module = self.modules.get(entry.source)?;
        let is_it = |node: &Node| {
            let position = module.document.position(node.head.start);
            node.at.source == entry.source && (position.line, position.column) == entry.position()
        };
        self.reach.nodes.iter().enumerate().find(|(_, it)| is_it(it))
    }

    fn rule(&self, entry: &Entry) -> StudiedRule {
        let node = self.node(entry);
        let part = |node: &Node| Part {
            source: node.at.source,
            start: node.span.start,
            end: node.span.end,
        };
        let needed = node.map(|(index, _)| self.reach.from(index)).unwrap_or_default();
        let helpers = needed.into_iter().skip(1).filter_map(|it| self.reach.nodes.get(it));
        let needs = entry.said.needs.iter().map(|it| crate::policy::reference(it));
        StudiedRule {
            id: entry.id(),
            package: entry.package.join("."),
            name: entry.name.clone(),
            role: entry.role,
            severity: entry.severity(),
            title: entry.said.title.clone(),
            description: entry.said.description.clone(),
            remediation: entry.said.remediation.clone(),
            approver: entry.said.approver.clone(),
            links: entry.said.links.clone(),
            needs: needs.collect(),
            absent: absent(self.bundle, entry),
            reads: node.map(|(index, _)| self.reach.reads(index)).unwrap_or_default(),
            tests: node.map(|(index, _)| self.tests_of(index)).unwrap_or_default(),
            part: node.map(|(_, it)| part(it)).unwrap_or(Part {
                source: entry.source,
                start: 0,
                end: 0,
            }),
            helpers: helpers.map(part).collect(),
        }
    }

    /// The tests that reach a definition.
    fn tests_of(&self, index: usize) -> Vec<String> {
        let tests = trial::tests(self.reach);
        let reaching = tests.filter(|(test, _)| self.reach.from(*test).contains(&index));
        reaching.map(|(_, it)| it.way.join(".")).collect()
    }

    fn remarks(&self, entries: &[&Entry]) -> Vec<Remark> {
        let mut remarks = Vec::new();
        let mut ids: BTreeMap<&str, &Entry> = BTreeMap::new();
        for entry in entries {
            let Some((index, node)) = self.node(entry) else { continue };
            let Some(module) = self.modules.get(entry.source) else { continue };
            let mut tell = |mistake: Diagnostic| {
                let mistake = mistake.at(module.document.place(node.head));
                remarks.push(Remark::of(entry.source, &mistake));
            };
            let name = &entry.name;
            match entry.said.id.as_deref() {
                None => tell(
                    Diagnostic::warning("policy-id", format!("`{name}` has no id"))
                        .help("write `custom: {id: …}` under `# METADATA` above it"),
                ),
                Some(id) => match ids.get(id) {
                    Some(first) if first.package != entry.package => {
                        let taken = format!("{} has it already", self.label(first));
                        let message = format!("the id `{id}` is that of another package's rule");
                        tell(Diagnostic::error("policy-id-taken", message).note(taken));
                    }
                    Some(_) => {}
                    None => drop(ids.insert(id, entry)),
                },
            }
            if entry.said.remediation.is_none() {
                let message = format!("`{name}` does not say what to do about a finding");
                let help = "write `custom: {remediation: …}` under `# METADATA` above it";
                tell(Diagnostic::warning("policy-remediation", message).help(help));
            }
            for way in self.unsaid(entry, index) {
                let message = format!("`{name}` reads `{}` and does not say so", shown_data(way));
                let first = shown_data(way.get(..1).unwrap_or_default());
                tell(
                    Diagnostic::warning("policy-needs", message)
                        .note("where that data is absent, the rule finds nothing and nobody is told")
                        .help(format!(
                            "write `custom: {{needs: [{first}]}}` under `# METADATA` above it: then it is named as off"
                        )),
                );
            }
            if self.tests_of(index).is_empty() {
                let message = format!("no test reaches `{name}`");
                let file = module.document.name().trim_end_matches(".rego");
                let help = format!("write a rule `test_…` in `{file}{TEST}`");
                tell(Diagnostic::warning("policy-untested", message).help(help));
            }
        }
        remarks
    }

    /// The data that a rule reads, and of which it does not say that it needs it.
    fn unsaid(&self, entry: &Entry, index: usize) -> Vec<&[String]> {
        let is_said = |way: &[String]| {
            let mut needs = entry.said.needs.iter();
            needs.any(|it| way.starts_with(it) || it.starts_with(way))
        };
        self.reach.data(index).into_iter().filter(|it| !is_said(it)).collect()
    }

    fn label(&self, entry: &Entry) -> String {
        let module = self.modules.get(entry.source);
        let name = module.map_or("", |it| it.document.name());
        format!("`{}` at {name}:{}", entry.name, entry.position().0)
    }
}

/// A way below `data` as people write it.
fn shown_data(way: &[String]) -> String {
    let data = ["data".to_owned()];
    shown(&[&data, way].concat())
}

/// A failure as a remark at its place.
pub(super) fn of_failure(bundle: &AskedBundle, failure: &Failure) -> Remark {
    let source = failure.source.map_or(0, |(_, source)| source);
    let document = bundle.sources.get(source).map(|it| Document::new(&it.path, &it.text));
    let span = document.zip(failure.position).map(|(document, (line, column))| {
        let start = document.offset(Position { line, column });
        (start, document.line_span(line).end.max(start))
    });
    let (start, end) = span.unwrap_or_default();
    Remark {
        is_error: true,
        code: failure.code.clone(),
        message: failure.message.clone(),
        notes: Vec::new(),
        help: failure.help.clone(),
        part: Part { source, start, end },
    }
}
