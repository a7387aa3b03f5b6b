#if Commands
    import BedrockMetering
    import Foundation
    package import Logging

    /// Writes log messages to standard error, one a line.
    package struct LineLogHandler: LogHandler {
        package enum Form: String, Sendable, CaseIterable {
            /// A JSON object a line, with `time`, `level`, `message` and what else is known.
            case json
            case text
        }

        package var logLevel = Logger.Level.info
        package var metadata: Logger.Metadata = [:]
        private let label: String
        private let form: Form

        package init(label: String, form: Form) {
            self.label = label
            self.form = form
        }

        package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        package func log(event: LogEvent) {
            let members = metadata.merging(event.metadata ?? [:]) { $1 }
                .sorted { $0.key < $1.key }
            let time = EventTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))
            switch form {
            case .json:
                let line = JSONText.object(
                    [
                        ("time", "\(time)"), ("level", "\(event.level)"), ("label", label),
                        ("message", "\(event.message)"),
                    ].map { ($0.0, JSONText.quoted($0.1)) }
                        + members.map { ($0.key, JSONText.quoted("\($0.value)")) })
                try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
            case .text:
                let pairs = members.map { "\($0.key)=\($0.value)" }
                Console.complain(
                    ([String(describing: event.message)] + pairs).joined(separator: " "))
            }
        }
    }
#endif
