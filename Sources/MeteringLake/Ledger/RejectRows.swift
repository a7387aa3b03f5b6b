internal import BedrockMetering

/// The rejected lines of an object as the ledger records them, in the order of the object: there may be
/// millions, so those of a run lie on disk until they are recorded.
package struct RejectRows: Sendable {
    private let held: [ObjectReading.Reject]
    private let spooled: (spool: RejectSpool, blocks: [RejectSpool.Block])?
    package let count: Int

    package init(_ rejects: [ObjectReading.Reject] = []) {
        held = rejects
        spooled = nil
        count = rejects.count
    }

    /// - Parameter blocks: where they lie in `spool`, each written by ``text(of:)``.
    init(_ count: Int, in blocks: [RejectSpool.Block], of spool: RejectSpool) {
        held = []
        spooled = (spool, blocks)
        self.count = count
    }

    /// Hands on one after another, as long as `body` says so.
    ///
    /// - Throws: what `body` does, and ``PipelineError`` where they cannot be read.
    package func forEach(_ body: (ObjectReading.Reject) throws -> Bool) throws {
        for reject in held {
            guard try body(reject) else { return }
        }
        guard let (spool, blocks) = spooled else { return }
        for block in blocks {
            for line in try spool.read(block).split(separator: UInt8(ascii: "\n")) {
                guard let reject = Self.reject(from: line) else {
                    throw PipelineError(
                        code: .inputOutput, location: "_staging",
                        reason: "what was set aside of rejected lines was changed meanwhile")
                }
                guard try body(reject) else { return }
            }
        }
    }

    /// A line of the spool. A reason has neither tabs nor line ends.
    package static func text(of reject: ObjectReading.Reject) -> String {
        let day = reject.day.map { "\($0)" } ?? ""
        return
            "\(reject.line)\t\(reject.byteOffset)\t\(day)\t\(reject.checksum)\t\(reject.reason)\n"
    }

    private static func reject(from line: ArraySlice<UInt8>) -> ObjectReading.Reject? {
        let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard fields.count == 5, let line = Int(fields[0]), let byteOffset = Int(fields[1]),
            let checksum = Checksum(fields[3])
        else { return nil }
        return ObjectReading.Reject(
            line: line, byteOffset: byteOffset, reason: fields[4], checksum: checksum,
            day: UsageDay(fields[2]))
    }
}
