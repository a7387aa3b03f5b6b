import Foundation
import Synchronization

/// A small HTTP server on loopback that answers each request as a test says, one connection each.
final class LoopbackServer: Sendable {
    struct Request: Sendable {
        let method: String
        /// The path with the query.
        let target: String
        /// By names in lower case.
        let headers: [String: String]
        let body: String
    }

    struct Response: Sendable {
        var status = 200
        var body = ""
    }

    struct NoSocket: Error {}

    let port: Int
    private let socket: Int32
    private let received = Received()

    private final class Received: Sendable {
        let requests = Mutex<[Request]>([])
    }

    /// - Parameters:
    ///   - greeting: sent as soon as somebody connects, whatever is asked.
    ///   - answer: nil to hang up without an answer.
    init(greeting: Response? = nil, _ answer: @escaping @Sendable (Request) -> Response?) throws {
        signal(SIGPIPE, SIG_IGN)
        #if canImport(Darwin)
            let socket = Foundation.socket(AF_INET, SOCK_STREAM, 0)
        #else
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            let socket = Foundation.socket(AF_INET, kind, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && listen(socket, 16) == 0
                    && getsockname(socket, $0, &size) == 0
            }
        }
        guard socket >= 0, isListening else { throw NoSocket() }
        self.socket = socket
        port = Int(in_port_t(bigEndian: address.sin_port))
        let received = received
        Thread.detachNewThread {
            while true {
                let connection = accept(socket, nil, nil)
                guard connection >= 0 else { return }
                Thread.detachNewThread {
                    defer { close(connection) }
                    if let greeting { Self.send(greeting, to: connection) }
                    guard let request = Self.request(from: connection) else { return }
                    received.requests.withLock { $0.append(request) }
                    if let response = answer(request) { Self.send(response, to: connection) }
                }
            }
        }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// What has come so far.
    var requests: [Request] { received.requests.withLock { $0 } }

    private static func request(from connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
                let words = lines[0].split(separator: " ").map(String.init)
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.components(separatedBy: ": ")
                    headers[parts[0].lowercased()] = parts.dropFirst().joined(separator: ": ")
                }
                let body = String(text[end.upperBound...])
                if body.utf8.count >= Int(headers["content-length"] ?? "0") ?? 0 {
                    return Request(
                        method: words[0], target: words[1], headers: headers, body: body)
                }
            }
            let size = read(connection, &buffer, buffer.count)
            guard size > 0 else { return nil }
            bytes += buffer[..<size]
        }
    }

    private static func send(_ response: Response, to connection: Int32) {
        let text = """
            HTTP/1.1 \(response.status) Answer\r
            Content-Length: \(response.body.utf8.count)\r
            Connection: close\r
            \r
            \(response.body)
            """
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }
}
