//! A catalog as a table, and one golden path as a page.

use super::{
    ink::{self, FAINT, HEADING, NAME, WARN, clip, pad, paint},
    shape,
};
use crate::{
    manifest::{Choice, Kind, LayerUse, Lifecycle, Manifest, Metadata, Parameter, Shape},
    ui::{Look, clean_line},
    version::{Range, Version},
};

/// One line of a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogRow {
    /// The golden path's or layer's name.
    pub name: String,
    /// Its newest version.
    pub version: Version,
    /// A few words for people.
    pub title: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Whether new services should be made from it.
    pub lifecycle: Lifecycle,
}

impl From<&Metadata> for CatalogRow {
    fn from(metadata: &Metadata) -> Self {
        Self {
            name: metadata.name.clone(),
            version: metadata.version.clone(),
            title: metadata.title.clone(),
            tags: metadata.tags.clone(),
            lifecycle: metadata.lifecycle,
        }
    }
}

/// The golden paths of a catalog, one a line: name, version, title and tags as far as they fit, and
/// the lifecycle where one should make people stop.
pub fn catalog(rows: &[CatalogRow], look: Look) -> String {
    let cells: Vec<_> = rows.iter().map(Cells::of).collect();
    let widest = |cell: fn(&Cells) -> &str| ink::widest(cells.iter().map(cell));
    let names = widest(|it| &it.name);
    let versions = widest(|it| &it.version);
    let marks = widest(|it| it.mark);
    let fixed = names + versions + 4 + marks + if marks > 0 { 2 } else { 0 };
    let titles = widest(|it| &it.title).min(look.line().saturating_sub(fixed));
    let tags = look.line().saturating_sub(fixed + titles + 2);
    let line = |cells: &Cells| {
        let mut line = format!("{}  ", paint(NAME, pad(&cells.name, names)));
        line += &format!("{}  ", pad(&cells.version, versions));
        if marks > 0 {
            line += &format!("{}  ", paint(WARN, pad(cells.mark, marks)));
        }
        line += &pad(&clip(&cells.title, titles), titles);
        if tags >= SHORTEST_TAGS && !cells.tags.is_empty() {
            line += &format!("  {}", paint(FAINT, clip(&cells.tags, tags)));
        }
        line.trim_end().to_owned()
    };
    cells.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// With fewer columns than these, tags say nothing.
const SHORTEST_TAGS: usize = 12;

/// What a row shows, cleaned.
struct Cells {
    name: String,
    version: String,
    /// The lifecycle, where it should make people stop.
    mark: &'static str,
    title: String,
    tags: String,
}

impl Cells {
    fn of(row: &CatalogRow) -> Self {
        Self {
            name: clean_line(&row.name).into_owned(),
            version: row.version.to_string(),
            mark: match row.lifecycle {
                Lifecycle::Production => "",
                Lifecycle::Experimental | Lifecycle::Deprecated => lifecycle_word(row.lifecycle),
            },
            title: clean_line(&row.title).into_owned(),
            tags: clean_line(&row.tags.join(" ")).into_owned(),
        }
    }
}

/// The lines of [`catalog`] without styles, for a list that puts a mark in front of each.
pub(in crate::ui) fn catalog_lines(rows: &[CatalogRow], look: Look) -> Vec<String> {
    let narrower = Look { width: look.width.map(|it| it.saturating_sub(3)), ..look };
    let lines = catalog(rows, narrower);
    anstream::adapter::strip_str(&lines).to_string().lines().map(str::to_owned).collect()
}

fn lifecycle_word(lifecycle: Lifecycle) -> &'static str {
    match lifecycle {
        Lifecycle::Experimental => "experimental",
        Lifecycle::Production => "production",
        Lifecycle::Deprecated => "deprecated",
    }
}

