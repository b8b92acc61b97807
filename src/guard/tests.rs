//! What policies find, and that nothing that can not be judged is allowed.

use proptest::prelude::*;

use super::*;
use crate::{
    data::parse_json,
    diag::Diagnostic,
    policy::Severity,
    text::{Document, Place},
};

fn value(json: &str) -> Value {
    parse_json(&Document::new("", json)).unwrap().value
}

fn bundle(origin: &str, texts: &[&str]) -> Bundle {
    let source = |(at, text): (usize, &&str)| Source {
        path: format!("{origin}/{at}.rego"),
        text: (*text).to_owned(),
    };
    let sources = texts.iter().enumerate().map(source).collect();
    Bundle { origin: origin.to_owned(), sources, data: Value::Null }
}

fn request(texts: &[&str], input: &str) -> Request {
    let subject = Subject { input: value(input), ..Subject::default() };
    Request { bundles: vec![bundle("b", texts)], subjects: vec![subject], ..Request::default() }
}

/// What a verdict says, line by line.
fn told(request: &Request) -> Vec<String> {
    let verdict = judge(request);
    let found = verdict.findings.iter().map(|it| {
        let excepted = if it.excepted.is_some() { " (excepted)" } else { "" };
        let place = it.path.as_deref().map(|it| format!(" in {it}")).unwrap_or_default();
        let role = it.role.name();
        format!(
            "{role} {}: {}{place}{excepted} [{}:{}]",
            it.rule, it.message, it.policy, it.policy_line
        )
    });
    let failed = verdict.failures.iter().map(|it| {
        let mistake: Diagnostic = it.diagnostic(request);
        let place = mistake.place.as_ref().map(Place::label).unwrap_or_default();
        format!("{} {place}: {}", mistake.code, mistake.message)
    });
    let decision = [verdict.decision.name().to_owned()];
    decision.into_iter().chain(found).chain(failed).collect()
}

