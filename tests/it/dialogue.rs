//! Each prompt once, at a terminal: what people see, and what comes of what they type.

use crate::{
    stage::{play, play_with},
    terminal::{BACKSPACE, CTRL_C, DOWN, END, ENTER, ESC, HOME},
};

#[test]
fn a_text_shows_what_it_is_for_and_an_example() {
    let mut terminal = play("text");
    insta::assert_snapshot!(terminal.wait_for("orders-api").screen(), @"
    ? Service name␛[2J: orders-api
    [Also the repository's name. | ? shows help]
    ");
    terminal.type_keys("?").type_keys(ENTER).wait_for("Two to forty");
    insta::assert_snapshot!(terminal.screen(), @"
    ! Two to forty characters; it begins with a letter.
    ? Service name␛[2J: ?
    [Also the repository's name. | ? shows help]
    ");
}

#[test]
fn a_wrong_answer_is_corrected_where_it_was_typed() {
    let mut terminal = play("text");
    terminal.type_keys(ENTER).wait_for("an answer is needed");
    terminal.type_keys("my api").type_keys(ENTER).wait_for("must be lower case");
    insta::assert_snapshot!(terminal.screen(), @"
    ! must be lower case letters, digits and `-`
    ? Service name␛[2J: my api
    [Also the repository's name. | ? shows help]
    ");
    terminal.type_keys(&BACKSPACE.repeat(4)).type_keys("-api").type_keys(ENTER).wait_for("Port");
    terminal.type_keys("x").type_keys(ENTER).wait_for("must be a whole number");
    terminal
        .type_keys(BACKSPACE)
        .type_keys("80800")
        .type_keys("0")
        .type_keys(ENTER)
        .wait_for("65535");
    insta::assert_snapshot!(terminal.screen(), @"
    * Service name␛[2J: my-api
    ! must be at most 65535
    ? Port: (8080) 808000
    [Esc goes back]
    ");
    terminal.type_keys(&BACKSPACE.repeat(6)).type_keys(ENTER);
    insta::assert_snapshot!(terminal.finish(), @r#"
    exit: 0
    * Service name␛[2J: my-api
    * Port: 8080
    = Ok([Text("my-api"), Number(Int(8080))])
    "#);
}

#[test]
fn escape_goes_back_to_what_was_typed_and_stays_at_the_first_question() {
    let mut terminal = play("text");
    terminal.type_keys("orders").type_keys(ENTER).wait_for("Port");
    terminal.type_keys(ESC).wait_for("(back)");
    insta::assert_snapshot!(terminal.wait_for("[Also").screen(), @"
    * Service name␛[2J: orders
    ? Port: (back)
    ? Service name␛[2J: orders
    [Also the repository's name. | ? shows help]
    ");
    terminal.type_keys(ESC).wait_for("first question");
    terminal.wait_for("[Also").type_keys("-api").type_keys(ENTER).wait_for("(8080)");
    terminal.type_keys(ENTER);
    insta::assert_snapshot!(terminal.finish(), @r#"
    exit: 0
    * Service name␛[2J: orders
    ? Port: (back)
    ? Service name␛[2J: (this is the first question; Ctrl-C ends the run)
    * Service name␛[2J: orders-api
    * Port: 8080
    = Ok([Text("orders-api"), Number(Int(8080))])
    "#);
}

#[test]
fn a_line_is_edited_by_character_and_by_word() {
    let [word_left, word_right, take_right, take_word] =
        ["\x1b[1;5D", "\x1b[1;5C", "\x1b[3~", "\x1b[3;5~"];
    let mut terminal = play("text");
    terminal.type_keys("one two six").wait_for("one two six").type_keys(word_left);
    terminal.type_keys(BACKSPACE).type_keys("-").wait_for("one two-six").type_keys(HOME);
    terminal.type_keys(take_word).type_keys(take_right).wait_for(": two-six").type_keys("a-");
    terminal.type_keys(word_right).type_keys("s").type_keys(END).type_keys("y").type_keys(ENTER);
    terminal.wait_for("Port").type_keys(ENTER);
    insta::assert_snapshot!(terminal.finish(), @r#"
    exit: 0
    * Service name␛[2J: a-twos-sixy
    * Port: 8080
    = Ok([Text("a-twos-sixy"), Number(Int(8080))])
    "#);
}

#[test]
fn long_lines_break_between_words() {
    let mut terminal = play("wordy");
    insta::assert_snapshot!(terminal.wait_for("explains.]").screen(), @"
    ? What shall the service be called by those who will have to find it again:
     (orders-of-the-day)
    [A description that is longer than eighty columns, as they are when somebody
    explains.]
    ");
    terminal.type_keys(ENTER).wait_for("goes back]");
    insta::assert_snapshot!(terminal.screen(), @"
    * What shall the service be called by those who will have to find it again:
     orders-of-the-day
    ? Where shall it keep what it is told by others:
    > Nowhere, because it only passes on what it is told by others, at once and in
      order
      A database that a team runs for everybody, with backups that somebody has
      tried
    [What is kept here is kept nowhere elsewhere. | arrows move, typing filters |
    Esc goes back]
    ");
    terminal.type_keys(DOWN).wait_for("> A database").type_keys(ENTER);
    insta::assert_snapshot!(terminal.finish(), @r#"
    exit: 0
    * What shall the service be called by those who will have to find it again:
     orders-of-the-day
    * Where shall it keep what it is told by others: A database that a team runs
    for everybody, with backups that somebody has tried
    = Ok([Text("orders-of-the-day"), Text("database")])
    "#);
    let mut terminal = play_with("wordy", &[("COLUMNS", "40")]);
    insta::assert_snapshot!(terminal.wait_for("explains.]").screen(), @"
    ? What shall the service be called by
    those who will have to find it again:
     (orders-of-the-day)
    [A description that is longer than
    eighty columns, as they are when
    somebody explains.]
    ");
    terminal.type_keys(ENTER).wait_for("goes back]").type_keys(DOWN).wait_for("> A database");
    insta::assert_snapshot!(terminal.screen(), @"
    * What shall the service be called by
    those who will have to find it again:
     orders-of-the-day
    ? Where shall it keep what it is told
    by others:
      Nowhere, because it only passes on
      what it is told by others, at once
      and in order
    > A database that a team runs for
      everybody, with backups that somebody
      has tried
    [What is kept here is kept nowhere
    elsewhere. | arrows move, typing
    filters | Esc goes back]
    ");
    terminal.type_keys(ENTER);
    insta::assert_snapshot!(terminal.finish(), @r#"
    exit: 0
    * What shall the service be called by
    those who will have to find it again:
     orders-of-the-day
    * Where shall it keep what it is told
    by others: A database that a team runs
    for everybody, with backups that
    somebody has tried
    = Ok([Text("orders-of-the-day"), Text("database")])
    "#);
}

#[test]
fn an_interrupt_ends_the_dialogue() {
    let mut terminal = play("text");
    terminal.type_keys("orders").type_keys(CTRL_C);
    insta::assert_snapshot!(terminal.finish(), @r#"
    exit: 0
    ? Service name␛[2J: orders
    [Also the repository's name. | ? shows help]
    = Err("interrupted")
    "#);
}

#[test]
fn what_is_not_required_may_stay_empty() {
    let mut terminal = play("optional");
    terminal.type_keys(ENTER).wait_for("Cache");
    insta::assert_snapshot!(terminal.wait_for("MySQL").screen(), @"
    * Team: (none)
    ? Cache:
    > (none)
      None
      PostgreSQL
      MySQL ␇
    [arrows move, typing filters | Esc goes back]
    ");
    terminal.type_keys(ENTER);
    insta::assert_snapshot!(terminal.finish(), @"
    exit: 0
    * Team: (none)
    * Cache: (none)
    = Ok([Null, Null])
    ");
}

#[test]
fn a_choice_begins_at_its_default_and_is_filtered_by_typing() {
    let mut terminal = play("choice");
    insta::assert_snapshot!(terminal.wait_for("> PostgreSQL").screen(), @"
    ? Database:
      None
    > PostgreSQL
      MySQL ␇
    [Where orders are kept. | arrows move, typing filters]
    ");
    terminal.type_keys("mys").wait_for("> MySQL").type_keys(ENTER);
    insta::assert_snapshot!(terminal.finish(), @r#"
    exit: 0
    * Database: MySQL ␇
    = Ok([Text("mysql")])
    "#);
}

#[test]
fn several_choices_begin_with_their_defaults_and_keep_what_was_checked() {
    let mut terminal = play("choices");
    insta::assert_snapshot!(terminal.wait_for("[x] PostgreSQL").screen(), @"

    Extras
    ? Features:
    > [ ] None
      [x] PostgreSQL
      [ ] MySQL ␇
    [space checks, arrows move, typing filters]
    ");
    terminal
        .type_keys(DOWN)
        .wait_for("> [x] PostgreSQL")
        .type_keys(" ")
        .wait_for("> [ ] PostgreSQL");
    terminal.type_keys(ENTER).wait_for("at least one").wait_for("> [ ] None");
    insta::assert_snapshot!(terminal.screen(), @"

    Extras
    * Features: (not taken)
    ! at least one is needed
    ? Features:
    > [ ] None
      [ ] PostgreSQL
      [ ] MySQL ␇
    [space checks, arrows move, typing filters]
    ");
    terminal.type_keys(" ").wait_for("> [x] None").type_keys(ENTER);
    insta::assert_snapshot!(terminal.finish(), @r#"
    exit: 0

    Extras
    * Features: (not taken)
    ! at least one is needed
    * Features: None
    = Ok([List([Text("none")])])
    "#);
}

#[test]
fn yes_or_no_takes_one_letter() {
    let mut terminal = play("boolean");
    insta::assert_snapshot!(terminal.wait_for("Critical").screen(), @"? Critical service: (yes)");
    terminal
        .type_keys(ENTER)
        .wait_for("y/n")
        .type_keys("perhaps")
        .type_keys(ENTER)
        .wait_for("type `y`");
    insta::assert_snapshot!(terminal.screen(), @"
    * Critical service: yes
    ! type `y` for yes or `n` for no
    ? Public: perhaps
    [Esc goes back]
    ");
    terminal.type_keys(&BACKSPACE.repeat(7)).type_keys("n").type_keys(ENTER);
    insta::assert_snapshot!(terminal.finish(), @"
    exit: 0
    * Critical service: yes
    * Public: no
    = Ok([Bool(true), Bool(false)])
    ");
}

#[test]
fn several_lines_are_typed_on_one_without_an_editor() {
    let mut terminal = play("lines");
    insta::assert_snapshot!(terminal.wait_for("About").screen(), @r"
    ? About: (one\ntwo)
    [\n begins a new line]
    ");
    terminal.type_keys(r"three\nfour").type_keys(ENTER);
    insta::assert_snapshot!(terminal.finish(), @r#"
    exit: 0
    * About: three\nfour
    = Ok([Text("three\nfour")])
    "#);
}

#[cfg(unix)]
#[test]
fn several_lines_are_written_in_an_editor_where_there_is_one() {
    let mut terminal = play_with("lines", &[("EDITOR", "sed -i s/two/three/")]);
    insta::assert_snapshot!(terminal.wait_for("About").screen(), @"? About: [(e) to open sed, (enter) to submit]");
    terminal.type_keys("e").type_keys(ENTER);
    insta::assert_snapshot!(terminal.finish(), @r#"
    exit: 0
    * About: (2 lines)
    = Ok([Text("one\nthree")])
    "#);
}

#[test]
fn a_list_is_written_in_an_editor_one_item_a_line_where_its_widget_says_so() {
    let mut terminal = play_with("list in an editor", &[("EDITOR", "sed -i s/2/30/")]);
    terminal.wait_for("Ports").type_keys("e").type_keys(ENTER);
    insta::assert_snapshot!(terminal.finish(), @r#"
    exit: 0
    * Ports: (2 lines)
    = Ok([List([Number(Int(1)), Number(Int(30))])])
    "#);
}

#[test]
fn a_secret_is_asked_for_by_reference() {
    let terminal = play("secret");
    insta::assert_snapshot!(terminal.screen(), @"
    ? Token:
    [a reference such as `vault:path` or `env:NAME`, never the secret itself]
    ");
}

#[test]
fn a_list_is_typed_with_commas() {
    let mut terminal = play("list");
    insta::assert_snapshot!(terminal.wait_for("eu, us").screen(), @"
    ? Regions: (eu, us)
    [separate with commas]
    ");
    terminal.type_keys("eu,ap , ").type_keys(ENTER);
    insta::assert_snapshot!(terminal.finish(), @r#"
    exit: 0
    * Regions: eu, ap
    = Ok([List([Text("eu"), Text("ap")])])
    "#);
}

#[test]
fn a_golden_path_is_chosen_from_the_catalog() {
    let mut terminal = play("golden path");
    insta::assert_snapshot!(terminal.wait_for("rust-service").screen(), @"
    ? Golden path:
    > go-service    1.0.0  Go HTTP service    http
      rust-service  1.0.0  Rust HTTP service  http
    [arrows move, typing filters | `flagstone catalog show NAME` says more]
    ");
    terminal.type_keys("rust").wait_for("> rust-service").type_keys(ENTER);
    insta::assert_snapshot!(terminal.finish(), @"
    exit: 0
    * Golden path: rust-service
    = Ok(Some(1))
    ");
}

#[test]
fn the_summary_is_taken_left_or_gone_back_from() {
    let mut terminal = play("summary");
    insta::assert_snapshot!(terminal.wait_for("Write").screen(), @"
    ? Write these files? (Y/n)
    [Esc goes back to the last question]
    ");
    terminal.type_keys(ENTER);
    insta::assert_snapshot!(terminal.finish(), @"
    exit: 0
    * Write these files? Yes
    = Ok(Write)
    ");
    let mut terminal = play("summary");
    terminal.type_keys("n").type_keys(ENTER);
    insta::assert_snapshot!(terminal.finish(), @"
    exit: 0
    * Write these files? No
    = Ok(Leave)
    ");
    let mut terminal = play("summary");
    terminal.type_keys(ESC);
    insta::assert_snapshot!(terminal.finish(), @"
    exit: 0
    ? Write these files? (back)
    = Ok(Back)
    ");
}

#[test]
fn someone_without_an_identity_is_asked_for_one() {
    let mut terminal = play("identity");
    terminal.type_keys("Ada Lovelace").type_keys(ENTER).wait_for("e-mail");
    terminal.type_keys("ada").type_keys(ENTER).wait_for("looks like");
    insta::assert_snapshot!(terminal.screen(), @"
    * Your name: Ada Lovelace
    ! an e-mail address looks like `name@example.com`
    ? Your e-mail address: ada
    [git knows no user.email; for this commit | Esc commits as flagstone]
    ");
    terminal.type_keys("@example.com").type_keys(ENTER);
    insta::assert_snapshot!(terminal.finish(), @r#"
    exit: 0
    * Your name: Ada Lovelace
    * Your e-mail address: ada@example.com
    = Ok(Some(Identity { name: "Ada Lovelace", email: "ada@example.com" }))
    "#);
    let mut terminal = play("identity");
    terminal.type_keys(ESC);
    insta::assert_snapshot!(terminal.finish(), @"
    exit: 0
    ? Your name: (as flagstone)
    = Ok(None)
    ");
}
