/// Values of elements. An element is entered by ``root(_:)`` or ``child()``; whoever has entered one reads it to
/// its end, by one of the rest.
extension XMLReader {
    /// Enters the root, which must have a name if one is given.
    package mutating func root(_ name: StaticString?) throws(XMLFault) {
        guard case .start(let found)? = try next(), name.map({ $0 ~= found }) ?? true else {
            throw fault("the root is not \(name.map { "\($0)" } ?? "there")", at: 0)
        }
    }

    /// Enters the next element in the one that is entered; nil where that ends.
    package mutating func child() throws(XMLFault) -> XMLName? {
        while let event = try next() {
            switch event {
            case .start(let name): return name
            case .text: continue
            case .end: return nil
            }
        }
        return nil
    }

    /// Enters the first element of a name in the one that is entered.
    package mutating func child(_ name: StaticString) throws(XMLFault) {
        while let found = try child() {
            if name ~= found { return }
            try skip()
        }
        throw fault("\(name) is missing")
    }

    /// Passes over what is left of the element that is entered.
    package mutating func skip() throws(XMLFault) {
        let depth = depth - 1
        while self.depth > depth { _ = try next() }
    }

    /// The text of the element that is entered, which holds nothing else.
    package mutating func text() throws(XMLFault) -> String {
        let start = offset
        var text: [UInt8] = []
        while case .text(let piece)? = try value() {
            text += piece
            guard text.count <= limits.textSize else {
                throw fault("a text of more than \(limits.textSize) bytes", at: start)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The next piece of an element that holds text alone; nil at its end.
    private mutating func value() throws(XMLFault) -> Event? {
        switch try next() {
        case .text(let piece): return .text(piece)
        case .start: throw fault("an element in the place of a value")
        case .end, nil: return nil
        }
    }

    /// A number without a sign of the element that is entered.
    package mutating func number(upTo maximum: Int64) throws(XMLFault) -> Int64 {
        let start = offset
        guard let number = ServiceNumber.number(try text(), upTo: maximum) else {
            throw fault("no number up to \(maximum)", at: start)
        }
        return number
    }

    package mutating func truth() throws(XMLFault) -> Bool {
        let start = offset
        switch try text() {
        case "true", "1": return true
        case "false", "0": return false
        default: throw fault("neither true nor false", at: start)
        }
    }

    /// Takes a value over that may stand once.
    package func set<Value>(_ field: inout Value?, _ value: Value) throws(XMLFault) {
        guard field == nil else { throw fault("a value that stands twice") }
        field = value
    }

    /// Reads the document to its end, without wanting anything of the rest.
    package mutating func finish() throws(XMLFault) {
        while try next() != nil { continue }
    }

    /// A value that must stand.
    package func required<Value>(_ field: Value?, _ name: StaticString) throws(XMLFault) -> Value {
        guard let field else { throw fault("\(name) is missing") }
        return field
    }
}

/// A document that is read as a whole.
protocol XMLDocument {
    /// The root's name; nil where servers differ, and what must stand in it tells it from others.
    static var root: StaticString? { get }
    /// Reads the root, which is entered, to its end.
    init(_ reader: inout XMLReader) throws(XMLFault)
}

extension XMLDocument {
    static var root: StaticString? { nil }

    init(_ bytes: [UInt8]) throws(XMLFault) {
        var reader = XMLReader(bytes)
        try reader.root(Self.root)
        self = try Self(&reader)
        try reader.finish()
    }
}
