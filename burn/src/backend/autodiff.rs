//! Gradients through burn's autodiff.

use std::fmt::Debug;
use std::marker::PhantomData;

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::{
    base::Checkpointer, retro_forward::RetroForward, state::BackwardStates, strategy::CheckpointStrategy,
};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind, unary};
use burn::backend::{Autodiff, AutodiffBackend, tensor::FloatTensor};

use super::Activations;
use crate::call::Call;

impl<B: Activations, C: CheckpointStrategy> Activations for Autodiff<B, C> {
    fn unary(x: FloatTensor<Self>, call: Call) -> FloatTensor<Self> {
        if !call.differentiable() {
            return Self::from_inner(B::unary(x.into_primitive(), call));
        }
        if call.saves_output() {
            return match FromOutput.prepare::<C>([x.node()]).compute_bound().stateful() {
                OpsKind::Tracked(prep) => {
                    let y = B::unary(x.into_primitive(), call.clone());
                    prep.finish((y.clone(), call), y)
                }
                OpsKind::UnTracked(prep) => prep.finish(B::unary(x.into_primitive(), call)),
            };
        }
        let again = Again::<B, 1> { inputs: [x.id()], call: call.clone(), backend: PhantomData };
        match FromInput.prepare::<C>([x.node()]).memory_bound().retro_forward(again).parents([&x]).stateful() {
            OpsKind::Tracked(mut prep) => {
                let saved = prep.checkpoint(&x);
                prep.finish((saved, call.clone()), B::unary(x.primitive().clone(), call))
            }
            OpsKind::UnTracked(prep) => prep.finish(B::unary(x.into_primitive(), call)),
        }
    }

    fn binary(a: FloatTensor<Self>, b: FloatTensor<Self>, call: Call) -> FloatTensor<Self> {
        let again = Again::<B, 2> { inputs: [a.id(), b.id()], call: call.clone(), backend: PhantomData };
        let prep = FromInputs.prepare::<C>([a.node(), b.node()]).memory_bound().retro_forward(again);
        match prep.parents([&a, &b]).stateful() {
            OpsKind::Tracked(mut prep) => {
                let saved = [prep.checkpoint(&a), prep.checkpoint(&b)];
                let y = B::binary(a.primitive().clone(), b.primitive().clone(), call.clone());
                prep.finish((saved, call), y)
            }
            OpsKind::UnTracked(prep) => prep.finish(B::binary(a.into_primitive(), b.into_primitive(), call)),
        }
    }

    // Gradients are constants: burn has no second derivatives through its dispatch.
    fn unary_backward(saved: FloatTensor<Self>, dy: FloatTensor<Self>, call: Call) -> FloatTensor<Self> {
        Self::from_inner(B::unary_backward(saved.into_primitive(), dy.into_primitive(), call))
    }

    fn binary_backward(
        a: FloatTensor<Self>,
        b: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        call: Call,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (da, db) = B::binary_backward(a.into_primitive(), b.into_primitive(), dy.into_primitive(), call);
        (Self::from_inner(da), Self::from_inner(db))
    }
}

/// dx from x.
#[derive(Debug)]
struct FromInput;

impl<B: Activations> Backward<B, 1> for FromInput {
    type State = (NodeId, Call);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, checkpointer: &mut Checkpointer) {
        let (saved, call) = ops.state;
        let x = checkpointer.retrieve_node_output(saved);
        unary::<B, _>(ops.parents, ops.node, grads, |dy| B::unary_backward(x, dy, call));
    }
}

/// dx from y.
#[derive(Debug)]
struct FromOutput;

impl<B: Activations> Backward<B, 1> for FromOutput {
    type State = (FloatTensor<B>, Call);

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let (y, call) = ops.state;
        unary::<B, _>(ops.parents, ops.node, grads, |dy| B::unary_backward(y, dy, call));
    }
}

/// da and db from a and b.
#[derive(Debug)]
struct FromInputs;

impl<B: Activations> Backward<B, 2> for FromInputs {
    type State = ([NodeId; 2], Call);

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, checkpointer: &mut Checkpointer) {
        let ([a, b], call) = ops.state;
        let (a, b) = (checkpointer.retrieve_node_output(a), checkpointer.retrieve_node_output(b));
        let gradients = B::binary_backward(a, b, grads.consume::<B>(&ops.node), call);
        for (parent, gradient) in ops.parents.into_iter().zip([gradients.0, gradients.1]) {
            if let Some(parent) = parent {
                grads.register::<B>(parent.id, gradient);
            }
        }
    }
}

/// y once more, where burn keeps no value that is cheap to compute.
#[derive(Debug)]
struct Again<B, const N: usize> {
    inputs: [NodeId; N],
    call: Call,
    backend: PhantomData<B>,
}

impl<B: Activations, const N: usize> RetroForward for Again<B, N> {
    fn forward(&self, states: &mut BackwardStates, out_node: NodeId) {
        let inputs = self.inputs.map(|input| states.get_state::<FloatTensor<B>>(&input));
        let mut inputs = inputs.into_iter();
        let y = match (inputs.next(), inputs.next()) {
            (Some(x), None) => B::unary(x, self.call.clone()),
            (Some(a), Some(b)) => B::binary(a, b, self.call.clone()),
            (None, _) => return,
        };
        states.save(out_node, y);
    }
}
