//! Which addresses we may be sent to by what somebody has typed in: the public internet, and what an operator names.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Internal hosts that an operator has opened: by name, by address, or by network (`10.1.0.0/16`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InternalHosts(Vec<Internal>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Internal {
    Name(String),
    Network(IpAddr, u8),
}

impl InternalHosts {
    /// Says which one cannot be read.
    pub fn parse(texts: &[String]) -> Result<Self, String> {
        texts.iter().map(|text| text.parse().map_err(|()| text.clone())).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a connection to `address`, which is what `host` resolves to now, may be made.
    #[must_use]
    pub fn allow(&self, host: &str, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address) || self.names(host) || self.0.iter().any(|internal| internal.contains(address))
    }

    /// Whether the host is named, or is an address that is: only to such we speak without TLS.
    #[must_use]
    pub fn names(&self, host: &str) -> bool {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let address = host.parse().ok().map(|address: IpAddr| address.to_canonical());
        self.0.iter().any(|internal| match internal {
            Internal::Name(name) => name.eq_ignore_ascii_case(host),
            Internal::Network(..) => address.is_some_and(|address| internal.contains(address)),
        })
    }
}

impl Internal {
    fn contains(&self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::Network(IpAddr::V4(network), bits), IpAddr::V4(address)) => {
                (u32::from(*network) ^ u32::from(address)).checked_shr(32 - u32::from(*bits)).unwrap_or(0) == 0
            }
            (Self::Network(IpAddr::V6(network), bits), IpAddr::V6(address)) => {
                (u128::from(*network) ^ u128::from(address)).checked_shr(128 - u32::from(*bits)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Internal {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (host, bits) = text.split_once('/').map_or((text, None), |(host, bits)| (host, Some(bits)));
        let Ok(address) = host.parse::<IpAddr>() else {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            let is_name = bits.is_none() && !host.is_empty() && host.chars().all(plain);
            return if is_name { Ok(Self::Name(host.to_owned())) } else { Err(()) };
        };
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| ())?;
        if bits <= most { Ok(Self::Network(address, bits)) } else { Err(()) }
    }
}

/// Whether an address belongs to a machine on the public internet, as IANA's registries of special-purpose addresses have it
/// (<https://www.iana.org/assignments/iana-ipv4-special-registry>, <https://www.iana.org/assignments/iana-ipv6-special-registry>).
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    // "This network", loopback; multicast, reserved, broadcast.
    let here_or_all = matches!(a, 0 | 127 | 224..=255);
    // Private (RFC 1918), shared by carriers (RFC 6598), link-local with clouds' metadata services (RFC 3927).
    let private = matches!((a, b), (10, _) | (172, 16..=31) | (192, 168) | (100, 64..=127) | (169, 254));
    // Protocol assignments, documentation, 6to4 relays, benchmarking.
    let assigned =
        matches!((a, b, c), (192, 0, 0 | 2) | (198, 51, 100) | (203, 0, 113) | (192, 88, 99) | (198, 18..=19, _));
    !(here_or_all || private || assigned)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    match (parts[0], parts[1]) {
        // NAT64 carries an IPv4 address (RFC 6052), and so does 6to4 (RFC 3056): the one inside counts.
        (0x0064, 0xff9b) if parts[2..6] == [0; 4] => is_public_v4(v4(parts[6], parts[7])),
        (0x2002, _) => is_public_v4(v4(parts[1], parts[2])),
        // Protocol assignments (Teredo among them), documentation.
        (0x2001, 0x0000..=0x01ff | 0x0db8) | (0x3fff, 0x0000..=0x0fff) => false,
        // Global unicast; all else is local, multicast or not given out.
        (0x2000..=0x3fff, _) => true,
        _ => false,
    }
}

fn v4(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_machines_on_the_internet_are_public() {
        let public = |text: &str| is_public(text.parse().unwrap());
        for good in ["8.8.8.8", "172.15.0.1", "172.32.0.1", "100.128.0.1", "2a00:1450::1", "64:ff9b::808:808"] {
            assert!(public(good), "{good}");
        }
        for bad in [
            "0.0.0.0",
            "10.0.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "fec0::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "3fff::1",
        ] {
            assert!(!public(bad), "{bad}");
        }
    }

    #[test]
    fn an_operator_opens_hosts_by_name_address_and_network() {
        let open = |texts: &[&str]| InternalHosts::parse(&texts.iter().map(ToString::to_string).collect::<Vec<_>>());
        let hosts = open(&["erp.internal", "10.1.0.0/16", "127.0.0.1", "fd00::/8"]).unwrap();
        let allow = |host: &str, address: &str| hosts.allow(host, address.parse().unwrap());
        assert!(allow("ERP.internal", "192.168.7.7"));
        assert!(allow("any.example", "10.1.200.3") && !allow("any.example", "10.2.0.1"));
        assert!(allow("localhost", "127.0.0.1") && !allow("localhost", "127.0.0.2"));
        assert!(allow("any.example", "::ffff:10.1.0.9") && allow("any.example", "fd12::1") && !allow("x", "fe80::1"));
        assert!(hosts.names("127.0.0.1") && hosts.names("[fd00::1]") && !hosts.names("localhost"));
        for bad in ["", "10.0.0.0/33", "a b", "x/8", "fd00::/129"] {
            assert!(open(&[bad]).is_err(), "{bad:?}");
        }
    }
}
