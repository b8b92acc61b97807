//! What programs are followed to their ends.

use super::{super::tests::at, *};

fn of(program: &str) -> Site {
    at(program, |text, stem| sites(text, stem, Dialect::Jsx))
}

#[test]
fn an_expression_takes_a_literal() {
    for program in [
        "const name = @;",
        "f(@, [@], {a: @, [@]: 1});",
        "const a = b / c / d; x(@); // it's",
        "const r = /[/'\"]\\//g, s = (1) / 2; x = @;",
        "if (x) /'/.test(y); z = @;",
        "return /'/.test(@)",
        "x = `a ${f(@)} b`",
        "x = `a ${`'${ {a: @}.a }`} \\` \\${` + @",
        "export default {name: @}",
        "case @: break;",
        "x = a < b && c > @;",
        "const f = <T,>(x: T) => x; y = @;",
        "function f(x = @) { return @ }",
        "§Component({selector: @}) class A {}",
        "return <p title={@} {...x}>it's {@} <br/> {/* ' */}</p>;",
        "x = <><A.B c='\"' d-e=\"'\"/>'</>; y = @",
        "x = y ? <a/> : <b>{z.map(it => <i key={@}>{@}</i>)}</b>;",
        "x.if / y; z = @",
        "x => { return @ }",
        "import a from 'a';\nx = @",
        "while (x --> 0) { y(@) }",
        "x?.y / [@].length / 2",
        "x++ / @ / 2; (y)-- / @ / 2",
        "a[0]++ / 2; x = /'/; y = @",
        "a+++b / 2; y = @",
        "x = y => /'/.test(y); z = @",
        "const f = async <T,>(u: T): Promise<T> => g(@);",
        "const f = async <T extends A>(u: T) => <p>{@}</p>;",
    ] {
        assert_eq!(of(program), Site::Own, "{program}");
    }
    for program in ["const f = <T>(x: T) => x; y = @;", "x = <string>@;", "a! < b; c = @"] {
        let found = at(program, |text, stem| sites(text, stem, Dialect::Plain));
        assert_eq!(found, Site::Own, "{program}");
    }
}

#[test]
fn texts_patterns_and_comments_take_none() {
    for (program, what) in [
        ("x = '@'", Inside::Text),
        ("x = \"a\\\r\n@\"", Inside::Text),
        ("x = `a @`", Inside::TemplateLiteral),
        ("x = `${a} @`", Inside::TemplateLiteral),
        ("x = `${`@`}`", Inside::TemplateLiteral),
        ("x = /@/g", Inside::RegularExpression),
        ("if (x) /[/]@/.test(y)", Inside::RegularExpression),
        ("x = [/a\\/@/]", Inside::RegularExpression),
        ("// @", Inside::Comment),
        ("/* \n @ */", Inside::Comment),
        ("#!/usr/bin/env @\n", Inside::Comment),
        ("import x from @", Inside::Import),
        ("export * from @", Inside::Import),
        ("import @", Inside::Import),
        ("await import(@)", Inside::Import),
        ("x = <p title=@ />", Inside::JsxAttribute),
        ("x = <p title=\"@\" />", Inside::JsxAttribute),
        ("x = <p a={b} title='@'>c</p>", Inside::JsxAttribute),
        ("x = <p>it's @</p>", Inside::JsxText),
        ("x = <p>{a}@<b/></p>", Inside::JsxText),
        ("x = (<@/>)", Inside::JsxTag),
        ("x = <p></@>", Inside::JsxTag),
    ] {
        assert_eq!(of(program), Site::Inside(what), "{program}");
    }
}

#[test]
fn what_stands_right_beside_a_literal_changes_it() {
    for program in ["x = ''@", "x = @''", "x = @`a`", "x = a@", "x = @@", "x = @a", "x = $@"] {
        assert!(matches!(of(program), Site::Beside(_)), "{program}");
    }
}

#[test]
fn what_is_not_clear_has_no_known_place() {
    for program in [
        "x = 'a\n@",
        "x = `a ${@",
        "x = /a\n + @",
        "x = {} / @ / 2",
        "x\n++ / @ / 2",
        "x /**/++ / @ / 2",
        "const h = t as Array<number> / 2 /* @ */ // it",
        "f = (s satisfies (x: number) => void/ 2) /* @ */ // it",
        "of <T,>(x) / @",
        "async <T>(u: T) => @",
        "of / @ / 2",
        "<!-- @",
        "x = @\n--> y",
        "x = @\n/* */ --> y",
        "x = (@]",
        "x = @)",
        "x = <p>@",
        "x = <p {@>",
        "} <p>@</p>",
        "/* @",
    ] {
        assert_eq!(of(program), Site::Unknown, "{program}");
    }
}
