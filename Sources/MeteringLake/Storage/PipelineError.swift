/// Why a job, or a part of it, could not be done.
public struct PipelineError: Error, Sendable {
    public enum Code: Sendable, Hashable {
        /// What was asked for makes no sense.
        case usage
        /// There is nothing at the place that was named.
        case notFound
        /// A file could not be read or written.
        case inputOutput
        /// Another run holds the lake.
        case lakeIsHeld
        /// A file of the lake is not what this product writes.
        case damagedLake
    }

    public let code: Code
    /// The file or folder at fault.
    public let location: String
    /// What is wrong with it.
    public private(set) var reason: String
    /// Whether whatever else is asked for there would fail in the same way, as without credentials, a
    /// region or a connection.
    package var isAccessFailure = false

    public init(code: Code, location: String, reason: String) {
        self.code = code
        self.location = location
        self.reason = reason
    }

    /// Adds to what is wrong what else there is to know.
    package mutating func add(_ words: String) { reason += "; \(words)" }

    /// The exit code of a command that ends in this error.
    public var exitCode: Int32 {
        switch code {
        case .usage: 64
        case .damagedLake: 65
        case .notFound: 66
        case .inputOutput: 74
        case .lakeIsHeld: 75
        }
    }
}

extension PipelineError: CustomStringConvertible {
    public var description: String { "\(location): \(reason)" }
}
