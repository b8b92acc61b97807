//! Replies that were given before, so that a person can come back to the last question.

use super::{Ask, AskError, Question, Reply};
use crate::data::Value;

/// Gives the replies of an earlier dialogue again, then asks on.
pub struct Replay<'a> {
    person: &'a mut dyn Ask,
    replies: Vec<(String, Value)>,
    next: usize,
    taken_back: Option<(String, Value)>,
}

impl<'a> Replay<'a> {
    /// A dialogue that has not begun.
    pub fn new(person: &'a mut dyn Ask) -> Self {
        Self { person, replies: Vec::new(), next: 0, taken_back: None }
    }

    /// Whether the person was asked anything.
    pub fn has_asked(&self) -> bool {
        !self.replies.is_empty()
    }

    /// Begins again, up to and without the last reply.
    pub fn back(&mut self) {
        self.taken_back = self.replies.pop();
        self.next = 0;
    }

    /// A question that is asked again, because answers do not go together, leaves its first reply and
    /// what came after behind.
    fn forget(&mut self, parameter: &str) {
        let first = self.replies.iter().position(|(name, _)| name == parameter);
        self.replies.truncate(first.unwrap_or(self.replies.len()));
    }

    fn replayed(&mut self, parameter: &str) -> Option<Value> {
        let (name, value) = self.replies.get(self.next)?;
        if name == parameter {
            self.next += 1;
            return Some(value.clone());
        }
        // The questions went another way; what follows is asked anew.
        self.replies.truncate(self.next);
        None
    }
}

impl Ask for Replay<'_> {
    fn ask(&mut self, question: &Question<'_>) -> Result<Reply, AskError> {
        let name = &question.parameter.name;
        if let Some(value) = self.replayed(name) {
            return Ok(Reply::Answer(value));
        }
        let taken_back = self.taken_back.take().filter(|(of, _)| of == name);
        let proposal = taken_back.as_ref().map(|(_, value)| value).or(question.proposal);
        let reply = self.person.ask(&Question { proposal, ..*question })?;
        match &reply {
            Reply::Answer(value) => {
                self.forget(name);
                self.replies.push((name.clone(), value.clone()));
            }
            Reply::Back => {
                self.forget(name);
                self.replies.pop();
            }
        }
        self.next = self.replies.len();
        Ok(reply)
    }
}
