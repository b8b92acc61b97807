//! The variables of one render.

use std::sync::Arc;

use minijinja::{Value as Jinja, value::Object};

use super::{
    convert,
    job::{JOB, Job, Mode, TemplateSource},
    target::Target,
};
use crate::data::Value;

/// The item of a list that a template is rendered for: `item` and `item_index` in it.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The item, a part of an answer.
    pub item: &'a Value,
    /// Its number in the list, from 0.
    pub index: usize,
}

/// The variables of one render: those of all, and its job.
#[derive(Debug)]
pub(crate) struct Root {
    pub(super) variables: Jinja,
    pub(super) data: Option<Jinja>,
    pub(super) around: Option<(Jinja, usize)>,
    pub(super) job: Jinja,
}

impl Object for Root {
    fn get_value(self: &Arc<Self>, key: &Jinja) -> Option<Jinja> {
        if key.as_str() == Some(JOB) {
            return Some(self.job.clone());
        }
        if key.as_str() == Some("data") && self.data.is_some() {
            return self.data.clone();
        }
        if let Some((item, index)) = &self.around {
            match key.as_str() {
                Some("item") => return Some(item.clone()),
                Some("item_index") => return Some(Jinja::from(*index)),
                _ => {}
            }
        }
        self.variables.get_item(key).ok().filter(|value| !value.is_undefined())
    }
}

impl Root {
    /// The variables of a text in a manifest, whose job only counts what is printed.
    pub(crate) fn counted(variables: Jinja, around: Option<Around<'_>>) -> Jinja {
        let source = TemplateSource::default();
        let job = Job::new(source, Target::Prose, Mode::Record, Arc::default());
        Jinja::from_object(Self {
            variables,
            data: None,
            around: around.map(|it| (convert::to_engine(it.item), it.index)),
            job: Jinja::from_object(job),
        })
    }
}
