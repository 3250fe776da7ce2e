//! The bounds on texts leave room for all texts of ours.

use super::{module, scan};
use crate::activation::ALL;

#[test]
fn the_catalogue_could_have_joined() {
    for a in ALL {
        let names = scan::declarations(a.source()).unwrap_or_else(|fault| panic!("{}: {fault:?}", a.name));
        assert!(names.iter().all(|(_, name)| *name == a.symbol || name.starts_with(a.name)), "{names:?}");
        let params: Vec<&str> = a.params.iter().map(|p| p.name).collect();
        let wanted = [
            (a.symbol.to_owned(), "x"),
            (format!("{}_dx", a.name), "x"),
            (format!("{}_dx_from_y", a.name), "y"),
            (format!("{}_dy", a.name), "x"),
        ];
        let found = module::check(a.source(), &wanted, &params).unwrap_or_else(|fault| panic!("{}: {fault:?}", a.name));
        assert_eq!(found, [true, true, a.has_output_derivative(), false], "{}", a.name);
    }
}
