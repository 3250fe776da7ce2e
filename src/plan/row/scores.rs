//! The text that kernels know attention's scores by.

use crate::function::RowFunction;
use crate::plan::{Body, Key, Layout, Slot, Spec};

impl Spec {
    /// The lines that a kernel over rows knows scores by; of others, lines that ask for nothing.
    pub(super) fn glue_of_scores(&self, row: &RowFunction, key: Key) -> String {
        let a = self.attention;
        let keeps = match a.sink_gradient && key.body == Body::Rows {
            true => {
                "@group(0) @binding(10) var<storage, read_write> states: array<vec4<f32>>;\n\n\
                 fn keep_state(r: Share, s: vec4<f32>) {\n    if r.live && r.thread == 0u {\n        states[r.row] = s;\n    }\n}\n\n"
            }
            false => "fn keep_state(r: Share, s: vec4<f32>) {\n}\n\n",
        };
        if !row.attention {
            return format!("fn seen_of(row: u32) -> vec3<i32> {{\n    return vec3<i32>(0);\n}}\n\n{keeps}");
        }
        let of_head = |has: bool, name: &str, k: u32| match has {
            true => format!("bitcast<f32>(read_{name}(head_of(row)))"),
            false => format!("param({k}u, 0u)"),
        };
        let each = |k: u32| format!("read_b(position(r.mask, at + {k}u))");
        let mask = match a.mask {
            None => "Pack(0u)".to_owned(),
            Some(mask) if mask.whole => "Pack(read_b(r.mask))".to_owned(),
            Some(_) if self.row_lanes(row, key.layout, Slot::B) > 1 => "read_b(r.mask + q)".to_owned(),
            Some(_) if key.layout == Layout::Vector => "four_bools(args.offset.b + r.mask * LANES + at)".to_owned(),
            Some(_) => format!("Pack({})", [0, 1, 2, 3].map(each).join(", ")),
        };
        let mut text = format!(
            "const HEADS = {}u;\n\n\
             fn slope_of(row: u32) -> f32 {{\n    return {};\n}}\n\n\
             fn sink_of(row: u32) -> f32 {{\n    return {};\n}}\n\n\
             fn mask_pack(r: Share, q: u32, at: u32) -> Pack {{\n    return {mask};\n}}\n\n{keeps}",
            a.heads,
            of_head(a.slopes, "weights", 2),
            of_head(a.sinks, "scales", 3),
        );
        if self.takes_bools(Slot::B) && !self.masks_rows() {
            text += FOUR_BOOLS;
        }
        if let Some(axes) = self.mask_axes() {
            let [batches, heads, queries] = axes.map(|has| if has { "1u" } else { "0u" });
            text += &format!(
                "// The mask has some of the axes, in whole.\n\
                 fn mask_of(outer: u32, inner: u32) -> u32 {{\n    let row = args.outer + outer;\n    \
                 let matrix = row / queries();\n    \
                 let of_heads = (matrix / HEADS) * {batches} * select(1u, HEADS, {heads} == 1u) + (matrix % HEADS) * {heads};\n    \
                 let of_queries = of_heads * select(1u, queries(), {queries} == 1u) + (row % queries()) * {queries};\n    \
                 return {};\n}}\n\n",
                if self.masks_rows() { "of_queries" } else { "of_queries * args.span + inner" }
            );
        }
        text
    }

    /// How the third value of an element is read, for the gradient through a cap: x, which lies as y does.
    pub(super) fn third(&self, row: &RowFunction, layout: Layout) -> String {
        let base = "(row / args.inner - args.outer) * args.span + row % args.inner";
        let first = if layout == Layout::Unaligned { "" } else { "args.first + " };
        let each = |k: u32| format!("read_c({first}{base} + min(at + {k}u, args.length - 1u) * args.inner)");
        let value = match self.row_lanes(row, layout, Slot::C) {
            1 => format!("Pack({})", [0, 1, 2, 3].map(each).join(", ")),
            _ => format!("read_c({first}{base} + at / LANES)"),
        };
        format!("fn third_pack(at: u32, row: u32) -> Pack {{\n    return {value};\n}}\n\n")
    }
}

/// The four bytes from one on, which lie in a word or in two.
const FOUR_BOOLS: &str = "fn four_bools(i: u32) -> Pack {
    let s = 8u * (i & 3u);
    let word = (b[i >> 2u] >> s) | ((b[(i + 3u) >> 2u] << 1u) << (31u - s));
    return select(Pack(0u), Pack(0xff800000u), ((Pack(word) >> Pack(0u, 8u, 16u, 24u)) & Pack(0xffu)) == Pack(0u));
}

";
