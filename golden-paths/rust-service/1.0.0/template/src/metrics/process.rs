//! What the process takes, as Linux tells under `/proc` (other systems tell nothing), and how busy
//! its runtime is.

use std::fmt;
use std::fs;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;
use tokio::runtime::Handle;

#[derive(Debug)]
pub struct Process;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let mut write = |name, help, unit, metric: &dyn EncodeMetric| {
            metric.encode(encoder.encode_descriptor(name, help, unit, metric.metric_type())?)
        };

        if let Some(seconds) = cpu_seconds() {
            let help = "Processor time that the process used";
            let seconds = ConstCounter::new(seconds);
            write("process_cpu", help, Some(&Unit::Seconds), &seconds)?;
        }
        if let Some(bytes) = resident_bytes() {
            let help = "Memory that the process holds";
            let bytes = ConstGauge::new(bytes);
            write("process_resident_memory", help, Some(&Unit::Bytes), &bytes)?;
        }
        if let Some(files) = open_files() {
            let help = "Files and connections that are open";
            write("process_open_fds", help, None, &ConstGauge::new(files))?;
        }

        let runtime = Handle::current().metrics();
        let help = "Tasks that have not ended";
        let tasks = ConstGauge::new(runtime.num_alive_tasks());
        write("tokio_alive_tasks", help, None, &tasks)?;
        let help = "Tasks that wait for a thread";
        let tasks = ConstGauge::new(runtime.global_queue_depth());
        write("tokio_queued_tasks", help, None, &tasks)
    }
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

fn open_files() -> Option<usize> {
    Some(fs::read_dir("/proc/self/fd").ok()?.count())
}
