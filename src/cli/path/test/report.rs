//! What came of the cases, as people, programs and CI systems read it.

use std::time::Duration;

use crate::{
    cli::{Context, Failure, arguments::Format},
    rehearse::Report,
    ui::{
        human::{self, Missed, Upgrades},
        json_v1,
        junit::junit_of_rehearsal,
    },
};

/// Shows a report.
pub(super) fn show(
    context: &Context,
    report: &Report,
    missed: Missed,
    (accept, time): (&str, Duration),
) -> Result<(), Failure> {
    match context.global.format {
        Format::Junit => context.screen.result(&junit_of_rehearsal(report, time))?,
        _ => {
            let human =
                human::Rehearsed { report, missed, upgrades: upgrades(context), accept, time };
            let human = human::rehearsal(&human, context.screen.look());
            context.show(&human, &json_v1::Rehearsal::of(report, time))?;
        }
    }
    Ok(())
}

const fn upgrades(context: &Context) -> Upgrades {
    if context.global.verbose { Upgrades::Shown } else { Upgrades::Counted }
}
