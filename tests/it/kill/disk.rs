//! Disks that are full, folders that are read-only, streams that are closed.
