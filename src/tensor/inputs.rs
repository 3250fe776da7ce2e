//! The tensors on the host that a function takes.

use std::borrow::Cow;

use super::{Element, Storage};

mod sealed {
    pub trait Sealed {}
}

/// A tensor on the host: a slice, an array, a vector or a `Cow` of an [`Element`], or a reference to one.
pub trait Tensor: sealed::Sealed {
    /// What it holds.
    type Element: Element;

    #[doc(hidden)]
    fn elements(&self) -> &[Self::Element];
}

impl<T: Element> sealed::Sealed for [T] {}
impl<T: Element, const N: usize> sealed::Sealed for [T; N] {}
impl<T: Element> sealed::Sealed for Vec<T> {}
impl<T: Element> sealed::Sealed for Cow<'_, [T]> {}
impl<A: Tensor + ?Sized> sealed::Sealed for &A {}

impl<T: Element> Tensor for [T] {
    type Element = T;

    fn elements(&self) -> &[T] {
        self
    }
}

impl<T: Element, const N: usize> Tensor for [T; N] {
    type Element = T;

    fn elements(&self) -> &[T] {
        self
    }
}

impl<T: Element> Tensor for Vec<T> {
    type Element = T;

    fn elements(&self) -> &[T] {
        self
    }
}

impl<T: Element> Tensor for Cow<'_, [T]> {
    type Element = T;

    fn elements(&self) -> &[T] {
        self
    }
}

impl<A: Tensor + ?Sized> Tensor for &A {
    type Element = A::Element;

    fn elements(&self) -> &[A::Element] {
        A::elements(self)
    }
}

/// What a function takes: one [tensor](Tensor), `&x`, or of gates two, `(&a, &b)`.
///
/// ```
/// use wgpu_activations::{activation::RELU, gate::REGLU, reference};
/// assert_eq!(reference::backward(&RELU, &[-1.0, 2.0], &[1.0, 1.0])?, [0.0, 1.0]);
/// let (da, db) = reference::backward(&REGLU, (&[-1.0, 2.0], &[3.0, 4.0]), &[1.0, 1.0])?;
/// assert_eq!((da, db), (vec![0.0, 4.0], vec![0.0, 2.0]));
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
pub trait Inputs {
    /// What the tensors hold.
    type Element: Element;
    /// One gradient for each tensor.
    type Gradients<T>;

    /// How many there are.
    #[doc(hidden)]
    const COUNT: usize;

    /// The tensors; a second one that there is not is empty.
    #[doc(hidden)]
    fn tensors(&self) -> [&[Self::Element]; 2];

    #[doc(hidden)]
    fn gradients<T>(of: [Vec<T>; 2]) -> Self::Gradients<T>;
}

impl<A: Tensor + ?Sized> Inputs for &A {
    type Element = A::Element;
    type Gradients<T> = Vec<T>;

    const COUNT: usize = 1;

    fn tensors(&self) -> [&[A::Element]; 2] {
        [self.elements(), &[]]
    }

    fn gradients<T>([dx, _]: [Vec<T>; 2]) -> Vec<T> {
        dx
    }
}

impl<A: Tensor + ?Sized, B: Tensor<Element = A::Element> + ?Sized> Inputs for (&A, &B) {
    type Element = A::Element;
    type Gradients<T> = (Vec<T>, Vec<T>);

    const COUNT: usize = 2;

    fn tensors(&self) -> [&[A::Element]; 2] {
        [self.0.elements(), self.1.elements()]
    }

    fn gradients<T>([da, db]: [Vec<T>; 2]) -> (Vec<T>, Vec<T>) {
        (da, db)
    }
}

/// Numbers as `f32`, copied only where they are others.
pub(crate) fn wide<T: Element>(numbers: &[T]) -> Cow<'_, [f32]> {
    match T::STORAGE {
        Storage::F32 => Cow::Borrowed(bytemuck::cast_slice(numbers)),
        Storage::F16 | Storage::Bf16 => numbers.iter().map(|&v| v.into()).collect(),
    }
}
