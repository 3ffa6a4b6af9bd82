//! Tests of the command `tokenring` as a process: streams, exit codes, files and
//! their modes, what it sends, and what it never shows.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod assertion;
mod cache;
mod call_api;
mod child_programs;
mod clock_skew;
mod configuration;
mod console_session;
mod core_dumps;
mod demo;
mod disclosure;
mod doctor;
mod dpop;
mod echo;
mod familiar_lines;
mod faults;
mod file_size_limit;
mod folder_lock;
mod gateways;
mod generate_keys;
mod get_token;
mod help;
mod inspect;
mod jwks;
mod keys;
mod keys_elsewhere;
mod kill_points;
mod localhost_elsewhere;
mod loopback;
mod mock_double;
mod mock_gateway;
mod no_files;
mod outside_program;
mod pasted_keys;
mod presets;
mod process;
mod process_limits;
mod readme;
mod registered_client;
mod rotation;
mod run;
mod scripted_server;
mod secrecy;
mod secret_parameters;
mod shapes;
mod shared_inputs;
mod signed_jwt;
mod terminal;
mod test_doubles;
mod texts;
mod threads;
mod tls_proxy;
mod transcript;
mod watch;
