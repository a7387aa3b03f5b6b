package import BedrockMetering

/// An object, or a day's file, that could not be read or written; everything else was.
public struct ObjectFailure: Sendable, Hashable, CustomStringConvertible {
    public let location: String
    public let reason: String
    /// Whether it is over a limit, and fails again until that is raised.
    package var isOverLimit = false

    package init(location: String, reason: String) {
        self.location = location
        self.reason = reason
    }

    package init(_ error: any Error, of location: String) {
        switch error {
        case let error as ExportDecodingError:
            self.location = error.object
            isOverLimit = error.code == .overLimit
            reason =
                isOverLimit
                ? "\(error.reason); if it is sound, meter-etl ingest takes it with a larger "
                    + "--max-object-size and --max-inflation-ratio"
                : error.reason
        case let error as MemoryShortage:
            self.location = location
            isOverLimit = true
            reason = error.description
        case let error as PipelineError:
            self.location = error.location
            reason = error.reason
        default:
            self.location = location
            reason = "cannot be read"
        }
    }

    /// The same beside a report.
    package var unread: ReportNotes.Unread {
        ReportNotes.Unread(location: location, reason: reason)
    }

    package func json() -> String {
        JSONText.object([
            ("location", JSONText.quoted(location)), ("reason", JSONText.quoted(reason)),
        ])
    }

    public var description: String { "\(location): \(reason)" }
}
