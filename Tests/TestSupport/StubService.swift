import Foundation
import Synchronization

/// An AWS service of the protocol awsJson whose answers a test makes up: for what moto does not do, such
/// as paging, throttling and queries that fail. It keeps what it was asked, and checks no signatures.
package final class StubService: Sendable {
    /// A request.
    package struct Call: Sendable, Hashable {
        /// The method, path and query, as they came.
        package let request: String
        /// Such as `AWSGlue.GetTable`.
        package let target: String
        /// JSON.
        package let body: String
        package let contentType: String

        /// Such as `GetTable`; empty for a request to S3.
        package var operation: String { String(target.split(separator: ".").last ?? "") }

        /// The value of a member of the body that is a string or a number, as text.
        package func value(_ name: String) -> String? {
            let object = try? JSONSerialization.jsonObject(with: Data(body.utf8))
            return ((object as? [String: Any])?[name]).map { "\($0)" }
        }
    }

    /// What is answered.
    package struct Answer: Sendable {
        let status: Int
        let body: String

        /// A result, as JSON.
        package static func result(_ json: String = "{}") -> Answer {
            Answer(status: 200, body: json)
        }

        /// What S3 answers to a listing that finds an object, or nothing where nil.
        package static func listing(_ key: String?) -> Answer {
            listing(of: key.map { [$0] } ?? [])
        }

        /// What S3 answers to a listing that finds objects.
        package static func listing(of keys: [String]) -> Answer {
            let objects = keys.map {
                "<Contents><Key>\($0)</Key><Size>1</Size><ETag>e</ETag></Contents>"
            }
            return Answer(
                status: 200,
                body: "<ListBucketResult><IsTruncated>false</IsTruncated>\(objects.joined())"
                    + "</ListBucketResult>")
        }

        /// An error of the service.
        package static func error(
            _ code: String, _ message: String = "secret detail", status: Int = 400
        ) -> Answer {
            Answer(
                status: status, body: "{\"__type\": \"\(code)\", \"message\": \"\(message)\"}")
        }
    }

    package let port: Int
    private let received = Mutex<[Call]>([])

    /// Starts the service on a free port of loopback.
    ///
    /// - Parameter answer: makes an answer, given the call and how often its operation was called
    ///   before.
    package init(_ answer: @escaping @Sendable (_ call: Call, _ before: Int) -> Answer) throws {
        #if canImport(Darwin)
            let socket = Foundation.socket(AF_INET, SOCK_STREAM, 0)
        #else
            let socket = Foundation.socket(
                AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isReady = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && listen(socket, 64) == 0
                    && getsockname(socket, $0, &size) == 0
            }
        }
        guard socket >= 0, isReady else { throw CocoaError(.fileReadUnknown) }
        port = Int(in_port_t(bigEndian: address.sin_port))
        Thread.detachNewThread { [weak self] in
            // The thread alone closes the socket: its number may be another one's the moment after.
            defer { close(socket) }
            while self != nil {
                var listening = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
                guard poll(&listening, 1, 100) > 0 else { continue }
                let connection = accept(socket, nil, nil)
                self?.serve(connection, answer)
                close(connection)
            }
        }
    }

    /// The endpoint, without a slash at its end.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// What was asked, in order.
    package var calls: [Call] { received.withLock { $0 } }

    /// The operations that were asked for, in order.
    package var operations: [String] { calls.map(\.operation) }

    private func serve(_ connection: Int32, _ answer: (Call, Int) -> Answer) {
        guard let call = Self.read(connection) else { return }
        let before = received.withLock { calls in
            defer { calls.append(call) }
            return calls.count { $0.operation == call.operation }
        }
        let answer = answer(call, before)
        let text =
            "HTTP/1.1 \(answer.status) \r\nContent-Type: application/x-amz-json-1.1\r\n"
            + "Content-Length: \(answer.body.utf8.count)\r\nConnection: close\r\n"
            + "x-amzn-RequestId: stub-\(port)\r\n\r\n" + answer.body
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Self.flags)
            }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }

    #if canImport(Darwin)
        private static let flags: Int32 = 0
    #else
        private static let flags = Int32(MSG_NOSIGNAL)
    #endif

    /// A request with its body; nil where the connection ends before.
    private static func read(_ connection: Int32) -> Call? {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let head = received.firstRange(of: end) {
                let lines = String(decoding: received[..<head.lowerBound], as: UTF8.self)
                    .components(separatedBy: "\r\n")
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    headers[parts[0].lowercased()] = parts.last?.trimmingCharacters(
                        in: .whitespaces)
                }
                let body = received[head.upperBound...]
                if body.count >= Int(headers["content-length"] ?? "0") ?? 0 {
                    return Call(
                        request: lines[0].replacingOccurrences(of: " HTTP/1.1", with: ""),
                        target: headers["x-amz-target"] ?? "",
                        body: String(decoding: body, as: UTF8.self),
                        contentType: headers["content-type"] ?? "")
                }
            }
            let size = recv(connection, &buffer, buffer.count, 0)
            guard size > 0 else { return nil }
            received += buffer[..<size]
        }
    }
}