#[test]
fn each_definition_of_a_name_has_its_own_id_line_and_words() {
    let text = "package main

# METADATA
# title: No latest
# custom: {id: FS011, severity: critical, remediation: Pin it., approver: sre}
deny contains msg if {
	input.image == \"latest\"
	msg := \"it floats\"
}

deny contains \"no owner\" if not input.owner
warn_old contains {\"msg\": \"old\", \"path\": \"Dockerfile\", \"pointer\": \"/0/Value\", \"age\": 3, \"_loc\": {\"line\": 7}} if input.image
needs_approval contains \"ask\" if count(deny) == 2
";
    let request = request(&[text], r#"{"image": "latest"}"#);
    assert_eq!(
        told(&request),
        [
            "deny",
            "deny FS011: it floats [b/0.rego:6]",
            "deny main.deny: no owner [b/0.rego:11]",
            "needs-approval main.needs_approval: ask [b/0.rego:13]",
            "warn main.warn_old: old in Dockerfile [b/0.rego:12]",
        ]
    );
    let verdict = judge(&request);
    let [first, .., last] = verdict.findings.as_slice() else { panic!() };
    assert_eq!(first.severity, Severity::Critical);
    assert_eq!(first.remediation.as_deref(), Some("Pin it."));
    assert_eq!(
        (first.approver.as_deref(), first.title.as_deref()),
        (Some("sre"), Some("No latest"))
    );
    assert_eq!((last.line, last.pointer.as_deref()), (Some(7), Some("/0/Value")));
    assert_eq!(last.details, value(r#"{"age": 3}"#));
    assert_eq!(verdict.rules, 4);
    assert!(last.fingerprint.starts_with("sha256:") && last.fingerprint != first.fingerprint);
    assert_eq!(verdict.policies, request.digest().to_string());
}

#[test]
fn packages_choose_who_judges_and_nothing_found_is_allowed() {
    let texts = [
        "package flagstone.plan\ndeny contains \"plan\" if input.x",
        "package flagstone.plan.more\ndeny contains \"more\" if input.x",
        "package main\ndeny contains \"main\" if input.x",
        "package lib.x\ndeny contains \"lib\" if input.x\nf(x) := x",
    ];
    let mut request = request(&texts, r#"{"x": 1}"#);
    assert_eq!(told(&request).len(), 5);
    let plan = PLAN_PACKAGE.map(str::to_owned).to_vec();
    request.subjects[0].packages = Packages::Below(plan);
    request.subjects[0].path = Some("a.yaml".to_owned());
    assert_eq!(
        told(&request),
        [
            "deny",
            "deny flagstone.plan.deny: plan in a.yaml [b/0.rego:2]",
            "deny flagstone.plan.more.deny: more in a.yaml [b/1.rego:2]",
        ]
    );
    request.subjects[0].packages = Packages::These(vec![vec!["main".to_owned()]]);
    assert_eq!(told(&request), ["deny", "deny main.deny: main in a.yaml [b/2.rego:2]"]);
    request.subjects[0].input = value("{}");
    assert_eq!(told(&request), ["allow"]);
    assert_eq!(told(&Request::default()), ["allow"]);
}

#[test]
fn an_exception_of_conftest_is_told_and_does_not_count() {
    let text = "package main
deny_root contains \"root\" if input.root
deny contains \"plain\" if input.root
exception contains rules if {
	input.legacy
	rules := [\"root\"]
}
";
    let of = |input| told(&request(&[text], input));
    assert_eq!(of(r#"{"root": true}"#).len(), 3);
    assert_eq!(
        of(r#"{"root": true, "legacy": true}"#),
        [
            "deny",
            "deny main.deny: plain [b/0.rego:3]",
            "deny main.deny_root: root (excepted) [b/0.rego:2]",
        ]
    );
}

#[test]
fn a_package_in_several_files_is_never_taken_apart() {
    let lib = ["package lib\nfirst := 1", "package lib\nis_bad if helper\nhelper if input.bad"];
    let asking =
        |body: &str| format!("package main\nimport data.lib\ndeny contains \"x\" if {body}");
    let of = |body: &str| {
        let asking = asking(body);
        told(&request(&[lib[0], lib[1], &asking], r#"{"bad": true}"#))
    };
    let denied = ["deny", "deny main.deny: x [b/2.rego:3]"];
    assert_eq!(of("lib.is_bad"), denied);
    assert_eq!(of("{ lib.first == 1; data.lib.is_bad }"), denied);
    assert_eq!(of("lib[\"is_bad\"]"), denied);
    let whole = [
        "failed",
        "policy-whole b/2.rego:3:22: a package of several files is asked for as a whole",
    ];
    assert_eq!(of("lib[_] == true"), whole);
    assert_eq!(of("data.lib[_] == true"), whole);
    // A package below another is part of it.
    let below =
        ["package lib\nfirst := 1", "package lib.sub\nis_bad if helper\nhelper if input.bad"];
    let of_below =
        |body: &str| told(&request(&[below[0], below[1], &asking(body)], r#"{"bad": true}"#));
    assert_eq!(of_below("lib.sub.is_bad"), denied);
    assert_eq!(of_below("data.lib.sub.is_bad"), denied);
    assert_eq!(of_below("data.lib.sub[_] == true"), denied);
    assert_eq!(of_below("lib[_] == 1"), whole);
    // Where it stands is told as it was written.
    let erring = of("{ lib.is_bad; to_number(lib.first) == to_number(\"a\") }");
    assert_eq!(erring[0], "failed");
    assert!(erring[1].starts_with("guard-failed b/2.rego:3:"), "{erring:?}");
}

#[test]
fn bundles_know_nothing_of_each_other() {
    let platform = "package main
import data.allowed
deny contains \"region\" if not input.region in allowed
deny_root contains \"root\" if input.root
allowed := {\"eu\"}
";
    let platform = platform.replace("import data.allowed\n", "");
    let service = "package main
allowed contains \"us\"
exception contains [\"root\"]
deny contains \"service\" if input.root
";
    let mut request = request(&[], r#"{"region": "us", "root": true}"#);
    let region = "r := input.region\n\tnot r in allowed";
    let platform = platform.replace("not input.region in allowed", &format!("{{\n\t{region}\n}}"));
    request.bundles = vec![bundle("catalog", &[&platform])];
    let alone = told(&request);
    assert_eq!(alone.len(), 2, "{alone:?}");
    request.bundles.push(bundle("service", &[service]));
    let both = told(&request);
    assert!(alone.iter().all(|it| both.contains(it)), "{both:?}");
    assert_eq!(both.len(), 3, "{both:?}");
}

#[test]
fn what_can_not_be_judged_fails_the_verdict_and_is_named() {
    let of = |texts: &[&str], input| told(&request(texts, input));
    let ok = "package ok\ndeny contains \"found\" if input";
    assert_eq!(
        of(
            &["package a\n\ndeny contains m if {\n\tm := to_number(input.x)\n}", ok],
            r#"{"x": "y"}"#
        ),
        [
            "failed",
            "deny ok.deny: found [b/1.rego:2]",
            "guard-failed b/0.rego:4:17: could not parse string as number",
        ]
    );
    let [decision, failure] = &of(&["package a\ndeny contains \"x\" if {", ok], "{}")[..] else {
        panic!()
    };
    assert_eq!(decision, "failed");
    assert!(failure.starts_with("policy-syntax b/0.rego:2:"), "{failure}");
    for (text, code) in [
        ("deny := \"x\"", "guard-failed b/0.rego:2:1: `deny` is no set"),
        (
            "deny contains 7",
            "guard-failed b/0.rego:2:1: `deny` holds an integer, which says no message",
        ),
        (
            "deny contains {\"message\": \"x\"}",
            "guard-failed b/0.rego:2:1: `deny` holds a map, which says no message",
        ),
        ("deny if true", "policy-form b/0.rego:2:1: `deny` must be a set of findings"),
        ("deny[x] if x := \"a\"", "policy-form b/0.rego:2:1: `deny` must be a set of findings"),
        (
            "deny contains \"x\" if nobody.knows(1)",
            "guard-failed b/0.rego:2:22: could not find function nobody.knows",
        ),
        (
            "deny contains \"x\" if rand.intn(\"a\", 3) > 1",
            "guard-failed b/0.rego:2:22: there is no chance in policies: a verdict must be repeatable",
        ),
        (
            "deny contains \"x\" if http.send({})",
            "guard-failed b/0.rego:2:22: could not find function http.send",
        ),
        (
            "deny contains \"x\" if a\na if b\nb if a",
            "guard-failed b/0.rego:3:1: recursion detected when evaluating rule",
        ),
        (
            "deny contains \"x\" if some x in input.n",
            "guard-failed b/0.rego:2:32: `some .. in collection` expects array/set/object. Got `1`",
        ),
    ] {
        let told = of(&[&format!("package a\n{text}")], r#"{"n": 1}"#);
        assert_eq!(told.len(), 2, "{text}: {told:?}");
        assert_eq!(told[1], code, "{text}");
    }
    let broken = Opened::read(b"{", &mut |_| {}).judge(b"", 1, &mut |_| {});
    assert_eq!(
        (broken.decision, broken.failures[0].code.as_str()),
        (Decision::Failed, "guard-request")
    );
}

#[test]
fn a_package_is_the_one_that_the_evaluator_reads() {
    let rule = "deny contains \"x\" if true";
    for package in ["a.b", "a[\"b\"]", "\n\ta.b # c.d", "a[\"b\"].c", "a[\"\\u0062\"]", "a.b;"] {
        let told = told(&request(&[&format!("package {package}\n{rule}")], "{}"));
        assert!(told[0] == "deny" || told[1].starts_with("policy-"), "{package}: {told:?}");
    }
}

#[test]
fn a_rule_whose_data_is_absent_is_off_and_says_so() {
    let text = "package flagstone.plan
# METADATA
# custom: {id: FS004, needs: [data.regions.allowed]}
deny contains \"region\" if {
	r := input.region
	allowed := data.regions.allowed
	not r in allowed
}";
    let mut request = request(&[text], r#"{"region": "us"}"#);
    let verdict = judge(&request);
    assert_eq!((verdict.decision, verdict.rules), (Decision::Allow, 0));
    assert_eq!(
        verdict.off,
        [Off { rule: "FS004".into(), needs: "data.regions.allowed".into(), is_whole: true }]
    );
    request.bundles[0].data = value(r#"{"regions": {"allowed": ["eu"]}}"#);
    assert_eq!(told(&request), ["deny", "deny FS004: region [b/0.rego:4]"]);
}

#[test]
fn the_time_is_that_of_the_run() {
    let text = "package a\ndeny contains t if t := sprintf(\"%d\", [time.now_ns()])";
    let mut request = request(&[text], "{}");
    request.now = 12;
    assert_eq!(told(&request)[1], "deny a.deny: 12000000000 [b/0.rego:2]");
}

#[test]
fn a_loop_without_end_is_stopped_and_named() {
    let text = "package a
deny contains \"fine\" if true
deny contains \"x\" if {
	n := numbers.range(1, 3000)
	some a in n
	some b in n
	some c in n
	a + b == c * 100000
}";
    let told = told(&request(&[text], "{}"));
    assert_eq!(told[..2], ["failed", "deny a.deny: fine [b/0.rego:2]"]);
    assert!(told[2].starts_with("guard-limit b/0.rego:"), "{told:?}");
}

#[test]
fn a_column_behind_a_head_is_that_of_the_author() {
    let told = told(&request(&["package a\ndeny contains \"x\" if to_number(\"z\") == 1"], "{}"));
    assert!(told[1].starts_with("guard-failed b/0.rego:2:33:"), "{told:?}");
}

#[test]
fn plan_policies_see_a_plan() {
    let plan = PlanInput {
        action: "new".to_owned(),
        golden_path: GoldenPath { name: "web".to_owned(), ..GoldenPath::default() },
        parameters: value(r#"{"region": "us"}"#),
        files: vec![PlanFile { path: "a".to_owned(), bytes: 3, ..PlanFile::default() }],
        ..PlanInput::default()
    };
    let text = "package flagstone.plan.regions
deny contains {\"msg\": msg, \"path\": path} if {
	input.action == \"new\"
	input.ticket == null
	count(input.actor.claimedRoles) == 0
	some file in input.files
	path := file.path
	msg := sprintf(\"%s in %s of %d\", [input.goldenPath.name, input.parameters.region, file.bytes])
}";
    let mut request = request(&[text, "package main\ndeny contains \"no\""], "{}");
    request.subjects = vec![plan.subject()];
    let found = "deny flagstone.plan.regions.deny: web in us of 3 in a [b/0.rego:2]";
    assert_eq!(told(&request), ["deny", found]);
}

/// One answer of OPA's own, recorded.
#[derive(serde::Deserialize)]
struct Recorded {
    #[serde(default)]
    name: String,
    #[serde(default)]
    call: String,
    #[serde(default)]
    policy: String,
    #[serde(default)]
    opa: Option<Value>,
    #[serde(default)]
    error: bool,
    /// What we answer otherwise; `docs/policies.md` lists it.
    #[serde(default)]
    known: Option<Value>,
}

impl Recorded {
    /// What we must answer: what is known of us, else what OPA says. A known difference that is gone
    /// is a mistake in the record.
    fn expected(&self) -> Option<&Value> {
        self.known.as_ref().or(self.opa.as_ref())
    }
}

/// The value of `data.t.r`, or the code of the failure.
fn evaluated(policy: &str, input: &str) -> Result<Option<Value>, String> {
    let rule = "flagstone_test_value";
    let policy = format!(
        "package t\n\n{policy}\n\ndeny contains {{\"msg\": \"\", \"value\": {rule}}} if {rule} := r\n"
    );
    let request = request(&[&policy], input);
    let verdict = judge(&request);
    match verdict.failures.first() {
        Some(failure) => Err(failure.code.clone()),
        None => Ok(verdict.findings.first().and_then(|it| it.details.get("value").cloned())),
    }
}

/// Numbers that are equal are one; sets are lists here, and their order is no matter.
fn same(one: &Value, other: &Value) -> bool {
    let number = |it: &Value| it.to_json().parse::<f64>().ok();
    match (one, other) {
        (Value::Number(_), Value::Number(_)) => number(one) == number(other),
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, value)| {
                    b.iter().any(|(other, theirs)| key == other && same(value, theirs))
                })
        }
        _ => one == other,
    }
}

#[test]
fn functions_answer_as_opa_does_or_fail_the_guard() {
    let text = include_str!("../../tests/cases/policy/builtins.json");
    let recorded: Vec<Recorded> = serde_json::from_str(text).unwrap();
    let mut wrong = Vec::new();
    for it in &recorded {
        match evaluated(&format!("r := {}", it.call), "{}") {
            Ok(None) if it.opa.is_none() && !it.error => {}
            Ok(Some(value)) if it.expected().is_some_and(|expected| same(expected, &value)) => {}
            // Closed: OPA answers, and we refuse to.
            Err(_) if it.error || it.known == Some(Value::from("refused")) => {}
            other => {
                let other = other.map(|it| it.map(|it| it.to_json()));
                let opa = it.opa.as_ref().map(Value::to_json);
                wrong.push(format!("{}: {other:?}, and OPA says {opa:?}", it.call));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), recorded.len(), wrong.join("\n"));
}

#[test]
fn what_would_be_decided_otherwise_than_by_opa_is_refused() {
    let text = include_str!("../../tests/cases/policy/constructs.json");
    let recorded: Vec<Recorded> = serde_json::from_str(text).unwrap();
    let mut refused = Vec::new();
    for it in &recorded {
        let input = include_str!("../../tests/cases/policy/input.json");
        match evaluated(&it.policy, input) {
            Ok(None) if it.opa.is_none() && !it.error => {}
            Ok(Some(value)) if it.expected().is_some_and(|expected| same(expected, &value)) => {}
            Ok(other) => panic!("{}: {other:?}, and OPA says {:?}", it.name, it.opa),
            Err(code) => refused.push(format!("{}: {code}", it.name)),
        }
    }
    insta::assert_snapshot!(refused.join("\n"));
}

#[test]
fn whoever_takes_the_names_of_our_questions_gains_nothing() {
    let deny = "deny contains \"x\" if input.a";
    for rule in ["group_0 := [[]]", "group_0 := []", "group_0 contains 1", "group_0(x) := x"] {
        let policy = format!("package flagstone_asked\n{deny}\n{rule}\n");
        let told = told(&request(&[&policy], r#"{"a": 1}"#));
        assert!(matches!(told[0].as_str(), "deny" | "failed"), "{rule}: {told:?}");
    }
}

/// Definitions that may stand in any order, in any bundle.
const DEFINITIONS: [&str; 9] = [
    "deny contains \"a\" if input.a",
    "deny contains m if { some x in input.list; m := sprintf(\"%d\", [x]) }",
    "warn contains {\"msg\": \"b\", \"path\": \"p\"} if input.b",
    "needs_approval contains \"c\" if count(helper) > 1",
    "helper contains x if some x in input.list",
    "deny_root contains \"r\" if not input.a",
    "violation contains {\"msg\": \"v\", \"_loc\": {\"file\": \"f\", \"line\": 2}} if \"x\" in helper",
    "warn contains \"w\" if every x in input.list { x > 1 }",
    "deny contains m if { walk(input, [way, x]); x == 2; m := concat(\"/\", [sprintf(\"%v\", [it]) | some it in way]) }",
];

fn module(chosen: &[usize]) -> String {
    // The helper is asked for by others, so that it is always there.
    let chosen = chosen.iter().filter(|it| **it != 4).map(|it| DEFINITIONS[*it]);
    let lines: Vec<_> = chosen.chain([DEFINITIONS[4]]).collect();
    format!("package main\n\n{}\n", lines.join("\n\n"))
}

fn messages(verdict: &Verdict) -> Vec<String> {
    let mut messages: Vec<_> = verdict
        .findings
        .iter()
        .map(|it| format!("{} {} {} {:?}", it.origin, it.rule, it.message, it.path))
        .collect();
    messages.sort();
    messages.dedup();
    messages
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn care_order_and_company_change_nothing(
        chosen in proptest::collection::vec(0..DEFINITIONS.len(), 0..8),
        list in proptest::collection::vec(0..4_i64, 0..4),
        has in any::<bool>(),
    ) {
        let list = list.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let input = format!("{{\"a\": {has}, \"b\": 1, \"list\": [{list}]}}");
        let text = module(&chosen);
        let quick = request(&[&text], &input);
        let verdict = judge(&quick);
        prop_assert_eq!(&verdict.failures, &[]);
        prop_assert_eq!(&judge(&quick), &verdict);
        let slow = Request { care: Care::Slow, ..quick.clone() };
        prop_assert_eq!(&judge(&slow), &verdict);
        let reversed: Vec<_> = chosen.iter().rev().copied().collect();
        let other = judge(&request(&[&module(&reversed)], &input));
        prop_assert_eq!(messages(&other), messages(&verdict));
        // Another bundle adds and takes nothing away.
        let mut more = quick.clone();
        more.bundles.push(bundle("service", &["package main\nexception contains [\"root\", \"\"]\nhelper contains 7"]));
        prop_assert_eq!(messages(&judge(&more)), messages(&verdict));
        // What was judged before changes nothing, and neither does what could not be.
        let mut alone = quick.clone();
        alone.subjects[0].path = Some("own".to_owned());
        let mut after = alone.clone();
        let others = ["{\"list\": 7}", "{\"a\": 1, \"list\": [[1], {\"x\": 2}]}"];
        after.subjects.splice(0..0, others.map(|it| Subject { input: value(it), ..Subject::default() }));
        let own = |request: &Request| {
            let mut verdict = judge(request);
            verdict.findings.retain(|it| it.path.as_deref() == Some("own"));
            messages(&verdict)
        };
        prop_assert_eq!(own(&after), own(&alone));
        // The files of a bundle may stand apart.
        let apart: Vec<_> = chosen.iter().map(|it| module(&[*it])).collect();
        let apart: Vec<_> = apart.iter().map(String::as_str).chain([text.as_str()]).collect();
        prop_assert_eq!(messages(&judge(&request(&apart, &input))), messages(&verdict));
    }

    #[test]
    fn any_policy_and_any_input_come_to_a_verdict(
        text in "(?s)([a-z \n\t\"`{}().:=_]|package a\n|deny contains x if |not |some |input\\.|\\[){0,60}",
        input in "[a-z0-9\\[\\]{}:,\"]{0,30}",
    ) {
        let text = format!("package a\n{text}");
        let input = parse_json(&Document::new("", input)).map(|it| it.value).unwrap_or_default();
        let mut request = request(&[&text], "null");
        request.subjects[0].input = input;
        let verdict = judge(&request);
        prop_assert_eq!(verdict.decision == Decision::Failed, !verdict.failures.is_empty());
    }
}

#[test]
fn several_threads_find_what_one_finds_and_in_its_order() {
    let text = "package main

deny contains msg if {
	some it in input.items
	it > 3
	print(it)
	msg := sprintf(\"%d is too many\", [it])
}

warn contains msg if msg := sprintf(\"%s\", [input.name])

deny contains 5 if input.is_broken
";
    let subject = |at: i64, more: &str| Subject {
        path: Some(format!("{at}.json")),
        input: value(&format!("{{\"items\": [1, {at}, {}], \"name\": \"n{at}\"{more}}}", at + 2)),
        ..Subject::default()
    };
    let whole: Vec<_> = (0..40).map(|at| subject(at, "")).collect();
    let mut broken = whole.clone();
    broken.insert(17, subject(17, ", \"is_broken\": true"));
    for (subjects, failures) in [(whole, 0), (broken, 1)] {
        let bundles = vec![bundle("b", &[text]), bundle("c", &[text])];
        let request = Request { bundles, subjects, ..Request::default() };
        let opened = || Opened::read(&request.policies_json(), &mut |_| {});
        let judged = |threads| opened().judge(&request.subjects_json(), threads, &mut |_| {});
        let one = judged(1);
        assert_eq!(one.failures.len(), 2 * failures);
        assert!(one.findings.len() > 150, "{}", one.findings.len());
        for threads in [2, 3, 8] {
            assert_eq!(judged(threads), one, "{threads} threads");
        }
    }
}

#[test]
fn a_rule_that_only_the_evaluator_sees_is_a_failure() {
    for text in
        ["package a\n\nx := 1 deny contains \"y\"\n", "package a\n\nx := 1; deny contains \"y\"\n"]
    {
        let told = told(&request(&[text], "{}"));
        assert!(told[0] == "failed" && told[1].contains("policy-syntax"), "{told:?}");
    }
}
