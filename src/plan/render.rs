//! One template as one file of the plan.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Contents, PlannedFile, finish::finish, is_link, item::Item, keys, kind, layer::Prepared, name,
    proof::Proof,
};
use crate::{
    diag::Diagnostic,
    template::{
        Compiled, Format, LonePlace, Pass, Printed, Proofs, Proved, Scripts, Target, TemplateFile,
        Tokens,
    },
    tree::{Entry, Ownership, RepoPath, SourceId},
};

/// How many printed texts, or places that print them, are looked at to tell which are wrong.
const MOST_TRIED: usize = 256;

/// What came of a template; nothing where a rule or its path drops it.
pub(super) type Rendered = Option<(RepoPath, PlannedFile)>;

/// One file of a layer's `template/`, and the item that it is rendered for.
#[derive(Debug, Clone)]
pub(super) struct Job<'a> {
    /// Its path in the layer.
    pub(super) source: &'a RepoPath,
    /// Mode and bytes.
    pub(super) entry: &'a Entry,
    /// The item, where its path names a list.
    pub(super) item: Option<Item<'a>>,
}

/// Renders one file of a layer's `template/`.
pub(super) fn render(
    layer: &Prepared<'_>,
    job: &Job<'_>,
    contents: Contents,
) -> Result<Rendered, Vec<Diagnostic>> {
    let rendered = file(layer, job, contents);
    match &job.item {
        Some(item) => {
            rendered.map_err(|found| found.into_iter().map(|it| item.noted(it)).collect())
        }
        None => rendered,
    }
}

fn file(
    layer: &Prepared<'_>,
    job: &Job<'_>,
    contents: Contents,
) -> Result<Rendered, Vec<Diagnostic>> {
    let Job { source, entry, item } = job;
    let item = item.as_ref();
    let below = source.as_str().strip_prefix("template/").unwrap_or_default();
    let template = below.strip_suffix(".j2").filter(|_| !is_link(entry));
    let name = template.unwrap_or(below);
    let Some(path) = name::output(layer, source, (name, item)).map_err(|it| vec![it])? else {
        return Ok(None);
    };
    let rule = layer.rule(&path);
    if matches!(rule, Some((_, false))) {
        return Ok(None);
    }
    let rule = rule.map(|(rule, _)| rule);
    let entry = match template {
        None => Entry::clone(entry),
        Some(_) if contents == Contents::Empty => Entry { mode: entry.mode, bytes: Arc::default() },
        Some(_) => {
            let syntax = rule.and_then(|rule| rule.syntax).unwrap_or_default();
            let file = TemplateFile { path: source.as_str(), bytes: &entry.bytes, syntax };
            let target = kind::target(&path, entry.mode, first_line(&entry.bytes));
            let mut text = text(layer, (file.clone(), item), target, contents)?;
            // A comment or a condition may have hidden the `#!` of a script.
            if target == Target::Prose && text.starts_with("#!") {
                let target = kind::target(&path, entry.mode, first_line(text.as_bytes()));
                text = self::text(layer, (file, item), target, contents)?;
            }
            let bytes = finish(path.file_name(), text).into_bytes();
            Entry { mode: entry.mode, bytes: bytes.into() }
        }
    };
    let ownership = rule.and_then(|rule| rule.ownership.clone()).unwrap_or(Ownership::Merged);
    let path_of_source = match item {
        Some(item) => format!("{source}#{}", item.key()),
        None => source.as_str().to_owned(),
    };
    let source = SourceId { layer: layer.layer.name.to_owned(), path: path_of_source };
    Ok(Some((path, PlannedFile { entry, ownership, source })))
}

fn first_line(bytes: &[u8]) -> &str {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    std::str::from_utf8(line).unwrap_or_default()
}

