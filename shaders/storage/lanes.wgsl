// What functions of packs take and give beside a pack: `vec2<f32>` of single values is `Lanes2`, and so on.
struct Lanes2 {
    x: Lanes,
    y: Lanes,
}

struct Lanes3 {
    x: Lanes,
    y: Lanes,
    z: Lanes,
}

struct Lanes4 {
    x: Lanes,
    y: Lanes,
    z: Lanes,
    w: Lanes,
}

struct Pack2 {
    x: Pack,
    y: Pack,
}

struct Pack4 {
    x: Pack,
    y: Pack,
    z: Pack,
    w: Pack,
}
