package import BedrockMetering
internal import Foundation

/// The rejected lines of one object, kept under `_rejected` as JSON lines with the raw bytes in
/// Base64.
///
/// Each is written as it comes, to a file that takes its place once the object is known to be whole, so
/// that an object of nothing else takes no memory. The file's name follows from what it holds, the
/// object's location included, so that reading an object again adds nothing, and another object in its
/// place takes nothing away. It has all digits of the SHA-256: whoever writes log lines finds no others
/// that would take the place of another object's. Files of 0.1.0 have another number in their names, and
/// are read like all others.
package final class RejectFile {
    private let object: String
    private let lake: Lake
    private let spool: RejectSpool
    /// Whether the bytes are in the lake already, so that the lines are recorded and nothing is written.
    private let isKept: Bool
    private var staged: StagedFile?
    /// What is not written yet: lines of the file, and of the spool.
    private var text: [UInt8] = []
    private var rows: [UInt8] = []
    private var blocks: [RejectSpool.Block] = []
    private var count = 0
    /// What went wrong; nothing is written afterwards.
    private var failure: PipelineError?

    private static let bufferSize = 1 << 16

    init(of object: StoredObject, in lake: Lake, spool: RejectSpool, isKept: Bool) {
        self.object = object.name
        self.lake = lake
        self.spool = spool
        self.isKept = isKept
    }

    /// Takes a line; what goes wrong is told by ``keep()``.
    package func add(_ line: RejectedLine) {
        guard failure == nil else { return }
        count += 1
        rows += RejectRows.text(of: ObjectReading.Reject(line)).utf8
        if !isKept {
            text += "{\"object\":\(JSONText.quoted(object)),\"line\":\(line.number)".utf8
            text += ",\"byte_offset\":\(line.byteOffset)".utf8
            text += ",\"reason\":\(JSONText.quoted(line.reason.description))".utf8
            text += ",\"raw_base64\":\"\(Data(line.bytes).base64EncodedString())\"}\n".utf8
        }
        guard max(text.count, rows.count) >= Self.bufferSize else { return }
        do throws(PipelineError) {
            try flush()
        } catch {
            failure = error
        }
    }

    /// Forgets all lines.
    package func startOver() {
        staged = nil
        text = []
        rows = []
        blocks = []
        count = 0
    }

    /// Puts the file in place if there are any lines.
    ///
    /// - Returns: what is to be recorded of them.
    /// - Throws: ``PipelineError`` where something could not be written.
    package func keep() async throws(PipelineError) -> RejectRows {
        if let failure { throw failure }
        guard count > 0 else { return RejectRows() }
        try flush()
        if let staged {
            try await lake.keep(staged, at: "\(Lake.rejectedName)/\(Self.name(of: staged, object))")
        }
        staged = nil
        return RejectRows(count, in: blocks, of: spool)
    }

    private func flush() throws(PipelineError) {
        if !text.isEmpty {
            let file: StagedFile
            if let staged {
                file = staged
            } else {
                file = try StagedFile(in: lake)
                staged = file
            }
            try file.write(text)
            text.removeAll(keepingCapacity: true)
        }
        guard !rows.isEmpty else { return }
        blocks.append(try spool.add(rows))
        rows.removeAll(keepingCapacity: true)
    }

    /// The object's own name, as far as it is plain, and the checksum of the file.
    private static func name(of file: StagedFile, _ object: String) -> String {
        let plain = PlainName.plain(object.split(separator: "/").last ?? "")
        return PlainName.hidden("\(plain)-\(file.checksum)", ending: "rejects")
    }
}
