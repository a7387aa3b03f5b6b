internal import BedrockMetering
internal import GRDB

/// Which rejected lines were written off, as facts say: looked up by place and checksum, since an object
/// that is read again has its rejects anew.
extension Ledger {
    /// Takes in what a fact says, in place of what another one said under its number.
    static func index(_ content: Fact.Content?, of fact: Int, _ database: Database) throws {
        try database.change("DELETE FROM written_off WHERE fact = \(fact)")
        guard case .rejectWrittenOff(let writeOff) = content else { return }
        for line in writeOff.lines {
            try database.change(
                """
                INSERT OR IGNORE INTO written_off (object, line, byte_offset, sha256, fact)
                VALUES (
                    \(exactly: writeOff.object), \(line.line), \(line.byteOffset),
                    \(line.checksum.description), \(fact)
                )
                """
            )
        }
    }

    /// Whether a row of `reject` is open: neither taken back in nor written off.
    static var isOpenReject: SQL {
        "(replayed_microseconds IS NULL AND NOT EXISTS (SELECT 1 FROM written_off WHERE \(isWrittenOff)))"
    }

    /// What a row of `written_off` and one of `reject` have in common.
    static var isWrittenOff: SQL {
        """
        written_off.object = (SELECT location FROM object WHERE number = reject.object)
        AND written_off.line = reject.line AND written_off.byte_offset = reject.byte_offset
        AND written_off.sha256 = reject.sha256
        """
    }
}
