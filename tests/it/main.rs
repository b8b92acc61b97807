
mod injection;
