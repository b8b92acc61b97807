//! What the process takes, as Linux tells under `/proc` (other systems tell nothing), and how busy
//! its runtime is.
//!
//! The names become those that Prometheus's own clients give, as the dashboard knows them.

use std::fs;

use opentelemetry::metrics::Meter;
use tokio::runtime::Handle;

/// Is asked at each scrape and each export.
pub fn measure(meter: &Meter) {
    meter
        .f64_observable_counter("process.cpu")
        .with_description("Processor time that the process used")
        .with_unit("s")
        .with_callback(|time| {
            if let Some(seconds) = cpu_seconds() {
                time.observe(seconds, &[]);
            }
        })
        .build();
    meter
        .u64_observable_gauge("process.resident_memory")
        .with_description("Memory that the process holds")
        .with_unit("By")
        .with_callback(|memory| {
            if let Some(bytes) = resident_bytes() {
                memory.observe(bytes, &[]);
            }
        })
        .build();
    meter
        .u64_observable_gauge("process.open_fds")
        .with_description("Files and connections that are open")
        .with_callback(|files| {
            if let Some(count) = open_files() {
                files.observe(count, &[]);
            }
        })
        .build();

    let runtime = Handle::current().metrics();
    meter
        .u64_observable_gauge("tokio.alive_tasks")
        .with_description("Tasks that have not ended")
        .with_callback(move |tasks| tasks.observe(runtime.num_alive_tasks() as u64, &[]))
        .build();
    let runtime = Handle::current().metrics();
    meter
        .u64_observable_gauge("tokio.queued_tasks")
        .with_description("Tasks that wait for a thread")
        .with_callback(move |tasks| tasks.observe(runtime.global_queue_depth() as u64, &[]))
        .build();
}

fn cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field, the program's name in parentheses, may hold spaces.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    // In hundredths of a second, whatever the machine.
    Some((user + system) / 100.0)
}

fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}

fn open_files() -> Option<u64> {
    Some(fs::read_dir("/proc/self/fd").ok()?.count() as u64)
}
