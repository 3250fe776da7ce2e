//! The texts of all kernels: what compilers take, and what hardware demands of them.

mod elementwise;
mod gates;
mod rows;
mod web;
