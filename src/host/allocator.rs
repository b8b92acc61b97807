//! Where the process gets its memory.

use mimalloc::MiMalloc;

/// Trees, plans and templates are many small strings that come and go.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;
