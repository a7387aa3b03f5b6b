package import BedrockMetering

/// A closed day whose file is not what its last fact says.
package struct UnsettledDay: Sendable, Hashable {
    package let day: UsageDay
    package let reason: Reason

    package enum Reason: Sendable, Hashable {
        case changed, gone
        case unreadable(String)
    }

    package func text(in lake: Lake) -> String {
        switch reason {
        case .changed:
            "the file of this closed day is not what the last fact says: a run was interrupted before it "
                + "could record the restatement, or something else wrote the file; the next "
                + "ingest records it where nothing is lost: "
                + lake.command("ingest")
        case .gone:
            "the file of this closed day is gone; \(lake.rebuilding(day)) makes it again"
        case .unreadable(let reason): "the file of this closed day cannot be read: \(reason)"
        }
    }
}

/// Closed days, and what became of their files.
extension Lake {
    /// Those of closed days whose files are not what the last facts say.
    ///
    /// - Parameter trusted: the checksums of files that are known without a look at them.
    package func unsettled(
        _ states: [Ledger.ClosedState], trusting trusted: [UsageDay: Checksum]
    ) async -> [UnsettledDay] {
        let others = states.filter { trusted[$0.day] != $0.checksum }.sorted { $0.day < $1.day }
        return await Ahead.map(others) { state in
            await reason(ofUnsettled: state).map { UnsettledDay(day: state.day, reason: $0) }
        }.compactMap { $0 }
    }

    private func reason(ofUnsettled state: Ledger.ClosedState) async -> UnsettledDay.Reason? {
        do {
            let partition = try await partition(of: state.day)
            if let damage = partition.damage { return .unreadable(damage.reason) }
            guard let file = partition.files.first else { return state.file.isEmpty ? nil : .gone }
            return try await checksum(of: file) == state.checksum ? nil : .changed
        } catch {
            return .unreadable(ObjectFailure(error, of: state.file).reason)
        }
    }

    /// The checksum of a day's file, as it notes it itself where it is in S3, or else of its bytes.
    private func checksum(of file: DayFile) async throws -> Checksum {
        if !isLocal, let noted = try await stores.remote.notedChecksum(of: file.object.location) {
            return noted
        }
        return try await copy(of: file, in: .temporary).checksum()
    }
}
