/// What pieces are made of.
extension XMLReader {
    /// Whether `text` comes next.
    func follows(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - offset >= count else { return false }
        for index in 0..<count where bytes[offset + index] != text.utf8Start[index] { return false }
        return true
    }

    mutating func pass(_ text: StaticString) throws(XMLFault) {
        guard follows(text) else { throw fault("\(text) is missing") }
        offset += text.utf8CodeUnitCount
    }

    /// Passes white space over; false where there is none.
    @discardableResult
    mutating func passSpace() -> Bool {
        let start = offset
        while offset < bytes.count, Self.isSpace(bytes[offset]) { offset += 1 }
        return offset > start
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
    }

    /// What comes before the first markup: a byte order mark, and a declaration of a version and an encoding
    /// that are read here. White space before the declaration is no fault: S3 sends it to keep a connection
    /// from falling silent.
    mutating func passProlog() throws(XMLFault) {
        if follows("\u{feff}") { offset += 3 }
        passSpace()
        guard follows("<?xml"), offset + 5 < bytes.count, Self.isSpace(bytes[offset + 5]) else {
            return
        }
        offset += 5
        var names: [StaticString] = ["version", "encoding", "standalone"]
        var isFirst = true
        while passSpace(), !follows("?>") {
            guard let index = names.firstIndex(where: { follows($0) }), !isFirst || index == 0
            else { throw fault("no declaration of XML") }
            let name = names[index]
            names.removeSubrange(...index)
            isFirst = false
            offset += name.utf8CodeUnitCount
            let value = try quoted { (reader) throws(XMLFault) in try reader.passCharacters() }
            guard Self.isDeclarable(bytes[value], as: "\(name)") else {
                throw fault("a version or an encoding that is not read", at: value.lowerBound)
            }
        }
        guard !isFirst else { throw fault("no declaration of XML") }
        try pass("?>")
    }

    private static func isDeclarable(_ value: ArraySlice<UInt8>, as name: String) -> Bool {
        let text = String(decoding: value, as: UTF8.self)
        switch name {
        case "version":
            return text.utf8.count > 2 && text.hasPrefix("1.")
                && text.utf8.dropFirst(2).allSatisfy { (0x30...0x39).contains($0) }
        case "encoding": return ["utf-8", "us-ascii"].contains(text.lowercased())
        default: return ["yes", "no"].contains(text)
        }
    }

    /// `= "…"` with what `pass` passes over between the quotes; the range of that.
    private mutating func quoted(
        _ pass: (inout XMLReader) throws(XMLFault) -> Void
    ) throws(XMLFault) -> Range<Int> {
        passSpace()
        try self.pass("=")
        passSpace()
        guard follows("\"") || follows("'") else { throw fault("a value without quotes") }
        let quote = bytes[offset]
        offset += 1
        let start = offset
        while offset < bytes.count, bytes[offset] != quote {
            try pass(&self)
            guard offset - start <= limits.attributeSize else {
                throw fault("a value of more than \(limits.attributeSize) bytes", at: start)
            }
        }
        guard offset < bytes.count else { throw fault("the document ends too early") }
        defer { offset += 1 }
        return start..<offset
    }

    /// Passes the rest of a start over; true where that is its element's end too.
    mutating func passAttributes(ofElementAt begin: Int) throws(XMLFault) -> Bool {
        var names: [Range<Int>] = []
        while true {
            let isApart = passSpace()
            if follows(">") {
                offset += 1
                return false
            }
            if follows("/>") {
                offset += 2
                return true
            }
            guard isApart else { throw fault("no space before an attribute") }
            let name = try name()
            guard names.count < limits.attributes else {
                throw fault("more than \(limits.attributes) attributes", at: begin)
            }
            guard !names.contains(where: { bytes[$0].elementsEqual(bytes[name]) }) else {
                throw fault("an attribute that stands twice", at: name.lowerBound)
            }
            names.append(name)
            _ = try quoted { (reader) throws(XMLFault) in
                switch reader.bytes[reader.offset] {
                case UInt8(ascii: "<"): throw reader.fault("markup in an attribute")
                case UInt8(ascii: "&"): _ = try reader.reference()
                default: try reader.passCharacters()
                }
            }
        }
    }

    mutating func passComment() throws(XMLFault) {
        offset += 4
        while !follows("--") { try passCharacters() }
        offset += 2
        try pass(">")
    }

    mutating func passInstruction() throws(XMLFault) {
        offset += 2
        let name = try name()
        guard String(decoding: bytes[name], as: UTF8.self).lowercased() != "xml" else {
            throw fault("a declaration of XML that is not at the beginning")
        }
        guard passSpace() || follows("?>") else { throw fault("no processing instruction") }
        while !follows("?>") { try passCharacters() }
        offset += 2
    }

    /// The text of a section of CDATA.
    mutating func unparsedText() throws(XMLFault) -> ArraySlice<UInt8> {
        offset += 9
        let start = offset
        var hasReturn = false
        while !follows("]]>") {
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "\r") { hasReturn = true }
            try passCharacters()
        }
        defer { offset += 3 }
        return hasReturn ? Self.withLineFeeds(bytes[start..<offset]) : bytes[start..<offset]
    }

    private static func withLineFeeds(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var lines: [UInt8] = []
        var last: UInt8 = 0
        for byte in text {
            if byte == UInt8(ascii: "\r") {
                lines.append(UInt8(ascii: "\n"))
            } else if byte != UInt8(ascii: "\n") || last != UInt8(ascii: "\r") {
                lines.append(byte)
            }
            last = byte
        }
        return lines[...]
    }
}
