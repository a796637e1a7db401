//! Writes the client and the server of the gRPC service, as tonic does from a `.proto` file. The
//! manual generator is used, since protoc is not something that every machine has.

use tonic_build::manual::{Builder, Method, Service};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let service = Service::builder()
        .name("Tally")
        .package("services.tally")
        .method(method("add", "Add").build())
        .method(method("count_up", "CountUp").server_streaming().build())
        .method(method("sum", "Sum").client_streaming().build())
        .method(
            method("running", "Running")
                .client_streaming()
                .server_streaming()
                .build(),
        )
        .build();
    Builder::new().compile(&[service]);
}

/// A method that takes one number and returns one.
fn method(name: &str, route: &str) -> tonic_build::manual::MethodBuilder {
    Method::builder()
        .name(name)
        .route_name(route)
        .input_type("crate::Number")
        .output_type("crate::Number")
        .codec_path("tonic_prost::ProstCodec")
}
