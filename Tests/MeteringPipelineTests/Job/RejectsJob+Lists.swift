import MeteringLake

/// What a job lists, as a whole.
extension RejectsJob {
    func run() async throws -> [LedgerReject] {
        var rejects: [LedgerReject] = []
        try await forEach { rejects.append($0) }
        return rejects
    }

    func repairable() async throws -> (
        lines: [String], missing: [LedgerReject], unread: [ObjectFailure]
    ) {
        var lines: [String] = []
        let left = try await forEachRepairable { lines.append(String($0.dropLast())) }
        return (lines, left.missing, left.unread)
    }
}
