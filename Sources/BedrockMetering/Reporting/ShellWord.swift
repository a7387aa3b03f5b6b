/// Words of commands that are shown to be pasted.
package enum ShellWord {
    /// `meter-etl rebuild --day 2025-12-07 --lake lake`.
    package static func command(_ words: [String], lake: String) -> String {
        (["meter-etl"] + words + ["--lake", lake]).map(quoted).joined(separator: " ")
    }

    /// `text` as one word of a POSIX shell.
    package static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/:._-+=@%,".utf8.contains(byte)
            }
        }
        guard !isPlain || text.isEmpty else { return text }
        return "'"
            + text.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
}
