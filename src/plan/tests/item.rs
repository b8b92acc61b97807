//! One file for each item of a list.

use super::*;

fn path() -> Sketch {
    sketch("p")
        .list(
            "queues",
            r#"[{name: jobs, port: 1, say: "x: y"}, {name: mails, port: 2, say: "a # b"}]"#,
        )
        .file("template/q/[queues].txt.j2", "{{ item.name }} {{ item_index }} {{ item.port }}\n")
}

#[test]
fn each_item_has_a_file_and_an_identity_of_its_own() {
    let plan =
        planned(&[path().file("template/[queues.port]/[queues.name].md", "{{ raw }}")]).unwrap();
    let files: Vec<_> =
        plan.files.iter().map(|(path, file)| format!("{path} {}", file.source)).collect();
    assert_eq!(
        files,
        [
            "1/jobs.md p:template/[queues.port]/[queues.name].md#1/jobs",
            "2/mails.md p:template/[queues.port]/[queues.name].md#2/mails",
            "q/jobs.txt p:template/q/[queues].txt.j2#jobs",
            "q/mails.txt p:template/q/[queues].txt.j2#mails",
        ]
    );
    assert_eq!(text(&plan, "q/mails.txt"), "mails 1 2\n");
}

#[test]
fn brackets_that_name_no_list_stay() {
    let path = sketch("p")
        .list("ids", "[a, 2]")
        .answer("ids_of", Value::List(vec!["z".into()]))
        .file("template/app/[slug]/[...ids]/page.tsx", "")
        .file("template/{{ ids[port - 8080] }}/x", "")
        .file("template/n/[ids]", "");
    let plan = planned(&[path]).unwrap();
    let files: Vec<_> = plan.files.keys().map(RepoPath::as_str).collect();
    assert_eq!(files, ["a/x", "app/[slug]/[...ids]/page.tsx", "n/2", "n/a"]);
}

#[test]
fn a_list_that_is_empty_or_does_not_apply_makes_no_file() {
    for list in ["[]", "null"] {
        assert!(planned(&[path().list("queues", list)]).unwrap().files.is_empty());
    }
    let plan = planned(&[path().list("queues", "[{name: null}, {name: a, port: 1}]")]).unwrap();
    assert_eq!(plan.files.len(), 1);
}

#[test]
fn items_that_make_no_file_of_their_own_are_told() {
    insta::assert_snapshot!(mistakes(path().list("queues", "[{name: a}, {name: b}, {name: a}]")));
    insta::assert_snapshot!(mistakes(path().list("queues", "[{nmae: a}, {name: [b]}]")));
    let two = path().list("topics", "[a]").file("template/[queues]/[topics]", "");
    insta::assert_snapshot!(mistakes(two));
}

#[test]
fn two_items_whose_paths_meet_are_named_both() {
    let met = sketch("p")
        .list("ids", "[{a: x, b: y/z}, {a: x/y, b: z}]")
        .file("template/{{ item.a }}/[ids.b].txt", "");
    insta::assert_snapshot!(mistakes(met));
}

#[test]
fn the_key_of_an_item_can_not_name_what_no_answer_may() {
    for key in ["../x", "/etc/x", ".git/hooks/x", "-rf", ".envrc", "a\\\\b", "con"] {
        let path = sketch("p").list("ids", &format!("[\"{key}\"]")).file("template/[ids]", "");
        assert!(planned(&[path]).is_err(), "{key}");
    }
    let path = sketch("p").list("ids", r#"["{{ name }}"]"#).file("template/[ids]", "");
    let plan = planned(&[path]).unwrap();
    assert_eq!(plan.files.keys().next().unwrap().as_str(), "{{ name }}");
}

#[test]
fn an_item_that_ends_in_a_slash_hides_no_file() {
    for name in ["[ids].env", "[ids]-x", "d/[ids].yml"] {
        let path = sketch("p").list("ids", "[\"x/\"]").file(&format!("template/{name}"), "");
        let told = mistakes(path);
        assert!(told.contains("item 1 of `ids` makes a ") && told.contains(name), "{told}");
    }
}

#[test]
fn a_text_of_an_item_is_proved_like_any_answer() {
    let bad = path().file("template/x/[queues].yaml.j2", "say: {{ item.say }}\n");
    insta::assert_snapshot!(mistakes(bad));
    let good = path().file("template/x/[queues].yaml.j2", "say: {{ item.say | to_yaml }}\n");
    assert_eq!(text(&planned(&[good]).unwrap(), "x/jobs.yaml"), "say: \"x: y\"\n");
    let shell = path().file("template/x/[queues].sh.j2", "echo {{ item.say }}\n");
    assert!(planned(&[shell]).is_err());
}

#[test]
fn lines_are_allowed_where_the_shape_has_them() {
    let mut path = sketch("p").list("notes", r#"[{name: a, text: "a\nb", x: {k: "v"}}]"#);
    assert!(planned(&[path.clone()]).is_err());
    path.lines.insert("notes/*/text".to_owned());
    assert!(planned(&[path.clone()]).is_ok());
    let hidden = path.list("notes", r#"[{name: "a\nb", text: "a"}]"#);
    assert!(planned(&[hidden]).is_err());
}

#[test]
fn a_list_can_not_make_more_files_than_a_plan_may_have() {
    let items: Vec<_> = (0..30_000).map(|number| number.to_string()).collect();
    let path =
        sketch("p").list("ids", &format!("[{}]", items.join(","))).file("template/[ids]", "");
    assert!(mistakes(path).contains("30000 files are more than the limit of 20000"));
}

#[test]
fn what_names_a_file_alone_tells_items_apart() {
    let text = "apiVersion: flagstone/v1\nkind: GoldenPath\n\
        metadata: {name: p, version: 1.0.0, title: P, owner: o}\nparameters: {properties: {\
        q: {type: array, items: {type: object, properties: {name: {type: string}}}}, \
        ids: {type: array, items: {type: string}}, n: {type: string}}}\n";
    let document = crate::text::Document::new("golden-path.yaml", text);
    let manifest = crate::manifest::Manifest::parse(&document, &"0.1.0".parse().unwrap()).unwrap();
    let keys = |path: &str| {
        let path = crate::tree::RepoPath::parse(path).unwrap();
        let keys = crate::plan::item_keys([&path], &manifest.parameters);
        keys.into_iter().map(|(list, key)| format!("{list} {key}")).collect::<Vec<_>>()
    };
    assert_eq!(keys("template/[q].md"), ["q name"]);
    assert_eq!(keys("template/[q.id]/[q.id].md"), ["q id"]);
    assert_eq!(keys("template/[ids].md"), ["ids "]);
    assert_eq!(keys("template/[q.id]-[q.name].md"), [""; 0]);
    assert_eq!(keys("template/[n]/[slug].md"), [""; 0]);
    assert_eq!(keys("partials/[q].md"), [""; 0]);
}

proptest! {
    #[test]
    fn every_item_makes_one_file_with_a_source_of_its_own(
        names in proptest::collection::btree_set("[b-z][a-z0-9]{0,6}[xyz]", 0..12)
    ) {
        let list = format!("[{}]", names.iter().map(|it| format!("{{name: \"{it}\"}}")).collect::<Vec<_>>().join(","));
        let plan = planned(&[sketch("p").list("q", &list).file("template/[q].txt.j2", "{{ item.name }}")]).unwrap();
        let sources: BTreeSet<_> = plan.files.values().map(|file| file.source.clone()).collect();
        prop_assert_eq!(sources.len(), names.len());
        for name in &names {
            prop_assert_eq!(text(&plan, &format!("{name}.txt")), name.clone());
        }
    }
}