/// One golden path or layer: who it is, what it asks, what it composes; then its own words.
pub fn golden_path(
    manifest: &Manifest,
    versions: &[Version],
    readme: Option<&str>,
    look: Look,
) -> String {
    let metadata = &manifest.metadata;
    let mut parts = vec![
        heading(metadata, manifest.kind),
        ink::wrap(&clean_line(&metadata.description), look.text()).join("\n"),
        facts(metadata, versions),
    ];
    let asked: Vec<_> = manifest.parameters.iter().filter(|it| it.computed.is_none()).collect();
    for (page, of_page) in by_page(&asked, |it| it.page.as_deref()) {
        let title = page.map(|page| format!("Parameters: {}", clean_line(page)));
        let title = title.unwrap_or_else(|| "Parameters".to_owned());
        parts.push(section(&title, of_page.iter().map(|it| parameter(it, &asked, look))));
    }
    parts.push(section("Rules", shape::rules(&manifest.rules, look.text()).into_iter()));
    parts.push(section("Layers", manifest.layers.iter().map(layer)));
    parts.extend(readme.map(|text| super::markdown(text, look)));
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

fn heading(metadata: &Metadata, kind: Kind) -> String {
    let name = paint(NAME, format!("{} {}", clean_line(&metadata.name), metadata.version));
    let kind = match kind {
        Kind::GoldenPath => "",
        Kind::Layer => " (a layer)",
    };
    format!("{name}{kind}  {}", paint(HEADING, clean_line(&metadata.title)))
}

fn facts(metadata: &Metadata, versions: &[Version]) -> String {
    let successor = metadata.successor.as_ref().map(|it| format!(", followed by {it}"));
    let sunset = metadata.sunset.as_ref().map(|it| format!(", supported until {it}"));
    let lifecycle = format!(
        "{}{}{}",
        lifecycle_word(metadata.lifecycle),
        successor.unwrap_or_default(),
        sunset.unwrap_or_default()
    );
    let versions: Vec<_> = versions.iter().map(Version::to_string).collect();
    let requires = match metadata.requires == Range::any() {
        true => String::new(),
        false => format!("flagstone {}", metadata.requires),
    };
    let facts = [
        ("owner", metadata.owner.clone()),
        ("lifecycle", lifecycle),
        ("tags", metadata.tags.join(" ")),
        ("versions", versions.join(", ")),
        ("requires", requires),
    ];
    let line = |(name, value): &(&str, String)| {
        format!("{}  {}", paint(FAINT, pad(name, 9)), clean_line(value))
    };
    let facts: Vec<_> = facts.iter().filter(|(_, value)| !value.is_empty()).map(line).collect();
    facts.join("\n")
}

fn section(title: &str, lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<_> = lines.collect();
    match lines.is_empty() {
        true => String::new(),
        false => format!("{}\n{}", paint(HEADING, title), lines.join("\n")),
    }
}

/// What belongs to each page, in the order of the pages; first what belongs to none.
pub(super) fn by_page<'a, T: Copy>(
    all: &[T],
    page: impl Fn(T) -> Option<&'a str>,
) -> Vec<(Option<&'a str>, Vec<T>)> {
    let mut pages: Vec<(Option<&str>, Vec<T>)> = Vec::new();
    for it in all {
        match pages.iter_mut().find(|(known, _)| *known == page(*it)) {
            Some((_, of_page)) => of_page.push(*it),
            None => pages.push((page(*it), vec![*it])),
        }
    }
    pages.sort_by_key(|(page, _)| page.is_some());
    pages
}

fn parameter(parameter: &Parameter, all: &[&Parameter], look: Look) -> String {
    let names = ink::widest(all.iter().map(|it| it.name.as_str()));
    let mut words = vec![clean_line(parameter.question()).into_owned(), kind(&parameter.shape)];
    match &parameter.default {
        Some(default) if *default == "".into() => words.push("default empty".to_owned()),
        Some(default) => words.push(format!("default {}", clean_line(&default.to_string()))),
        None if parameter.is_required => words.push("required".to_owned()),
        None => {}
    }
    if let Some(when) = &parameter.when {
        words.push(format!("when {}", clean_line(&when.text)));
    }
    words.retain(|word| !word.is_empty());
    let columns = look.text().saturating_sub(names + 4);
    let mut lines = ink::wrap(&words.join("; "), columns);
    let more = shape::parts(&parameter.shape).into_iter().map(|it| format!("  {it}"));
    lines.extend(more.chain(shape::may_be_closed(&parameter.shape)));
    let below = format!("\n{}", " ".repeat(names + 4));
    format!("  {}  {}", paint(NAME, pad(&clean_line(&parameter.name), names)), lines.join(&below))
}

/// What a parameter takes, in a few words; nothing for a text.
pub(super) fn kind(shape: &Shape) -> String {
    let one_of = |choices: &[Choice]| {
        let values: Vec<_> = choices.iter().map(|it| it.value.to_string()).collect();
        clean_line(&values.join(", ")).into_owned()
    };
    match shape {
        Shape::Text | Shape::Any => String::new(),
        Shape::Lines => "a text of several lines".to_owned(),
        Shape::Integer => "a whole number".to_owned(),
        Shape::Number => "a number".to_owned(),
        Shape::Boolean => "yes or no".to_owned(),
        Shape::Choice(choices) => format!("one of {}", one_of(choices)),
        Shape::Choices(choices) => format!("any of {}", one_of(choices)),
        Shape::List(item) if matches!(**item, Shape::Object(_)) => "a list of maps".to_owned(),
        Shape::List(_) => "a list".to_owned(),
        Shape::Map(_) | Shape::Object(_) => "a map".to_owned(),
    }
}

