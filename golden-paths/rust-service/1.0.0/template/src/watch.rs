//! Watches the database, so that `/readyz` need not ask it.
//!
//! The pace is the service's own: probes, however many, do not load the database.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, timeout};
use tracing::{info, warn};

use crate::database::Database;
use crate::health::Readiness;

const INTERVAL: Duration = Duration::from_secs(1);
const TIMEOUT: Duration = Duration::from_secs(1);

/// How many results in a row turn the verdict: one lost packet shall not take every instance away.
const TURNS_AFTER: u32 = 2;

/// Never ends.
pub async fn watch(database: Database, readiness: Readiness) {
    let mut verdict = Verdict::default();
    let mut ticks = interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let late = Err(sqlx::Error::PoolTimedOut);
        let result = timeout(TIMEOUT, database.check()).await.unwrap_or(late);
        if !verdict.turns(result.is_ok()) {
            continue;
        }
        readiness.set_database(result.is_ok());
        match result {
            Ok(()) => info!("the database answers"),
            Err(error) => warn!(%error, "the database does not answer"),
        }
    }
}

#[derive(Default)]
struct Verdict {
    is_good: Option<bool>,
    contrary: u32,
}

impl Verdict {
    /// Whether this result turns the verdict. The first one is a verdict by itself.
    fn turns(&mut self, is_good: bool) -> bool {
        if self.is_good == Some(is_good) {
            self.contrary = 0;
            return false;
        }
        self.contrary += 1;
        let turns = self.is_good.is_none() || self.contrary == TURNS_AFTER;
        if turns {
            self.is_good = Some(is_good);
            self.contrary = 0;
        }
        turns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(results: &[bool]) -> Vec<bool> {
        let mut verdict = Verdict::default();
        results.iter().map(|it| verdict.turns(*it)).collect()
    }

    #[test]
    fn the_first_result_is_the_verdict() {
        assert_eq!(turns(&[true]), [true]);
        assert_eq!(turns(&[false]), [true]);
    }

    #[test]
    fn one_contrary_result_turns_nothing() {
        assert_eq!(
            turns(&[true, false, true, false]),
            [true, false, false, false]
        );
    }

    #[test]
    fn two_contrary_results_in_a_row_turn_it() {
        assert_eq!(
            turns(&[true, false, false, true, true]),
            [true, false, true, false, true]
        );
    }
}
