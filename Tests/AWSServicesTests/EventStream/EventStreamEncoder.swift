@testable import AWSServices

/// Writes event streams as a service does.
enum EventStreamEncoder {
    static func bytes(_ message: EventStreamMessage) -> [UInt8] {
        bytes(
            headers: message.headers.sorted { $0.key < $1.key }.flatMap {
                header($0.key, $0.value)
            },
            payload: message.payload)
    }

    static func bytes(headers: [UInt8], payload: [UInt8]) -> [UInt8] {
        let prelude =
            number(UInt64(headers.count + payload.count + 16), 4)
            + number(UInt64(headers.count), 4)
        let message = prelude + checksum(prelude) + headers + payload
        return message + checksum(message)
    }

    /// An event as Bedrock writes it.
    static func event(_ type: String, _ json: String, exception: Bool = false) -> [UInt8] {
        bytes(
            EventStreamMessage(
                headers: [
                    exception ? ":exception-type" : ":event-type": .string(type),
                    ":content-type": .string("application/json"),
                    ":message-type": .string(exception ? "exception" : "event"),
                ], payload: Array(json.utf8)))
    }

    static func header(_ name: String, _ value: EventStreamMessage.Value) -> [UInt8] {
        let bytes: [UInt8] =
            switch value {
            case .bool(let value): [value ? 0 : 1]
            case .integer(let value): [5] + number(UInt64(bitPattern: value), 8)
            case .bytes(let bytes): [6] + number(UInt64(bytes.count), 2) + bytes
            case .string(let text): [7] + number(UInt64(text.utf8.count), 2) + text.utf8
            case .timestamp(let value): [8] + number(UInt64(bitPattern: value), 8)
            case .uuid(let bytes): [9] + bytes
            }
        return [UInt8(name.utf8.count)] + name.utf8 + bytes
    }

    static func number(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }

    static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        var check = CyclicRedundancyCheck(.crc32)
        bytes.withUnsafeBytes { check.update($0) }
        return check.value
    }
}

extension EventStreamDecoder {
    /// The messages of a stream that comes in parts, up to what is wrong with it.
    static func messages(
        in parts: [some Collection<UInt8>]
    ) -> (messages: [EventStreamMessage], fault: EventStreamFault?) {
        var decoder = EventStreamDecoder()
        var messages: [EventStreamMessage] = []
        do throws(EventStreamFault) {
            for part in parts {
                Array(part).withUnsafeBytes { decoder.append($0) }
                while let message = try decoder.next() { messages.append(message) }
            }
            try decoder.finish()
            return (messages, nil)
        } catch {
            return (messages, error)
        }
    }
}
