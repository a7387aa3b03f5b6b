/// Pulls a document apart, piece by piece: elements, text, references to characters and CDATA. Comments and
/// processing instructions are passed over, and a document type is refused, as no service sends one.
///
/// Everything is checked that XML 1.0 has a document be ("Extensible Markup Language (XML) 1.0", fifth
/// edition), but for namespaces, which stay what they are: parts of names. There is no tree and no recursion,
/// and each byte is looked at a few times at most, so that time and memory follow from the bytes' number alone.
package struct XMLReader: Sendable {
    package enum Event: Sendable, Hashable {
        case start(XMLName)
        /// A piece of an element's text, which may come in many.
        case text(ArraySlice<UInt8>)
        case end
    }

    let bytes: [UInt8]
    let limits: XMLLimits
    /// Where the next piece begins.
    var offset = 0
    /// Where the names of the open elements stand, the outermost one first.
    private(set) var open: [Range<Int>] = []
    private var elements = 0
    private var isBegun = false
    /// Whether the last start was that of an element without contents, whose end comes next.
    private var isEmptyElement = false

    package init(_ bytes: [UInt8], limits: XMLLimits = XMLLimits()) {
        self.bytes = bytes
        self.limits = limits
    }

    /// How many elements are open.
    package var depth: Int { open.count }

    /// The next piece; nil after the end of a document that is whole.
    package mutating func next() throws(XMLFault) -> Event? {
        if isEmptyElement {
            isEmptyElement = false
            open.removeLast()
            return .end
        }
        if !isBegun {
            isBegun = true
            try passProlog()
        }
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "<"):
                if let event = try markup() { return event }
            case UInt8(ascii: "&"):
                guard !open.isEmpty else { throw fault("text outside of all elements") }
                return .text(try reference())
            default:
                if !open.isEmpty { return .text(try text()) }
                guard passSpace() else { throw fault("text outside of all elements") }
            }
        }
        guard open.isEmpty, elements > 0 else { throw fault("the document ends too early") }
        return nil
    }

    func fault(_ reason: String, at place: Int? = nil) -> XMLFault {
        XMLFault(reason: reason, offset: place ?? offset)
    }

    /// What begins with `<`; nil for what is passed over.
    private mutating func markup() throws(XMLFault) -> Event? {
        if follows("</") { return try end() }
        if follows("<?") {
            try passInstruction()
            return nil
        }
        if follows("<!--") {
            try passComment()
            return nil
        }
        if follows("<![CDATA[") {
            guard !open.isEmpty else { throw fault("text outside of all elements") }
            return .text(try unparsedText())
        }
        guard !follows("<!") else { throw fault("a document type, or what is no markup") }
        return try start()
    }

    private mutating func start() throws(XMLFault) -> Event {
        let begin = offset
        guard !open.isEmpty || elements == 0 else { throw fault("a second root") }
        guard open.count < limits.depth else {
            throw fault("more than \(limits.depth) elements inside each other")
        }
        elements += 1
        guard elements <= limits.elements else {
            throw fault("more than \(limits.elements) elements")
        }
        offset += 1
        let name = try name()
        isEmptyElement = try passAttributes(ofElementAt: begin)
        open.append(name)
        return .start(XMLName(bytes: bytes[name]))
    }

    private mutating func end() throws(XMLFault) -> Event {
        let begin = offset
        offset += 2
        let name = try name()
        passSpace()
        try pass(">")
        guard let start = open.popLast(), bytes[start].elementsEqual(bytes[name]) else {
            throw fault("an end without its start", at: begin)
        }
        return .end
    }

    /// Text up to the next markup, reference or carriage return. An end of a line is a line feed, however it is
    /// written.
    private mutating func text() throws(XMLFault) -> ArraySlice<UInt8> {
        if bytes[offset] == UInt8(ascii: "\r") {
            offset += follows("\r\n") ? 2 : 1
            return Self.lineFeed
        }
        let start = offset
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "<"), UInt8(ascii: "&"), UInt8(ascii: "\r"):
                return bytes[start..<offset]
            case UInt8(ascii: ">"):
                guard
                    offset < start + 2 || bytes[offset - 1] != UInt8(ascii: "]")
                        || bytes[offset - 2] != UInt8(ascii: "]")
                else { throw fault("an end of CDATA without its start") }
                offset += 1
            default: try passCharacters()
            }
        }
        return bytes[start..<offset]
    }

    private static let lineFeed: ArraySlice<UInt8> = [UInt8(ascii: "\n")]
}
