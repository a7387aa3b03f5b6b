/// What a spool holds when a gateway takes it: what a run that ended, however it did, has left.
struct SpoolRecovery {
    /// The segments of usage lines, in order, with their sizes once torn tails are cut.
    private(set) var segments: [(name: String, size: Int)] = []
    /// The files of intents, with their sizes.
    private(set) var intentFiles: [(name: String, size: Int)] = []
    /// The calls of which there is an intent and neither a line nor the word that none comes, in order.
    private(set) var openIntents: [CallIntent] = []
    /// Bytes that were cut.
    private(set) var cutBytes = 0

    /// Cuts torn tails, and finds out which calls are open.
    init(_ folder: SpoolFolder) throws(UsageError) {
        var open: [String: CallIntent] = [:]
        var closed: Set<String> = []
        for name in try folder.names(Spool.intentPrefix) {
            let bytes = try whole(name, folder)
            intentFiles.append((name, bytes.count))
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                switch IntentRecord(line) {
                case .opened(let intent): open[intent.callID] = intent
                case .closed(let id): closed.insert(id)
                // Nobody else writes here.
                case nil: throw UsageError("\(folder.path(name)) holds what is no intent")
                }
            }
        }
        for id in closed { open[id] = nil }
        for name in try folder.names(Spool.usagePrefix) {
            let bytes = try whole(name, folder)
            segments.append((name, bytes.count))
            guard !open.isEmpty else { continue }
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                if let id = UsageEvent.callID(in: line) { open[id] = nil }
            }
        }
        openIntents = open.values.sorted { ($0.time, $0.callID) < ($1.time, $1.callID) }
    }

    /// The whole lines of a file, which has no others afterwards.
    private mutating func whole(
        _ name: String, _ folder: SpoolFolder
    ) throws(UsageError) -> [UInt8] {
        let bytes = try folder.contents(name)
        let size = Self.wholeSize(bytes)
        guard size < bytes.count else { return bytes }
        try folder.cut(name, to: size)
        cutBytes += bytes.count - size
        return Array(bytes[..<size])
    }

    /// The size of the lines up to the first that is none of ours. What comes after that was never on the disk
    /// as far as anybody was told: a sync covers all that lies before.
    static func wholeSize(_ bytes: [UInt8]) -> Int {
        var size = 0
        while let end = bytes[size...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = bytes[size..<end]
            // Where the power fails, blocks may be left that were never written.
            guard line.first == UInt8(ascii: "{"), line.last == UInt8(ascii: "}"), !line.contains(0)
            else { break }
            size = end + 1
        }
        return size
    }
}
