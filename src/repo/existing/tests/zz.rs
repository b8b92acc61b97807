//! timing
use super::*;
#[test]
fn timing() {
    let files: Vec<(String, String)> = (0..1000)
        .map(|i| (format!("d{}/e{}/f{i}.txt", i % 17, i % 7), format!("file {i}\n").repeat(60)))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let bench = Bench::new(&files);
    bench.git(&["gc", "-q"]);
    std::thread::sleep(std::time::Duration::from_millis(1500));
    bench.git(&["status"]);
    let at = std::time::Instant::now();
    for what in ["first", "second", "third"] {
        let t = std::time::Instant::now();
        let repository = bench.open();
        let o = t.elapsed();
        let present = repository.present(&[]).unwrap();
        let p = t.elapsed();
        assert!(present.edited.is_empty());
        let listing = repository.committed(repository.head().unwrap().commit.unwrap()).unwrap();
        assert_eq!(listing, present.listing);
        eprintln!("{what}: open {o:?} present {:?} committed {:?}", p - o, t.elapsed() - p);
    }
    let _ = at;
    let texts: Vec<(String, String)> = (0..300)
        .map(|i| (format!("d{}/e{}/f{i}.txt", i % 17, i % 7), format!("new {i}\n").repeat(60)))
        .collect();
    let texts: Vec<(&str, Option<&str>)> =
        texts.iter().map(|(a, b)| (a.as_str(), Some(b.as_str()))).collect();
    let changes = bench.changes(&texts);
    let t = std::time::Instant::now();
    bench.land_changes(&changes).unwrap();
    eprintln!("land 300 of 1000: {:?}", t.elapsed());
    assert_eq!(bench.status(), "");
}
