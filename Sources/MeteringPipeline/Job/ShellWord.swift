/// Words of commands that are shown to be pasted into a shell.
enum ShellWord {
    /// `word` as a POSIX shell takes it for one word.
    static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            (0x61...0x7a).contains(byte | 0x20) || (0x30...0x39).contains(byte)
                || "-_./:=+@%".utf8.contains(byte)
        }
        if isPlain && !word.isEmpty { return word }
        return "'"
            + word.split(separator: "'", omittingEmptySubsequences: false).joined(
                separator: #"'\''"#)
            + "'"
    }
}
