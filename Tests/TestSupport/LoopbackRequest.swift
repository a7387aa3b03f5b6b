import Foundation

/// A plain HTTP request to a server on loopback, one connection each; as much of HTTP as the setting up
/// of a test needs.
package struct LoopbackRequest {
    private let text: String
    private let port: Int

    package struct Failure: Error {}

    package init(
        _ method: String, _ path: String, port: Int, headers: [String: String] = [:],
        body: String = ""
    ) {
        self.port = port
        text = """
            \(method) \(path) HTTP/1.1\r
            \(headers.map { "\($0): \($1)\r\n" }.joined())\
            Host: 127.0.0.1:\(port)\r
            Content-Length: \(body.utf8.count)\r
            Connection: close\r
            \r
            \(body)
            """
    }

    /// Sends the request, and returns the status of the answer.
    ///
    /// - Throws: ``Failure`` where there is none.
    @discardableResult
    package func status() throws -> Int {
        let socket = try Self.connection(port: port)
        defer { close(socket) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { write(socket, $0.baseAddress, $0.count) }
            guard sent > 0 else { throw Failure() }
            rest = rest.dropFirst(sent)
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let size = read(socket, &buffer, buffer.count)
            guard size > 0 else { break }
            answer += buffer[..<size]
        }
        let words = String(decoding: answer, as: UTF8.self).split(separator: " ", maxSplits: 2)
        guard words.count == 3, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            throw Failure()
        }
        return status
    }

    /// A connection to what listens at a port, whatever that speaks.
    ///
    /// - Throws: ``Failure`` where nothing listens.
    static func connection(port: Int) throws -> Int32 {
        let socket = makeSocket()
        guard socket >= 0 else { throw Failure() }
        var address = address(port: port)
        guard with(&address, { connect(socket, $0, $1) }) == 0 else {
            close(socket)
            throw Failure()
        }
        return socket
    }

    /// A socket that listens on a free port.
    static func listen() throws -> (socket: Int32, port: Int) {
        let socket = makeSocket()
        var address = address(port: 0)
        guard socket >= 0, with(&address, { bind(socket, $0, $1) }) == 0 else { throw Failure() }
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = with(&address) { pointer, _ in getsockname(socket, pointer, &size) }
        return (socket, Int(in_port_t(bigEndian: address.sin_port)))
    }

    private static func makeSocket() -> Int32 {
        #if canImport(Darwin)
            socket(AF_INET, SOCK_STREAM, 0)
        #else
            socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #endif
    }

    private static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    private static func with<Result>(
        _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
