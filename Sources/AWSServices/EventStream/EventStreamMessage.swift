/// A message of the format `application/vnd.amazon.eventstream`.
package struct EventStreamMessage: Sendable, Hashable {
    /// The value of a header.
    package enum Value: Sendable, Hashable {
        case bool(Bool)
        case integer(Int64)
        case bytes([UInt8])
        case string(String)
        /// Milliseconds since 1970.
        case timestamp(Int64)
        /// 16 bytes.
        case uuid([UInt8])
    }

    /// In no order that means anything.
    package var headers: [String: Value]
    package var payload: [UInt8]

    package init(headers: [String: Value] = [:], payload: [UInt8] = []) {
        self.headers = headers
        self.payload = payload
    }

    /// A header that is a string.
    func text(_ name: String) -> String? {
        guard case .string(let text) = headers[name] else { return nil }
        return text
    }
}

/// Why bytes are no event stream; everything after is lost.
package enum EventStreamFault: String, Error, Sendable, Hashable {
    case preludeChecksum = "the checksum of a prelude is another one"
    case messageChecksum = "the checksum of a message is another one"
    case headersTooLong = "the headers of a message are too long"
    case payloadTooLong = "the payload of a message is too long"
    case length = "the length of a message cannot be"
    case headers = "the headers of a message cannot be read"
    case repeatedHeader = "a message has a header more than once"
    case unfinished = "the last message is cut"
}
