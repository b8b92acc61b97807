//! Judge: the probes answer, and the service ends as it should when nobody needs it.

use std::time::Instant;

use anyhow::Result;

use super::{subject::Subject, verdict::Verdict};

pub(crate) fn judge(subject: &Subject<'_>) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let mut service = subject.start(&[("DRAIN_DELAY_SECONDS", "0")])?;
    verdict.measure(format!("ready {:.2} s after the start", service.started_in.as_secs_f64()));
    for path in ["/livez", "/readyz"] {
        let status = service.get(path)?.status();
        verdict.hold("probe", status == 200, || format!("{path} answers {status}"));
    }
    let asked = Instant::now();
    service.terminate()?;
    let end = service.end(asked)?;
    let code = end.as_ref().and_then(|it| it.code);
    let is_good = code.is_some_and(|code| subject.ends_with.contains(&code));
    verdict.hold("end", is_good, || match code {
        Some(code) => {
            format!("after SIGTERM it ends with {code}, not with {:?}", subject.ends_with)
        }
        None => "it outlives its grace period".to_string(),
    });
    if let Some(end) = end {
        verdict.measure(format!("ended {:.2} s after SIGTERM", end.after.as_secs_f64()));
    }
    Ok(verdict)
}
