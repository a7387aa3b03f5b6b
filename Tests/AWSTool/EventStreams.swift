import AWSServices
import Foundation

/// Event streams, as the command takes them apart.
enum EventStreams {
    /// The messages before the first fault, each with its headers by their names and its payload in Base64.
    struct Outcome: Encodable {
        struct Message: Encodable {
            /// The type of each header and its value as text.
            var headers: [String: [String]]
            var payload: String
        }

        var messages: [Message] = []
        var fault: String?
    }

    static func takeApart() throws {
        while let line = readLine() {
            let chunks = line.split(separator: " ").map { Data(base64Encoded: String($0)) }
            var outcome = Outcome()
            var decoder = EventStreamDecoder()
            do throws(EventStreamFault) {
                for chunk in chunks {
                    (chunk ?? Data()).withUnsafeBytes { decoder.append($0) }
                    while let message = try decoder.next() {
                        outcome.messages.append(shown(message))
                    }
                }
                try decoder.finish()
            } catch {
                outcome.fault = error.rawValue
            }
            FileHandle.standardOutput.write(try AWSTool.encoder.encode(outcome) + Data("\n".utf8))
        }
    }

    private static func shown(_ message: EventStreamMessage) -> Outcome.Message {
        Outcome.Message(
            headers: message.headers.mapValues { value in
                switch value {
                case .bool(let value): ["bool", "\(value)"]
                case .integer(let value), .timestamp(let value): ["integer", "\(value)"]
                case .bytes(let bytes), .uuid(let bytes):
                    ["bytes", Data(bytes).base64EncodedString()]
                case .string(let text): ["string", text]
                }
            }, payload: Data(message.payload).base64EncodedString())
    }
}
