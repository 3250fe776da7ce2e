//! Which of a spec's kernels: independent axes.

use std::fmt;

use super::WORKGROUP;

/// What an entry point does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Body {
    /// A pack of elements to an invocation.
    Elements,
    /// Four elements of either half, which alternate one by one.
    Interleaved,
    /// A pack of one of many tensors to an invocation.
    Batch,
    /// Partial sums: of packs that lie in a channel, or of packs whose elements are channels; and the sums of these.
    Sum,
    Columns,
    Total,
    /// Sums along rows, and along columns.
    Tiles,
    /// Whole rows.
    Rows,
    /// Chunks of rows: their largest keys, the places of these, sums, values.
    ChunkKeys,
    ChunkPlaces,
    ChunkSums,
    ChunkValues,
    /// States of rows, from the keys, the places and the sums of their chunks.
    StateKeys,
    StatePlaces,
    StateSums,
    /// The gradients of heads' sinks, from the states of rows.
    Heads,
    /// How many targets take part, and what losses add up to.
    Targets,
    Losses,
    /// Rows of logits of experts.
    Router,
}

/// How packs of elements are read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Layout {
    /// Each is a vector of its binding.
    Vector,
    /// Element by element, wherever these lie.
    Gathered,
    /// Of rows one after the other: as aligned vectors, of which those at a row's ends hold elements of its neighbours.
    Unaligned,
}

/// How the threads that share a row, or a channel of a sum, join their results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Join {
    /// Through workgroup memory.
    Workgroup,
    /// Each thread has one to itself.
    Thread,
}

/// How the elements of a pack lie among the channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    /// Anywhere, or nobody asks.
    Apart,
    /// In channels one after the other, of one row.
    Together,
    /// In one channel.
    Same,
}

/// The axes, none of which asks for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) body: Body,
    pub(crate) layout: Layout,
    /// Elements of a pack.
    pub(crate) lanes: u64,
    /// Whether it writes one of two results, for devices that bind few buffers.
    pub(crate) part: bool,
    pub(crate) place: Place,
    pub(crate) join: Join,
    /// Threads of a workgroup.
    pub(crate) threads: u32,
    /// Whether tensors share a buffer, so that all are bound to be written.
    pub(crate) aliased: bool,
    /// Whether an invocation takes two packs, of tensors that begin with their bindings: there are no offsets to load.
    pub(crate) doubled: bool,
}

impl Key {
    pub(super) fn new(body: Body, lanes: u64, layout: Layout) -> Self {
        // A single element is no vector.
        let layout = if lanes == 1 { Layout::Gathered } else { layout };
        let (join, threads) = (Join::Workgroup, WORKGROUP as u32);
        let place = match body {
            Body::Columns => Place::Together,
            Body::Sum if lanes > 1 => Place::Same,
            _ => Place::Apart,
        };
        Self { body, layout, lanes, part: false, place, join, threads, aliased: false, doubled: false }
    }

    /// Whether packs are bound as vectors.
    pub(super) fn binds_vectors(&self) -> bool {
        self.layout != Layout::Gathered
    }

    /// The same and, where tensors may share a buffer, its twin for these.
    pub(super) fn and_aliased(self, may_share: bool) -> impl Iterator<Item = Self> {
        [false, true].into_iter().take(1 + usize::from(may_share)).map(move |aliased| Self { aliased, ..self })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { body, layout, lanes, part, place, join, threads, aliased, doubled } = self;
        write!(f, "{body:?} x{lanes} {layout:?}")?;
        if *join == Join::Thread {
            write!(f, " joined by none")?;
        }
        if u64::from(*threads) != WORKGROUP {
            write!(f, " of {threads} threads")?;
        }
        f.write_str(match place {
            Place::Apart => "",
            Place::Together => " of channels",
            Place::Same => " in a channel",
        })?;
        f.write_str(if *part { " part" } else { "" })?;
        f.write_str(if *aliased { " aliased" } else { "" })?;
        f.write_str(if *doubled { " doubled" } else { "" })
    }
}
