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
    /// Of what was ingested; rejected lines are no longer than an event.
    package var limits = DecodingLimits()
    package var stores = Stores.local

    package init(
        of lake: String, ledger: String? = nil, day: UsageDay? = nil, stores: Stores = .local
    ) {
        self.lake = lake
        self.ledger = ledger
        self.day = day
        self.stores = stores
    }

    /// Hands on the rejects, in the order of objects and lines.
    ///
    /// The ledger cannot be written meanwhile: `take` must wait for nobody. ``SpooledText`` takes what is to
    /// be shown.
    ///
    /// - Throws: ``PipelineError`` with `notFound` if there is no lake or no ledger, and what `take` throws.
    package func forEach(_ take: (LedgerReject) throws -> Void) async throws {
        let ledger = try await LakeLedger(lake: lake, ledger: ledger, stores: stores).reading()
        try ledger.forEachReject(of: day) { reject in
            if includesSettled || reject.isOpen { try take(reject) }
        }
    }

    /// What is missing of lines to repair.
    package struct Unrepairable: Sendable {
        /// The first rejects whose bytes are not under `_rejected` any more.
        package internal(set) var missing: [LedgerReject] = []
        /// How many there are.
        package internal(set) var missingCount = 0
        /// Files there that cannot be read.
        package internal(set) var unread: [ObjectFailure] = []

        static let namedRejects = 100
    }

    /// Hands on the rejects with what was rejected, each as a JSON object on a line, as ``ReplayJob`` takes
    /// them back once they are repaired; see ``forEach(_:)``.
    package func forEachRepairable(_ take: (String) throws -> Void) async throws -> Unrepairable {
        var unrepairable = Unrepairable()
        let (lines, unread) = try await KeptLines.all(
            of: Lake(at: try ObjectLocation(lake), stores: stores), limits: limits)
        unrepairable.unread = unread
        try await forEach { reject in
            if let raw = try lines.bytes(of: reject.checksum) {
                return try take(JSONText.object(reject.members + [Self.text(of: raw)]) + "\n")
            }
            unrepairable.missingCount += 1
            if unrepairable.missing.count < Unrepairable.namedRejects {
                unrepairable.missing.append(reject)
            }
        }
        return unrepairable
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
