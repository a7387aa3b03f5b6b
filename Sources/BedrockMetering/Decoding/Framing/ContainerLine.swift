/// How container runtimes write what a process prints: a line that is longer than their buffer, of 16 KiB
/// most often, comes in pieces.
enum ContainerLine {
    /// Which lines pieces belong to: those of one process's stream, as one kind of runtime writes it.
    enum Stream: Int, CaseIterable {
        case stdout, stderr, dockerStdout, dockerStderr
    }

    /// What stands before the text in the format of the Container Runtime Interface, such as
    /// `2025-12-07T01:23:45.678901234Z stdout P `. The time may be missing, where an envelope has it.
    struct Header {
        var stream: Stream
        /// Where the flag lies: P for a piece, F for a whole line or the last piece of one.
        var flag: Int
        var isPartial: Bool
        var textStart: Int
    }

    /// Whether a line may begin with `byte`: a time's digit, a stream's name or a document of Docker's.
    @inline(__always)
    static func mayBegin(with byte: UInt8) -> Bool {
        ByteScan.isDigit(byte) || byte == 0x73 || byte == 0x7b
    }

    static func header(_ text: RawSpan, from start: Int, to end: Int) -> Header? {
        var offset = start
        guard offset < end else { return nil }
        if ByteScan.isDigit(text.byte(at: offset)) {
            let limit = min(end, start + 40)
            while offset < limit, text.byte(at: offset) != 0x20 { offset += 1 }
            guard offset < limit, offset - start >= 20, text.byte(at: start + 10) == 0x54 else {
                return nil
            }
            offset += 1
        }
        guard offset + 8 <= end else { return nil }
        let stream: Stream
        // "stdout " and "stderr "
        switch text.word(at: offset) & 0xff_ffff_ffff_ffff {
        case 0x20_7475_6f64_7473: stream = .stdout
        case 0x20_7272_6564_7473: stream = .stderr
        default: return nil
        }
        let flag = offset + 7
        let byte = text.byte(at: flag)
        guard byte == 0x50 || byte == 0x46 else { return nil }
        // Other tags may follow, after colons.
        var textStart = flag + 1
        if textStart < end, text.byte(at: textStart) == 0x3a {
            while textStart < end, text.byte(at: textStart) != 0x20 { textStart += 1 }
        }
        guard textStart == end || text.byte(at: textStart) == 0x20 else { return nil }
        return Header(
            stream: stream, flag: flag, isPartial: byte == 0x50,
            textStart: min(textStart + 1, end))
    }

    /// A line of Docker's log files: `{"log":"text\n","stream":"stdout","time":"2025-12-07T01:23:45Z"}`.
    struct DockerLine {
        var stream: Stream
        /// Without escapes.
        var text: [UInt8]
        var time: Int64?

        /// Whether the line ends here; a piece has no line end.
        var hasEnd: Bool { text.last == 0x0a }

        /// Whether the piece fills Docker's buffer; its last character may be cut.
        var fillsBuffer: Bool { text.count >= (16 << 10) - 3 }
    }

    static func dockerLine(_ text: RawSpan, from start: Int, to end: Int) -> DockerLine? {
        guard start + 6 < end, text.byte(at: start) == 0x7b else { return nil }
        let key = ByteScan.skipSpaces(in: text, from: start + 1, to: end)
        // "log"
        guard key + 5 < end, text.word(at: key) & 0xff_ffff_ffff == 0x22_676f_6c22 else {
            return nil
        }
        var log: JSONScanner.Value?
        var stream: Stream?
        var time = EnclosingTime()
        var scanner = JSONScanner(from: start, to: end)
        let isSound =
            (try? scanner.object(text) { key, value in
                time.note(key, value, text)
                guard value.kind == .string else { return }
                if JSONString.equals(key, "log", text) {
                    log = log ?? value
                } else if JSONString.equals(key, "stream", text) {
                    if JSONString.equals(value, "stdout", text) { stream = .dockerStdout }
                    if JSONString.equals(value, "stderr", text) { stream = .dockerStderr }
                }
            }) != nil
        guard isSound, let log, let stream,
            ByteScan.skipSpaces(in: text, from: scanner.offset, to: end) == end
        else { return nil }
        return DockerLine(stream: stream, text: JSONString.copy(log, text), time: time.time)
    }

    /// How JSON that begins in a text goes on.
    enum Completeness {
        /// There is none, or it is broken.
        case none
        /// It is cut at the end of the text.
        case cut
        /// The text is one sound object, and nothing else.
        case whole
    }

    static func completeness(of bytes: [UInt8]) -> Completeness {
        let size = bytes.count
        let text = bytes + [UInt8](repeating: 0, count: ByteScan.padding)
        let brace = ByteScan.first(0x7b, in: text.span.bytes, from: 0, to: size)
        guard brace < size else { return .none }
        var scanner = JSONScanner(from: brace, to: size)
        guard (try? scanner.value(text.span.bytes)) != nil else {
            return scanner.ranOut ? .cut : .none
        }
        let isAlone =
            ByteScan.skipSpaces(in: text.span.bytes, from: 0, to: size) == brace
            && ByteScan.skipSpaces(in: text.span.bytes, from: scanner.offset, to: size) == size
        return isAlone ? .whole : .none
    }
}
