//! The first start, where nobody may sign in yet.

use serde_json::json;

use crate::home::Home;
use crate::server::{EMAIL, PASSWORD, Server, until};

#[test]
fn while_there_is_nobody_a_link_is_printed_that_makes_the_first_administrator() {
    for (command, site) in [("serve", "https://desk.example.com"), ("up", "")] {
        let home = Home::migrated().with("COMPTOIR_HTTP_PUBLIC_URL", site);
        let server = Server::start_empty(&home, command);
        let printed = home.out();
        let (before, token) = printed.split_once("/setup#").unwrap_or_else(|| panic!("no link in {printed:?}"));
        let expected = if site.is_empty() { server.address("") } else { site.to_owned() };
        assert!(before.ends_with(&expected), "{printed}");
        let setup = json!({
            "token": token.lines().next().unwrap(), "name": "Claire", "email": EMAIL, "password": PASSWORD,
        });
        assert_eq!(server.post("/setup", &setup).status, 201);
        assert_eq!(server.post("/setup", &setup).status, 409);
        assert_eq!(server.stop(), Some(0));
        let again = Server::start(&home, command);
        assert!(!home.out().contains("/setup#"), "{}", home.out());
        // Who stopped has taken its row away.
        until("it says that it is there", || again.get("/operations").body["workers"].as_array().unwrap().len() == 1);
    }
}
