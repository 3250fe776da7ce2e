// Two packs that belong together.
struct Two {
    first: Pack,
    second: Pack,
}
