//! What a run that was cut off has left -> a repository as before or as after it, and people told.
//!
//! **Invariant:** it comes before anything is read: until then nothing is what it looks like, and even
//! `flagstone.yaml` may be on its way.

use std::path::Path;

use super::{Context, Failure, arguments::Format};
use crate::repo::{Ending, Kept, Recovered, Repository};

/// Ends what a run before has left half done in the repository around `folder`.
pub(super) fn recover(context: &Context, folder: &Path) -> Result<(), Failure> {
    let repository = match Repository::open(&context.host.folder.join(folder)) {
        Ok(repository) if repository.root().is_some() => repository,
        // What is wrong is told when the service is looked for.
        Ok(_) | Err(_) => return Ok(()),
    };
    if let Some(recovered) = repository.recover()? {
        tell(context, &recovered);
    }
    Ok(())
}

/// Tells what was done about a run that was cut off.
pub(super) fn tell(context: &Context, recovered: &Recovered) {
    if let Some(ending) = recovered.ending {
        say(context, words(ending));
    }
    tell_kept(context, &recovered.kept);
}

/// Tells of files that somebody had changed where something was undone.
pub(super) fn tell_kept(context: &Context, kept: &[Kept]) {
    for Kept { path, at } in kept {
        let path = crate::ui::clean_line(path.as_str());
        say(context, &format!("Your edit of `{path}` is kept as `{}`", at.display()));
    }
}

const fn words(ending: Ending) -> &'static str {
    match ending {
        Ending::Undone => "A run that was cut off is undone: everything is as it was before it",
        Ending::Finished => "A run that was cut off is finished",
        Ending::EndedByGit => "An upgrade with conflicts was ended with git: its traces are gone",
    }
}

fn say(context: &Context, text: &str) {
    if context.global.format == Format::Human {
        context.screen.say(text);
    }
}