fn text(
    layer: &Prepared<'_>,
    (file, item): (TemplateFile<'_>, Option<&Item<'_>>),
    target: Target,
    contents: Contents,
) -> Result<String, Vec<Diagnostic>> {
    let template = layer.templates.compile(file).map_err(|it| vec![it])?;
    let template = match item {
        Some(item) => item.in_template(template),
        None => template,
    };
    let rendered = template.render(target, Pass::Plain);
    let (text, printed) = rendered.map_err(|first| template.every_mistake(target, first))?;
    match target {
        // Only a proof looks at what is in a file.
        Target::Structured(..) if contents == Contents::Rendered => {}
        Target::Structured(format, _) if keys::stand_twice(template.source(), &text, format) => {
            let mistake = Diagnostic::error("unsafe-text", "a printed key stands twice in its map");
            return Err(vec![
                mistake.at(template.document().place((0..0).into())).help("give another answer"),
            ]);
        }
        Target::Structured(format, scripts) if !printed.texts.is_empty() => {
            prove(&template, &text, &printed, (format, scripts))?;
        }
        Target::Structured(..) | Target::Code(_) | Target::Prose => {}
    }
    Ok(text)
}

/// Proves a file that printed texts which are not harmless by their shape.
fn prove(
    template: &Compiled<'_>,
    text: &str,
    printed: &Printed,
    (format, scripts): (Format, Scripts),
) -> Result<(), Vec<Diagnostic>> {
    let target = Target::Structured(format, scripts);
    let tokens = Arc::new(Tokens::new(printed, text));
    let pass = Pass::Tokens(tokens.clone(), None);
    let (neutral, _) = template.render(target, pass).map_err(|it| vec![it])?;
    let own;
    let proofs = match template.proofs() {
        Some(kept) => kept,
        None => {
            own = Proofs::default();
            &own
        }
    };
    let is_answer: &dyn Fn(&str) -> bool = &|text| template.answered(text);
    let what = Proved {
        format,
        scripts,
        plain: text.to_owned(),
        neutral: neutral.clone(),
        texts: tokens.texts().map(|it| (it.to_owned(), is_answer(it))).collect(),
        shell: printed.shell.iter().cloned().collect(),
    };
    let readings = proofs.readings();
    let proof =
        Proof { format, scripts, tokens: &tokens, printed, readings, only: None, is_answer };
    if proofs.prove(what, || proof.holds(text, &neutral)) {
        return Ok(());
    }
    Err(blame(template, &proof, &neutral))
}

/// What is wrong with a file that was not proved. Only now is it worth a render for each text, and for
/// each place, to know which of them it is.
fn blame(template: &Compiled<'_>, failed: &Proof<'_>, neutral: &str) -> Vec<Diagnostic> {
    let Proof { tokens, printed, .. } = *failed;
    let target = Target::Structured(failed.format, failed.scripts);
    let shared = Arc::new(tokens.clone());
    let is_guilty = |raw: &&String| {
        let pass = Pass::Tokens(shared.clone(), Some(String::clone(raw)));
        let proof = Proof { only: Some(tokens.number(raw)), ..*failed };
        template.render(target, pass).map_or(true, |(plain, _)| !proof.holds(&plain, neutral))
    };
    let guilty: BTreeSet<_> = printed.texts.iter().take(MOST_TRIED).filter(is_guilty).collect();
    // A text may be printed well here and wrongly there.
    let mut found: Vec<Diagnostic> = Vec::new();
    let suspects = printed.order.iter().enumerate().filter(|(_, raw)| guilty.contains(raw));
    for (at, raw) in suspects.take(MOST_TRIED) {
        let tokens = Arc::new(tokens.with_lone(raw));
        let with = |how| template.render(target, Pass::TokensAt(tokens.clone(), at, how));
        let proof = Proof { tokens: &tokens, only: Some(tokens.lone()), ..*failed };
        let holds = match (with(LonePlace::Plain), with(LonePlace::Neutral)) {
            (Ok((plain, _)), Ok((neutral, _))) => proof.holds(&plain, &neutral),
            _ => false,
        };
        let mistake = (!holds).then(|| template.unsafe_place(target, at)).flatten();
        found.extend(mistake.filter(|it| !found.contains(it)));
    }
    if !found.is_empty() {
        return found;
    }
    let blamed = if guilty.is_empty() { printed.texts.iter().collect() } else { guilty };
    blamed.into_iter().take(MOST_TRIED).map(|raw| template.unsafe_text(target, raw)).collect()
}
