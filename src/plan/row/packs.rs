//! What kernels over rows call for each pack.

use crate::plan::Layout;

/// What tells one function's packs from another's.
pub(super) struct Packs<'a> {
    /// What the names of its functions begin with.
    pub(super) name: &'a str,
    /// What values are multiplied by, of a third tensor.
    pub(super) slope: Option<&'a str>,
    pub(super) layout: Layout,
    /// Whether terms have a third column.
    pub(super) third: bool,
    pub(super) forward: bool,
    /// Whether a row gives one value.
    pub(super) one: bool,
    /// Whether the second tensor is what is added to scores, -inf where none is seen.
    pub(super) scores: bool,
    /// Whether rows have targets, which come as the second tensor does.
    pub(super) targets: bool,
}

impl Packs<'_> {
    /// The functions of packs that kernels call, by those of elements in the form that takes four at once; the linker keeps those
    /// that a kernel reaches.
    pub(super) fn text(&self) -> String {
        let Self { name, slope, layout, third: thirds, forward, one, scores, targets } = *self;
        let each = match (targets, scores) {
            (true, _) => EACH_OF_TARGET.to_owned(),
            // A cap makes a number of -inf.
            (_, true) => each_of_score(if name.ends_with("_capped") { "false" } else { "param(0u, 0u) > 0.0" }),
            _ => EACH.to_owned(),
        };
        let mut text = each + FOUR;
        let mut function = |head: &str, state: &str, result: &str, body: &str| {
            text += &format!("fn {head}(x: Pack, b: Pack, at: u32, row: u32{state}) -> {result} {{\n{body}}}\n\n");
        };
        let item = "    let e = elements(x, b, at, row);\n    let p = of_all(parameters(row));\n";
        let most = "max(max(k.x, k.y), max(k.z, k.w))";
        let state = ", s: vec4<f32>";
        for (kind, whole) in [("item", false), ("whole", true)] {
            // A pack that is no vector of its row's own may reach beyond it.
            let own = |none: &str, value: &str| match layout == Layout::Vector || whole {
                true => value.to_owned(),
                false => format!("select({none}, {value}, e.at < e.length)"),
            };
            let keys = own("Pack(0u)", &format!("each_ordered(each_{name}_key(e, p))"));
            function(&format!("{kind}_lanes"), "", "vec4<u32>", &format!("{item}    return {keys};\n"));
            let body = format!("    let k = {kind}_lanes(x, b, at, row);\n    return {most};\n");
            function(&format!("{kind}_keys"), "", "u32", &body);
            let column = |c| format!("of_four({})", own("Lanes(0.0)", &format!("t.{c}")));
            let third = if thirds { column("z") } else { "0.0".to_owned() };
            let terms = format!(
                "{item}    let t = each_{name}_term(e, of_all(s), p);\n    return Terms({}, {}, {third});\n",
                column("x"),
                column("y")
            );
            function(&format!("{kind}_terms"), state, "Terms", &terms);
        }
        let found = format!("(each_ordered(each_{name}_key(e, p)) == Pack(ordered(s.x))) & (e.at < e.length)");
        let body = format!("{item}    let k = select(Pack(0u), ~e.at, {found});\n    return {most};\n");
        function("item_places", state, "u32", &body);
        if one {
            return text
                + &format!(
                    "fn row_value(s: vec4<f32>) -> u32 {{\n    \
                 return select(bitcast<u32>({name}(s, parameters(0u))), 0x7fc00000u, s.w > 0.5);\n}}\n\n"
                );
        }
        let value = if targets { "_dx" } else { "" };
        let times = slope.map_or(String::new(), |slope| format!(" * each_{slope}(unpack(third_pack(at, row)), p)"));
        let value = format!("pack(each_{name}{value}(e, of_all(s), p){times})");
        let value = if forward || targets { value } else { format!("keep_nan({value}, x)") };
        let value = format!("select({value}, Pack(0x7fc00000u), vec4<bool>(s.w > 0.5))");
        // What takes no part has no gradient.
        let value = if targets { format!("select({value}, Pack(0u), b == Pack(args.length))") } else { value };
        let value = format!("{item}    return {value};\n");
        function("item_values", state, "Pack", &value);
        text
    }
}

/// What is alike for four elements, and a sum of four as a tree.
const FOUR: &str = "fn of_all(s: vec4<f32>) -> Lanes4 {
    return Lanes4(Lanes(s.x), Lanes(s.y), Lanes(s.z), Lanes(s.w));
}

fn of_four(v: Lanes) -> f32 {
    return (v.x + v.y) + (v.z + v.w);
}

";

const EACH: &str = "fn elements(x: Pack, b: Pack, at: u32, row: u32) -> each_Item {
    return each_Item(unpack(x), unpack(b), Pack(at) + Pack(0u, 1u, 2u, 3u), Pack(row), Pack(args.length));
}

";

/// Of scores that are not seen nothing is read; those of -inf are as good as hidden where they stay that.
fn each_of_score(least_hides: &str) -> String {
    format!(
        "fn elements(x: Pack, b: Pack, at: u32, row: u32) -> each_Item {{\n    \
         let none = Pack(0xff800000u);\n    \
         let hidden = (b == none) | ((x == none) & vec4<bool>({least_hides}));\n    \
         let shown = select(x, Pack(0u), hidden);\n    \
         let added = select(b, none, hidden);\n    \
         return each_Item(unpack(shown), unpack(added), Pack(at) + Pack(0u, 1u, 2u, 3u), Pack(row), Pack(args.length));\n}}\n\n"
    )
}

/// A target stands where rows are numbered.
const EACH_OF_TARGET: &str = "fn elements(x: Pack, b: Pack, at: u32, row: u32) -> each_Item {
    return each_Item(unpack(x), Lanes(0.0), Pack(at) + Pack(0u, 1u, 2u, 3u), b, Pack(args.length));
}

";
