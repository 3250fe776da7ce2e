//! Where the numbers of a type lie.

use naga::{Handle, Module, Type, TypeInner};

/// What a part of a type is.
pub(super) enum Kind {
    Named(Handle<Type>),
    Number,
}

/// How many numbers a type has.
pub(super) fn count(module: &Module, ty: &TypeInner) -> Option<usize> {
    Some(words(module, ty)?.len())
}

/// Where the numbers of a type lie in memory, in words.
pub(super) fn words(module: &Module, ty: &TypeInner) -> Option<Vec<u32>> {
    Some(match ty {
        TypeInner::Scalar(_) | TypeInner::Atomic(_) => vec![0],
        TypeInner::Vector { size, .. } => (0..*size as u32).collect(),
        TypeInner::Struct { members, .. } => {
            let mut all = Vec::new();
            for member in members {
                let inner = words(module, &module.types[member.ty].inner)?;
                all.extend(inner.into_iter().map(|word| member.offset / 4 + word));
            }
            all
        }
        TypeInner::Array { base, size: naga::ArraySize::Constant(n), stride } => {
            let inner = words(module, &module.types[*base].inner)?;
            (0..n.get()).flat_map(|k| inner.iter().map(move |word| k * stride / 4 + word)).collect()
        }
        _ => return None,
    })
}

/// The part of a type at an index: where it begins, in words of memory and in numbers, and what it is.
pub(super) fn part(module: &Module, ty: &TypeInner, index: u32) -> Option<(u32, u32, Kind)> {
    match ty {
        TypeInner::Vector { .. } => Some((index, index, Kind::Number)),
        TypeInner::Struct { members, .. } => {
            let before = &members[..index as usize];
            let numbers: Option<usize> =
                before.iter().map(|member| count(module, &module.types[member.ty].inner)).sum();
            let member = members.get(index as usize)?;
            Some((member.offset / 4, numbers? as u32, Kind::Named(member.ty)))
        }
        TypeInner::Array { base, stride, .. } => {
            let numbers = count(module, &module.types[*base].inner)? as u32;
            Some((index * stride / 4, index * numbers, Kind::Named(*base)))
        }
        _ => None,
    }
}
