//! Modules are read to what people know of them, whatever they hold.

use proptest::prelude::*;

use super::*;

fn parsed(text: &str) -> (Module, Vec<String>) {
    let (module, mistakes) = Module::parse(&Document::new("p.rego", text));
    let told = |it: &Diagnostic| {
        let place = it.place.as_ref().map(Place::label).unwrap_or_default();
        format!("{place} {}: {}", it.code, it.message)
    };
    let mistakes = mistakes.iter().map(told).collect();
    (module, mistakes)
}

#[test]
fn package_and_rules_are_read_with_their_places() {
    let (module, mistakes) = parsed(
        r#"package flagstone.plan["a b"]

import rego.v1
import data.lib.kubernetes as k8s

default allowed := false

deny contains msg if {
	some x in input.files # deny contains nothing
	msg := "deny\" contains"
}

deny contains msg if
	msg := `
deny contains "a" if true`

warn_old_image contains msg
if {
	f(msg)
} else := 1

f(x) := y if
	y := x + 1

a.b.c := {
"x": 1,
}
"#,
    );
    assert_eq!(mistakes, [""; 0]);
    assert_eq!(module.package, ["flagstone", "plan", "a b"]);
    assert_eq!(module.reference(), r#"data.flagstone.plan["a b"]"#);
    assert_eq!(module.package_name(), r#"flagstone.plan["a b"]"#);
    let rules: Vec<_> =
        module.rules.iter().map(|it| (it.name.as_str(), it.place.label())).collect();
    let rules: Vec<_> = rules.iter().map(|(name, place)| format!("{name} {place}")).collect();
    assert_eq!(
        rules,
        [
            "allowed p.rego:6:9",
            "deny p.rego:8:1",
            "deny p.rego:13:1",
            "warn_old_image p.rego:17:1",
            "f p.rego:22:1",
            "a p.rego:25:1",
        ]
    );
    assert!(module.rule_at("deny", 13).is_some() && module.rule_at("deny", 14).is_none());
}

#[test]
fn the_roles_of_names_are_those_of_conftest_and_one_more() {
    let role = |name| Role::of(name);
    assert_eq!(role("deny"), Some((Role::Deny, "")));
    assert_eq!(role("deny_run_as_root"), Some((Role::Deny, "run_as_root")));
    assert_eq!(role("violation_x1"), Some((Role::Deny, "x1")));
    assert_eq!(role("warn_a"), Some((Role::Warn, "a")));
    assert_eq!(role("needs_approval_of_security"), Some((Role::NeedsApproval, "of_security")));
    for other in ["denyx", "deny_", "deny__a", "warning", "deny_ä", "denied", "exception", "needs"]
    {
        assert_eq!(role(other), None, "{other}");
    }
}

#[test]
fn the_nearest_block_says_what_a_rule_is() {
    let (module, mistakes) = parsed(
        r#"# METADATA
# title: The whole
# custom:
#   severity: low
package a.b

# METADATA
# title: Region
# related_resources:
# - https://example.com/a
# - ref: https://example.com/b
#   description: more
# custom:
#   id: FS004
#   remediation: |
#     Pick one
#     of the list.
#   needs: [data.regions]
#   text: "*.tf"
deny contains "x" if input.x

# METADATA
# scope: document
# description: All of them
deny contains "y" if input.y
"#,
    );
    assert_eq!(mistakes, [""; 0]);
    let modules = [module];
    let said = |line| {
        metadata(&modules, &modules[0].package, Some(modules[0].rule_at("deny", line).unwrap()))
    };
    let first = said(20);
    assert_eq!(first.id.as_deref(), Some("FS004"));
    assert_eq!(first.title.as_deref(), Some("Region"));
    assert_eq!(first.description.as_deref(), Some("All of them"));
    assert_eq!(first.severity, Some(Severity::Low));
    assert_eq!(first.remediation.as_deref(), Some("Pick one\nof the list.\n"));
    assert_eq!(first.links, ["https://example.com/a", "https://example.com/b"]);
    assert_eq!(first.needs, [["regions"]]);
    assert_eq!(first.texts, ["*.tf"]);
    let second = said(25);
    // A rule has no title but its own: it may stand in another file than what the package is called.
    assert_eq!((second.id, second.title), (None, None));
    assert_eq!(second.severity, Some(Severity::Low));
    let package = metadata(&modules, &modules[0].package, None);
    assert_eq!(package.title.as_deref(), Some("The whole"));
}

#[test]
fn a_package_above_speaks_of_those_below_where_it_says_so() {
    let text = |scope: &str, package: &str| {
        let text = format!("# METADATA\n# scope: {scope}\n# title: {package}\npackage {package}\n");
        parsed(&text).0
    };
    let modules = [text("subpackages", "a"), text("package", "a.b"), text("subpackages", "a.c")];
    let title = |package: &[&str]| {
        let package: Vec<_> = package.iter().map(|it| (*it).to_owned()).collect();
        metadata(&modules, &package, None).title
    };
    assert_eq!(title(&["a", "b", "c"]).as_deref(), Some("a"));
    assert_eq!(title(&["a", "b"]).as_deref(), Some("a.b"));
    assert_eq!(title(&["a", "c", "d"]).as_deref(), Some("a.c"));
    assert_eq!(title(&["b"]), None);
}

#[test]
fn mistakes_of_metadata_stand_where_the_author_wrote_them() {
    let (_, mistakes) = parsed(
        "package a\n\n  # METADATA\n  # scope: all\n  # custom:\n  #   severity: bad\n  #   id: 7\n\
         deny contains 1 if true\n\n# METADATA\n# title: [\nx := 1\n# METADATA\n# title: x\n",
    );
    assert_eq!(
        mistakes,
        [
            "p.rego:4:12 policy-metadata: `all` is no scope",
            "p.rego:7:11 policy-metadata: `id` must be a text, and this is an integer",
            "p.rego:6:17 policy-metadata: `bad` is no severity",
            mistakes[3].as_str(),
            "p.rego:14:1 policy-metadata: no rule or package stands below this metadata",
        ]
    );
    assert!(mistakes[3].contains("the metadata is no YAML"), "{}", mistakes[3]);
}

#[test]
fn keys_that_are_nearly_known_are_warned_of() {
    let (_, mistakes) = parsed(
        "package a\n\n# METADATA\n# titel: x\n# severity: low\n# owner: me\n# custom:\n\
         #   serverity: low\n#   remedition: y\n#   jira: z\ndeny contains 1 if true\n",
    );
    assert_eq!(
        mistakes,
        [
            "p.rego:4:3 policy-metadata: `titel` says nothing here",
            "p.rego:5:3 policy-metadata: `severity` says nothing here",
            "p.rego:8:5 policy-metadata: `serverity` says nothing here",
            "p.rego:9:5 policy-metadata: `remedition` says nothing here",
        ]
    );
}

#[test]
fn brackets_that_stand_too_deep_are_refused() {
    let text = |depth: usize| {
        format!("package a\n\nx := {}{}\n", "([{".repeat(depth), "}])".repeat(depth))
    };
    assert_eq!(parsed(&text(5)).1, [""; 0]);
    assert_eq!(parsed(&text(6)).1.len(), 1);
    assert!(parsed(&text(100_000)).1[0].contains("policy-depth"));
    assert_eq!(
        parsed(&format!("package a\nx := {}1{}", "(".repeat(50), ")".repeat(50))).1,
        [""; 0]
    );
    assert!(parsed("").1[0].contains("policy-package"));
}

proptest! {
    #[test]
    fn any_text_can_be_read(text in "(?s)([a-z \n\t#\"`\\[\\]{}().:=_-]|METADATA|package |deny |é){0,200}") {
        let (module, _) = parsed(&text);
        for rule in &module.rules {
            prop_assert!(rule.place.span.end <= text.len());
        }
    }
}

#[test]
fn behind_a_dot_a_word_is_a_name_and_the_next_statement_is_seen() {
    for before in [
        "package a\nimport future.keywords.in",
        "package a\nimport future.keywords.contains",
        "package a\nimport rego.v1.if",
        "package a.default",
        "package a\nx := input.every",
    ] {
        let (module, mistakes) =
            parsed(&format!("{before}\n\n# METADATA\n# title: T\ndeny contains \"x\"\n"));
        let names: Vec<_> = module.rules.iter().map(|it| it.name.as_str()).collect();
        assert!(names.ends_with(&["deny"]), "{before}: {names:?}");
        assert_eq!(mistakes, [""; 0], "{before}");
        let said = metadata(std::slice::from_ref(&module), &module.package, module.rules.last());
        assert_eq!(said.title.as_deref(), Some("T"), "{before}");
    }
}

#[test]
fn patterns_that_match_nothing_for_certain_are_refused() {
    for key in ["text", "parsed", "files"] {
        let (_, mistakes) =
            parsed(&format!("# METADATA\n# custom: {{{key}: [\"docs/\"]}}\npackage a\n"));
        let [mistake] = mistakes.as_slice() else { panic!("{key}: {mistakes:?}") };
        assert!(mistake.ends_with("policy-metadata: `docs/` is no pattern"), "{mistake}");
    }
    let (_, mistakes) = parsed("# METADATA\n# custom: {parsers: [yml]}\npackage a\n");
    assert_eq!(mistakes, ["p.rego:2:21 policy-metadata: there is no parser `yml`"]);
}
