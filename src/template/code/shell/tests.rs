//! What scripts are accepted, and that shells agree.

use super::*;

/// A script with a mark for each `@`.
fn marked(script: &str) -> String {
    let mut parts = script.split('@');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for (number, part) in parts.enumerate() {
        out += &format!("zq0q{number}z{part}");
    }
    out
}

fn found(script: &str) -> Vec<Site> {
    let mut found = sites(&marked(script), "zq0q");
    found.sort_by_key(|(number, _)| *number);
    found.into_iter().map(|(_, site)| site).collect()
}

fn accepts(script: &str) -> bool {
    let found = found(script);
    !found.is_empty() && found.iter().all(|site| *site == Site::Own)
}

#[test]
fn a_word_of_its_own_is_accepted() {
    for script in [
        "echo @",
        "X=@",
        "X=@ cmd @ --flag=@ a@b\"c\"@'d'@$x",
        "echo $(cmd @) \"$(cmd @)\" \"a $(b \"$c\" $(d @)) e\"",
        "[ @ = \"$b\" ] && [[ $a == @ ]] && test @ != x",
        "[[ $a =~ ^(a|b)+ && @ = x ]]",
        "case $x in\n  a) echo @ ;;\n  'b'|@) echo ')' ;;\n  *) echo @\nesac\necho @",
        "y=$(case $x in a) echo @;; esac)\necho @",
        "cat <<EOF\nit's \"odd\nEOF\necho @",
        "cat <<'A' <<-B > @\nit's\nA\n\tit's \"\n\tB\necho @",
        "cat <<E\n\\` \\$( $5 \" $(x) ${y} '\nE\necho @",
        "f() { echo @; }\nfunction g { echo @; }\nf ()\n{\n echo @\n}",
        "# don't\necho @ # it's\necho a#'b' @",
        "a=(@ b @)\na+=(@)\ndeclare -a b=(@)\nlocal c=@\nexport D=@\nreadonly E=@",
        "echo \\\n  @ \\\n  --b @",
        "if cmd @; then echo @; elif ! x @; then :; else echo @; fi",
        "while read -r a; do echo @; done < <(cmd @)\nfor x in @ b; do echo @; done",
        "for ((i=0; i<3; i++)); do echo @; done\n((i++))\necho $((1 << 2)) @",
        "cmd <<< @ | grep @ > @ 2>&1",
        "cmd @ && other @ || (cd @; echo @) & wait",
        "sh -c 'echo \"$1\"' _ @",
        "echo $'a\\n' $\"b\" @",
        "read -rp @ answer\nprintf '%s' @\nsed 's/a/b/' @\nawk -v a=@ '{ print a }' @",
        "docker run -e X=@ image\ngit commit -m @",
        "trap 'rm x' EXIT\necho @",
        "set -euo pipefail\nexec @",
        "diff <(a @) <(b @)",
        "rm !(keep) @",
    ] {
        assert!(accepts(script), "{script}\n{:?}", found(script));
    }
}

