//! The texts of all kernels: what compilers take, and what hardware demands of them.

mod compilers;
mod directx;
mod elementwise;
mod gates;
mod rows;
mod web;
