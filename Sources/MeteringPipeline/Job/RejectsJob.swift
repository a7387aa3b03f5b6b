package import BedrockMetering
internal import Foundation

/// Lists rejected lines.
package struct RejectsJob: Sendable {
    package var lake: String
    package var ledger: String?
    /// The day that they may be of; any where nil.
    package var day: UsageDay?
    /// Whether those are listed too that were taken back in or written off.
    package var includesSettled = false
    var stores = Stores.standard

    package init(of lake: String, ledger: String? = nil, day: UsageDay? = nil) {
        self.lake = lake
        self.ledger = ledger
        self.day = day
    }

    /// The rejects, in the order of objects and lines.
    ///
    /// - Throws: ``PipelineError`` with `notFound` where there is no lake or no ledger.
    package func run() async throws -> [LedgerReject] {
        let ledger = try await LakeLedger(lake: lake, ledger: ledger, stores: stores).reading()
        return try ledger.rejects(of: day).filter { includesSettled || $0.isOpen }
    }

    /// The rejects with what was rejected, a JSON object a line, as ``ReplayJob`` takes them back once
    /// they are repaired.
    ///
    /// - Returns: the lines, the rejects whose bytes are not under `_rejected` any more, and files there that
    ///   cannot be read.
    package func repairable() async throws -> (
        lines: [String], missing: [LedgerReject], unread: [ObjectFailure]
    ) {
        let (bytes, unread) = try await RejectFile.bytesByChecksum(
            in: Lake(at: try ObjectLocation(lake), stores: stores))
        var lines: [String] = []
        var missing: [LedgerReject] = []
        for reject in try await run() {
            guard let raw = bytes[reject.checksum] else {
                missing.append(reject)
                continue
            }
            lines.append(JSONText.object(reject.members + [Self.text(of: raw)]))
        }
        return (lines, missing, unread)
    }

    /// The member that holds a line: as text, or in Base64 where it is none, since what a text would have
    /// in place of unsound bytes is sound, and would be taken in unrepaired.
    private static func text(of raw: [UInt8]) -> (String, String) {
        let text = String(decoding: raw, as: UTF8.self)
        guard text.utf8.elementsEqual(raw) else {
            return ("raw_base64", JSONText.quoted(Data(raw).base64EncodedString()))
        }
        return ("raw", JSONText.quoted(text))
    }
}

extension LedgerReject {
    /// `exports/a.gz: line 12, byte 345: input_tokens is negative`.
    package var text: String {
        "\(object): line \(line), byte \(byteOffset): \(reason)"
            + (writtenOff.map { " (written off by fact \($0))" } ?? "")
            + (replayed.map { " (taken back in at \($0.secondsText))" } ?? "")
    }

    package func json() -> String {
        JSONText.object(
            members + [
                ("day", day.map { JSONText.quoted($0.description) } ?? "null"),
                ("replayed_at", replayed.map { JSONText.quoted("\($0)") } ?? "null"),
                ("written_off_by_fact", writtenOff.map { String($0) } ?? "null"),
            ]
        )
    }

    fileprivate var members: [(name: String, json: String)] {
        [
            ("object", JSONText.quoted(object)), ("line", String(line)),
            ("byte_offset", String(byteOffset)), ("reason", JSONText.quoted(reason)),
        ]
    }
}