#[test]
fn what_reads_a_literal_as_something_else_is_refused() {
    for script in [
        "echo \"@\"",
        "echo '@'",
        "echo \"a $(echo \"@\")\"",
        "echo $@",
        "echo \\@",
        "echo `cmd @`",
        "echo \"`cmd @`\"",
        "echo ${x:-@}",
        "echo \"${x:-@}\"",
        "echo ${x:-$(echo @)}",
        "echo $((1 + @))",
        "echo $(( $(echo @) ))",
        "((x = @))",
        "# @",
        "echo a # @",
        "cat <<EOF\n@\nEOF",
        "cat <<'EOF'\n@\nEOF",
        "cat <<EOF\n$(echo @)\nEOF",
        "x=$(cat <<EOF\n@\nEOF\n)",
        "cat <<A <<B\nA\n@\nB",
        "cat <<@\nx\n@",
        "echo $'@'",
        "echo $\"@\"",
        "eval @",
        "eval \"a\" @",
        "command eval @",
        "trap @ EXIT",
        "alias x=@",
        "bash -c @",
        "sh -ec @",
        "sudo su -c a@",
        "python3 -c @",
        "perl -e @",
        "ssh host cmd @",
        "echo @ | sh",
        "echo @ |\n  sudo bash -s -- x",
        "bash <<< @",
        "let x=@",
        "declare -i x=@",
        "declare -a x=@",
        "declare -n x=@",
        "declare @",
        "read @",
        "unset @",
        "printf -v @ x",
        "[ -v @ ]",
        "[ @ -eq 1 ]",
        "[[ @ -eq 1 ]]",
        "[[ -v @ ]]",
        "a[@]=1",
        "a=([@]=1)",
        "ls *(e:@:)",
        "rm !(@)",
        "awk @ file",
        "sudo sed @ file",
        "sudo -E sed -e @ file",
        "timeout 5 ssh host @",
        "sed -i '' @ file",
        "sed -e s/a/b/ -e@ file",
        "bash -ceu @",
        "bash -c -e @",
        "bash -c -- @",
        "bash -c@",
        "bash -co pipefail @",
        "${SHELL} -ce @",
        "perl -pe @ in",
        "perl -lane @",
        "node -pe @",
        "docker compose exec app php -r @",
        "mysql -u x -e @",
        "jq @ a.json",
        "jq --arg a @ @ a.json",
        "sqlite3 app.db @",
        "echo @ | sqlite3 app.db",
        "echo @ | psql -U a -d b",
        "echo @ | sudo -u postgres psql",
        "echo @ | sudo -E bash",
        "echo @ | bash -euo pipefail",
        "echo @ | docker exec -i c sh",
        "ssh host <<< @",
        "source /dev/stdin <<< @",
        "eval \"$(echo @)\"",
        "source <(echo @)",
        "bash -c \"$(echo @)\"",
        "PS4=@",
        "sudo eval @",
        "command eval @",
        "builtin let @",
        "command -p eval @",
        "make >& @",
        "echo hi >& log-@.txt",
        "echo hi 1>&@",
        "cat <& @",
        "GIT_SSH_COMMAND=@ git fetch",
        "export PS1=@",
        "sed -e @",
        "echo $[ @ ]",
    ] {
        let found = found(script);
        let is_refused = match script.contains("--arg") {
            true => found.last() != Some(&Site::Own),
            false => !found.contains(&Site::Own),
        };
        assert!(!found.is_empty() && is_refused, "{script}\n{found:?}");
    }
}

#[test]
fn a_script_that_is_not_followed_to_its_end_has_no_place() {
    for script in [
        "echo @ '",
        "echo @ \"",
        "echo @ `",
        "echo @ $(",
        "echo @ )",
        "(echo @",
        "echo @; case x in",
        "echo @; cat <<EOF\nx",
        "echo @; echo $'it\\'s'",
        "echo @; echo \"${x%'}'}\"",
        "echo @; echo $((a) + (b) )",
        "echo @; cat <<EOF\na\\\nEOF\nb\nEOF\n",
        "echo @; x=$(cat <<EOF)\nEOF\n",
        "echo @; cat <<EOF $(echo\nEOF\n)\nEOF\n",
        "echo @; declare -i n",
        "cat <<E\n`\nE\necho @",
        "cat <<E\n$(x\nE\necho @",
        "cat <<E\n${x:-\nE\necho @",
        "cat <<E\n\\\\`\nE\necho @",
        "echo @; ;;",
        "echo @; ${ x; }",
        "cat <<EOF @; x=$(\nEOF\n)",
    ] {
        let found = found(script);
        assert!(found.iter().all(|site| *site == Site::Unknown), "{script}\n{found:?}");
    }
}

#[test]
fn a_script_that_nests_without_end_has_no_place() {
    for nested in ["\"${a-", "${a-", "$((", "$(", "(", "<(", "$(case x in a) ", "\"$(echo \""] {
        let script = format!("echo @\n{}", nested.repeat(100_000));
        assert_eq!(found(&script), [Site::Unknown], "{nested}");
    }
}

#[test]
fn what_looks_like_a_program_and_is_none_is_accepted() {
    for script in [
        "git -c user.name=@ commit -m @",
        "git -c @ commit",
        "kubectl logs -c @ pod",
        "grep -c @ file",
        "jq --arg name @ '.name = $name' package.json",
        "bash -c 'echo \"$1\"' _ @",
        "bash script.sh @",
        "sudo cp @ /etc/x",
        "docker run --name @ image",
        "find . -name @",
        "echo @ | tee file",
        "psql -d @ < file.sql",
        "python -m app @",
        "python app.py --config @",
        "mc alias set local @",
        "npm run let @",
    ] {
        assert!(accepts(script), "{script} {:?}", found(script));
    }
}
