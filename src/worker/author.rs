//! What authors ask of policies, answered in a child process.

use std::sync::atomic::AtomicBool;

use super::{Ended, Limits, Line, Task, Worker, WorkerError, failure};
use crate::{
    guard::{End, Failure, Inquiry, Part, Purpose, Remark, Study, Tested, Told, Trial},
    policy::Module,
    text::Document,
};

/// Seconds of a processor: many tests take longer than a judgement.
const PROCESSOR: u64 = 10;

/// How many tests may take the child with them; the rest are then not asked.
const MAX_STOPPED: usize = 5;

impl Worker {
    /// What there is to say of policies without an input.
    ///
    /// # Errors
    /// If the child can't be started, or the user interrupts.
    pub fn study(&self, inquiry: &Inquiry, interrupted: &AtomicBool) -> Result<Study, WorkerError> {
        let (ended, limits) = self.tell(inquiry, interrupted)?;
        Ok(match ended.last {
            Some(Line::Told(told)) => match *told {
                Told::Study(study) => study,
                Told::Trial(trial) => Study { failures: trial.failures, ..Study::default() },
            },
            Some(Line::Verdict(verdict)) => {
                Study { failures: verdict.failures, ..Study::default() }
            }
            Some(Line::Begun(_)) | None => {
                Study { failures: vec![failure(&ended, limits)], ..Study::default() }
            }
        })
    }

    /// What comes of tests. One that takes the child with it has erred, and the others are asked again.
    ///
    /// # Errors
    /// If the child can't be started, or the user interrupts.
    pub fn test(
        &self,
        inquiry: &Inquiry,
        wanted: &[String],
        interrupted: &AtomicBool,
    ) -> Result<Trial, WorkerError> {
        let (mut stopped, mut without) = (Vec::new(), Vec::new());
        loop {
            let purpose = Purpose::Test { wanted: wanted.to_vec(), without: without.clone() };
            let inquiry = Inquiry { purpose, ..inquiry.clone() };
            let (ended, limits) = self.tell(&inquiry, interrupted)?;
            let failures = match &ended.last {
                Some(Line::Told(told)) => match &**told {
                    Told::Trial(trial) => {
                        let mut trial = trial.clone();
                        trial.tests.extend(stopped);
                        trial.tests.sort_by_key(|it| it.head);
                        return Ok(trial);
                    }
                    Told::Study(study) => study.failures.clone(),
                },
                Some(Line::Verdict(verdict)) => verdict.failures.clone(),
                Some(Line::Begun(_)) | None => vec![failure(&ended, limits)],
            };
            let test = match &ended.last {
                Some(Line::Begun(step)) => step.subject.and(step.source.zip(step.line)),
                Some(_) | None => None,
            };
            match (test, failures.first()) {
                (Some(test), Some(failure)) if without.len() < MAX_STOPPED => {
                    without.push(test);
                    stopped.push(erred(&inquiry, test, failure));
                }
                _ => return Ok(Trial { tests: stopped, failures, ..Trial::default() }),
            }
        }
    }

    fn tell(
        &self,
        inquiry: &Inquiry,
        interrupted: &AtomicBool,
    ) -> Result<(Ended, Limits), WorkerError> {
        let json = inquiry.to_json();
        let limits = Limits { processor: PROCESSOR, ..Limits::of(json.len()) };
        Ok((self.run((Task::Tell, json), limits, interrupted)?, limits))
    }
}

/// A test that took the child with it.
fn erred(inquiry: &Inquiry, (source, line): (usize, usize), failure: &Failure) -> Tested {
    let module = inquiry.bundle.sources.get(source);
    let module = module.map(|it| Module::parse(&Document::new(&it.path, &it.text)).0);
    let rule = module.as_ref().and_then(|module| {
        let rule = module.rules.iter().find(|it| it.place.position().line == line)?;
        Some((format!("{}.{}", module.package_name(), rule.name), rule.place.span))
    });
    let (name, span) = rule.unwrap_or_default();
    let part = Part { source, start: span.start, end: span.end };
    let why = Remark {
        is_error: true,
        code: "test-erred".to_owned(),
        message: failure.message.replace("the rule", "the test"),
        notes: Vec::new(),
        help: failure.help.clone(),
        part,
    };
    Tested { name, head: part, end: End::Erred, why: Some(why), printed: Vec::new() }
}
