import AWSServices

/// What a document comes to, with pieces of text put together.
enum XMLPiece: Hashable, CustomStringConvertible {
    case start(String)
    case text(String)
    case end

    var description: String {
        switch self {
        case .start(let name): "<\(name)>"
        case .text(let text): text.debugDescription
        case .end: "</>"
        }
    }
}

extension [XMLPiece] {
    mutating func add(_ text: String) {
        guard !text.isEmpty else { return }
        if case .text(let before)? = last {
            self[count - 1] = .text(before + text)
        } else {
            append(.text(text))
        }
    }
}

extension XMLReader {
    /// All pieces of a document.
    static func pieces(
        of document: [UInt8], limits: XMLLimits = XMLLimits()
    ) throws(XMLFault) -> [XMLPiece] {
        var reader = XMLReader(document, limits: limits)
        var pieces: [XMLPiece] = []
        while let event = try reader.next() {
            switch event {
            case .start(let name): pieces.append(.start(name.text))
            case .text(let text): pieces.add(String(decoding: text, as: UTF8.self))
            case .end: pieces.append(.end)
            }
        }
        return pieces
    }
}
