//! How often somebody may fail: at an account, and from a network address. It counts what was tried, not what there is, so it
//! says nothing of who has an account.

use std::net::IpAddr;
use std::time::Duration;

use domain::Timestamp;
use store::{Tx, sign_in_throttles as throttles};

use crate::access::tokens;
use crate::{Ctx, Error};

/// Failures in a row at an account that cost nothing; each further one doubles the wait, from a second on.
const FREE_AT_ACCOUNT: i64 = 5;
/// Failures from an address in one window; then nothing is looked at until the window is over.
const FREE_FROM_ADDRESS: i64 = 30;
const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// A row of failures that began so long ago is over.
const MEMORY: Duration = Duration::from_hours(24);

/// One attempt to show who one is.
#[derive(Clone)]
pub(crate) struct Attempt {
    account: Option<String>,
    address: Option<String>,
}

impl Attempt {
    /// At the account of an e-mail address in its normal form, whether there is one or not.
    pub(crate) fn at(ctx: &Ctx, email: &str) -> Self {
        Self { account: Some(format!("account:{}", tokens::hash(email))), ..Self::from(ctx) }
    }

    /// With a token that may be anybody's.
    pub(crate) fn from(ctx: &Ctx) -> Self {
        Self { account: None, address: ctx.address.map(|address| format!("address:{}", network(address))) }
    }

    fn subjects(&self) -> impl Iterator<Item = &String> {
        self.account.iter().chain(&self.address)
    }

    /// Refuses while there have been too many. Asked before the work, and again after it, by the transaction that could let
    /// somebody in: of many attempts at once, no more than these are looked at.
    pub(crate) async fn check(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), Error> {
        for subject in self.subjects() {
            let blocked = throttles::get(tx, subject).await?.map(|throttle| throttle.blocked_until);
            if let Some(until) = blocked.filter(|until| *until > now) {
                return Err(Error::TooManyAttempts { wait: until.since(now) });
            }
        }
        Ok(())
    }

    pub(crate) async fn fail(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), Error> {
        if let Some(account) = &self.account {
            let failures = throttles::count(tx, account, now.minus(MEMORY), now).await?.failures;
            if let Some(wait) = wait_at_account(failures) {
                throttles::block(tx, account, now.plus(wait)).await?;
            }
        }
        if let Some(address) = &self.address {
            let counted = throttles::count(tx, address, now.minus(LONGEST_WAIT), now).await?;
            if counted.failures >= FREE_FROM_ADDRESS {
                throttles::block(tx, address, counted.first_at.plus(LONGEST_WAIT)).await?;
            }
        }
        Ok(())
    }

    /// What the account has failed is forgotten; what the address has failed is not, or one good account would buy thirty
    /// more guesses at others.
    pub(crate) async fn succeed(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        match &self.account {
            Some(account) => Ok(throttles::reset(tx, account).await?),
            None => Ok(()),
        }
    }
}

fn wait_at_account(failures: i64) -> Option<Duration> {
    let doublings = u32::try_from(failures - FREE_AT_ACCOUNT).ok()?;
    Some(Duration::from_secs(1 << doublings.min(10)).min(LONGEST_WAIT))
}

/// An IPv6 address stands for its network of 64 bits: one household has all of that.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_from_a_second_to_a_quarter_of_an_hour() {
        let seconds: Vec<Option<u64>> =
            [0, 4, 5, 6, 7, 14, 15, 1_000_000].map(|n| wait_at_account(n).map(|wait| wait.as_secs())).to_vec();
        assert_eq!(seconds, [None, None, Some(1), Some(2), Some(4), Some(512), Some(900), Some(900)]);
    }

    #[test]
    fn neighbours_in_an_ipv6_network_are_one() {
        let network = |text: &str| network(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::7"));
        assert_ne!(network("2001:db8:1:2::7"), network("2001:db8:1:3::7"));
        assert_eq!(network("::ffff:203.0.113.7"), "203.0.113.7");
    }
}
