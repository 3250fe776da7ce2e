// What stands around a function: a sum and a product of packs, in which a NaN of either stays one.
fn added(p: Pack, q: Pack) -> Pack {
    return keep_nan(keep_nan(pack(unpack(p) + unpack(q)), p), q);
}

fn times(p: Pack, q: Pack) -> Pack {
    return keep_nan(keep_nan(pack(unpack(p) * unpack(q)), p), q);
}
