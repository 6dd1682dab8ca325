//! Messages leave for the server at once.
//!
//! The driver leaves Nagle's algorithm on (sqlx 0.9.0, issue 4335; mended behind it): the end of
//! a message then waits until the server has confirmed what came before, which it puts off for
//! 40 ms. The driver does not lend its sockets, so they are found among those of this process by
//! where they lead. This file goes with the next release of the driver.

#[cfg(target_os = "linux")]
use rustix::{
    net::{getpeername, sockopt},
    process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open},
};

/// Has what is written on connections to this port leave at once, in so far as the system lets this
/// process do so: nothing but time depends on it.
#[cfg(target_os = "linux")]
pub(super) fn send(port: u16) {
    let Ok(own) = pidfd_open(getpid(), PidfdFlags::empty()) else { return };
    let Ok(open) = std::fs::read_dir("/proc/self/fd") else { return };
    for number in open.flatten().filter_map(|file| file.file_name().to_str()?.parse().ok()) {
        // Another handle of the same socket: what is set on it is set on the driver's.
        let Ok(socket) = pidfd_getfd(&own, number, PidfdGetfdFlags::empty()) else {
            tracing::debug!(number, "no second handle: what follows a message may wait for 40 ms");
            continue;
        };
        let Ok(Some(peer)) = getpeername(&socket) else { continue };
        let peer = std::net::SocketAddr::try_from(peer);
        if peer.is_ok_and(|peer| peer.port() == port) {
            // The system refuses it on what is no TCP.
            let _ = sockopt::set_tcp_nodelay(&socket, true);
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn send(_: u16) {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn what_is_written_to_a_server_leaves_at_once_and_other_connections_stay_as_they_are() {
        let listening = || TcpListener::bind("127.0.0.1:0").unwrap();
        let (server, other) = (listening(), listening());
        let connect = |to: &TcpListener| TcpStream::connect(to.local_addr().unwrap()).unwrap();
        let (first, second, apart) = (connect(&server), connect(&server), connect(&other));
        assert!(!first.nodelay().unwrap());
        send(server.local_addr().unwrap().port());
        assert!(first.nodelay().unwrap() && second.nodelay().unwrap());
        assert!(!apart.nodelay().unwrap());
    }
}
