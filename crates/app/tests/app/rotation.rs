//! `JWT_SECRET` is replaced, with the settings that an operator has.

use crate::home::Home;
use crate::server::Server;

const OLD: &str = "an old secret of thirty-two bytes or more";
const NEW: &str = "a new secret of thirty-two bytes or more";

#[test]
fn a_new_jwt_secret_signs_nobody_out_while_the_old_one_is_known() {
    let home = Home::migrated().with("JWT_SECRET", OLD);
    let server = Server::start(&home, "serve");
    let old = server.token().to_owned();
    assert_eq!(server.stop(), Some(0));
    let home = home.with("JWT_SECRET", NEW).with("JWT_SECRET_PREVIOUS", OLD);
    let server = Server::start(&home, "serve");
    let new = server.token().to_owned();
    assert_eq!((server.get_with(&old, "/contacts").status, server.get_with(&new, "/contacts").status), (200, 200));
    assert_eq!(server.stop(), Some(0));
    let home = home.with("JWT_SECRET_PREVIOUS", "");
    let server = Server::start(&home, "serve");
    assert_eq!((server.get_with(&old, "/contacts").status, server.get_with(&new, "/contacts").status), (401, 200));
    assert_eq!(server.stop(), Some(0));
    home.with("JWT_SECRET_PREVIOUS", "short").run(&["serve"]).failed(2, "JWT_SECRET_PREVIOUS");
}
