//! Which reader a path gets: conftest's own choice, because a policy is written for what conftest
//! would give it. (What a file is to the program that reads it is `plan`'s table, and another
//! question: there `Makefile`s count, and `.npmrc` is an INI file.)

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// YAML, with the words of one of its versions.
    Yaml(YamlVersion),
    /// Strict JSON.
    Json,
    /// JSON with comments.
    Jsonc,
    /// TOML.
    Toml,
    /// A Dockerfile, as a list of its instructions.
    Dockerfile,
    /// Variables for a process, as `gotenv` reads them.
    Dotenv,
    /// Sections of keys.
    Ini,
    /// Java's properties.
    Properties,
    /// HCL 2: Terraform and its kin.
    Hcl,
}

/// Whose words a YAML text is read with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum YamlVersion {
    /// `on`, `yes` and `012` are no texts, as conftest and Kubernetes' tools have it.
    V1_1,
    /// They are, as GitHub and this program's own documents have it.
    V1_2,
}

impl Kind {
    /// Every reader by the name that conftest has for it.
    pub const PARSERS: [&str; 9] =
        ["dockerfile", "dotenv", "hcl2", "ini", "json", "jsonc", "properties", "toml", "yaml"];

    /// What conftest calls the reader.
    pub const fn parser(self) -> &'static str {
        match self {
            Self::Yaml(_) => "yaml",
            Self::Json => "json",
            Self::Jsonc => "jsonc",
            Self::Toml => "toml",
            Self::Dockerfile => "dockerfile",
            Self::Dotenv => "dotenv",
            Self::Ini => "ini",
            Self::Properties => "properties",
            Self::Hcl => "hcl2",
        }
    }

    /// How conftest reads the file at `path`; nothing if it would not, or has a reader for it that
    /// we don't.
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
        let extension = name.rsplit_once('.').map(|(_, extension)| extension).unwrap_or_default();
        if is_dockerfile(&name, extension) {
            return Some(Self::Dockerfile);
        }
        let by_extension = match extension {
            "yml" | "yaml" => Some(Self::Yaml(YamlVersion::V1_1)),
            "hcl" | "hcl2" | "tf" | "tfvars" => Some(Self::Hcl),
            _ => None,
        };
        if by_extension.is_some() {
            return by_extension;
        }
        if name == ".env" || name.starts_with(".env.") || extension == "env" {
            return Some(Self::Dotenv);
        }
        match extension {
            "json" => Some(Self::Json),
            "jsonc" => Some(Self::Jsonc),
            "toml" => Some(Self::Toml),
            "ini" => Some(Self::Ini),
            "properties" => Some(Self::Properties),
            "dotenv" => Some(Self::Dotenv),
            _ => None,
        }
    }
}

/// conftest's rule, and what builders take besides: `Containerfile`, `Dockerfile-prod`; without what
/// stands beside a Dockerfile and is none.
fn is_dockerfile(name: &str, extension: &str) -> bool {
    ["dockerfile", "containerfile"].iter().any(|word| {
        let rest = name.strip_prefix(word);
        let is_beside = ["dockerignore", "containerignore", "md"].contains(&extension);
        match rest {
            Some("") => true,
            Some(rest) if rest.starts_with('.') => !is_beside,
            Some(rest) => rest.starts_with(['-', '_']) && !rest.contains('.'),
            None => extension == *word,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_as_conftest_reads_it() {
        for (path, kind) in [
            ("deploy/app.YAML", Some(Kind::Yaml(YamlVersion::V1_1))),
            (".github/workflows/ci.yml", Some(Kind::Yaml(YamlVersion::V1_1))),
            ("Dockerfile", Some(Kind::Dockerfile)),
            ("a/dockerfile.debug", Some(Kind::Dockerfile)),
            ("dev.Dockerfile", Some(Kind::Dockerfile)),
            ("dockerfile.yml", Some(Kind::Dockerfile)),
            ("main.tf", Some(Kind::Hcl)),
            (".env", Some(Kind::Dotenv)),
            (".env.production", Some(Kind::Dotenv)),
            (".env.yaml", Some(Kind::Yaml(YamlVersion::V1_1))),
            ("prod.env", Some(Kind::Dotenv)),
            ("a.jsonc", Some(Kind::Jsonc)),
            ("setup.ini", Some(Kind::Ini)),
            ("setup.cfg", None),
            ("Containerfile", Some(Kind::Dockerfile)),
            ("Containerfile.debug", Some(Kind::Dockerfile)),
            ("Dockerfile-prod", Some(Kind::Dockerfile)),
            ("dev.containerfile", Some(Kind::Dockerfile)),
            ("Dockerfile.dockerignore", None),
            ("Dockerfile.md", None),
            ("dockerfile-lint.json", Some(Kind::Json)),
            ("dockerfile-utils.ts", None),
            ("dockerfiles", None),
            ("README.md", None),
            ("yaml", None),
        ] {
            assert_eq!(Kind::of(path), kind, "{path}");
            assert!(kind.is_none_or(|it| Kind::PARSERS.contains(&it.parser())), "{path}");
        }
    }
}