fn layer(layer: &LayerUse) -> String {
    let when = layer.when.as_ref().map(|it| format!("; when {}", clean_line(&it.text)));
    format!(
        "  {} {}{}",
        paint(NAME, clean_line(&layer.name)),
        layer.version,
        when.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::{
        manifest::Source,
        ui::human::ink::test::{TERMINAL, plain},
        ui::prompt::test::{choice, manifest, parameter},
    };

    fn rows() -> Vec<CatalogRow> {
        let row = |name: &str, version: &str, title: &str, tags: &[&str], lifecycle| CatalogRow {
            name: name.to_owned(),
            version: version.parse().unwrap(),
            title: title.to_owned(),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            lifecycle,
        };
        vec![
            row("go-service", "0.9.0", "Go HTTP service", &["go", "http"], Lifecycle::Experimental),
            row(
                "python-service",
                "1.12.0",
                "Python HTTP service with \x1b[31mtracing\n and metrics",
                &["python", "http", "rest", "fastapi", "postgres", "kubernetes", "otel"],
                Lifecycle::Production,
            ),
            row("python-old", "0.1.0", "Flask service", &[], Lifecycle::Deprecated),
        ]
    }

    #[test]
    fn a_catalog_is_a_table_that_fits_the_terminal() {
        assert_snapshot!(plain(&catalog(&rows(), TERMINAL)), @"
        go-service      0.9.0   experimental  Go HTTP service
        python-service  1.12.0                Python HTTP service with ␛[31mtracing...
        python-old      0.1.0   deprecated    Flask service
        ");
        assert_snapshot!(plain(&catalog(&rows(), Look { width: Some(50), ..TERMINAL })), @"
        go-service      0.9.0   experimental  Go HTTP s...
        python-service  1.12.0                Python HT...
        python-old      0.1.0   deprecated    Flask ser...
        ");
        assert_snapshot!(plain(&catalog(&rows(), Look { width: None, ..TERMINAL })), @"
        go-service      0.9.0   experimental  Go HTTP service                                     go http
        python-service  1.12.0                Python HTTP service with ␛[31mtracing  and metrics  python http rest fastapi postgres kubernetes otel
        python-old      0.1.0   deprecated    Flask service
        ");
        assert_eq!(catalog(&[], TERMINAL), "");
    }

    #[test]
    fn a_golden_path_is_a_page() {
        let mut manifest = manifest("python-service");
        let mut schema = parameter("schema", Shape::Text);
        let text = "database == 'postgres'".to_owned();
        schema.when = Some(Source { text, place: schema.place.clone() });
        let database =
            Shape::Choice(vec![choice("none", "None"), choice("postgres", "PostgreSQL")]);
        let mut port = parameter("port", Shape::Integer);
        port.default = Some(8080.into());
        port.title = Some("Port".to_owned());
        let mut name = parameter("name", Shape::Text);
        name.is_required = true;
        manifest.parameters = vec![name, port, parameter("database", database), schema.clone()];
        manifest.layers = vec![LayerUse {
            name: "container".to_owned(),
            version: "^1".parse().unwrap(),
            when: schema.when.clone(),
            with: Vec::new(),
            place: schema.place.clone(),
        }];
        manifest.metadata.lifecycle = Lifecycle::Deprecated;
        manifest.metadata.successor = Some("python-app".to_owned());
        manifest.metadata.sunset = Some("2027-01-31".to_owned());
        manifest.metadata.requires = ">=0.1".parse().unwrap();
        let versions = ["1.0.0", "1.2.0"].map(|it| it.parse().unwrap());
        let page = golden_path(&manifest, &versions, Some("# Docs\nRead **me**.\n"), TERMINAL);
        assert_snapshot!(plain(&page), @"
        python-service 1.2.0  Python HTTP service

        FastAPI service with tracing, metrics, CI and a container.

        owner      platform-team
        lifecycle  deprecated, followed by python-app, supported until 2027-01-31
        tags       python http
        versions   1.0.0, 1.2.0
        requires   flagstone >=0.1

        Parameters
          name      name; required
          port      Port; a whole number; default 8080
          database  database; one of none, postgres
          schema    schema; when database == 'postgres'

        Layers
          container ^1; when database == 'postgres'

        Docs
        Read me.
        ");
    }
}
