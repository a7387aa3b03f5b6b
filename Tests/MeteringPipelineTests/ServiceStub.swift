import AWSServices
import Foundation
import TestSupport

extension StubService {
    /// An environment whose services all are this one.
    var environment: AWSEnvironment { .loopback(port: port) }
}

extension MotoServer {
    /// An environment whose services all are moto's.
    var environment: AWSEnvironment { .loopback(port: port) }
}

extension AWSEnvironment {
    /// An environment whose services all are on a port of this machine.
    static func loopback(port: Int) -> AWSEnvironment {
        AWSEnvironment(
            region: "us-east-1",
            credentials: StaticCredentials(
                AWSCredentials(accessKeyID: "AKID", secretAccessKey: "secret")),
            endpoints: ["*": Endpoint(isSecure: false, host: "127.0.0.1", port: port)])
    }
}
