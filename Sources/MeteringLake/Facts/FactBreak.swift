internal import BedrockMetering

/// Where the chain of facts does not hold.
package enum FactBreak: Sendable, Hashable {
    /// There are later facts, or the ledger has read it, and it is gone.
    case missing(Int)
    case unreadable(Int, reason: String)
    /// It does not name the checksum of the fact before.
    case doesNotFollow(Int)
    /// It is another one than the ledger has read.
    case changed(Int)
    /// Something else lies among the facts.
    case foreign(name: String)

    /// Whether facts may be lost or changed by it.
    package var breaksChain: Bool {
        if case .foreign = self { return false }
        return true
    }

    package var text: String {
        switch self {
        case .missing(let number): "\(Self.name(number)) is missing"
        case .unreadable(let number, let reason): "\(Self.name(number)) \(reason)"
        case .doesNotFollow(let number):
            "\(Self.name(number)) does not follow on the fact before it: one of the two was changed"
        case .changed(let number): "\(Self.name(number)) is not what the ledger has read of it"
        case .foreign(let name): "\(FactFile.folder)/\(name) is no fact, and was left alone"
        }
    }

    private static func name(_ number: Int) -> String {
        "\(FactFile.folder)/\(FactFile.name(of: number))"
    }

    /// What to do about all of `breaks` in a lake; nil if there are none.
    package static func advice(on breaks: [FactBreak], of lake: String) -> String? {
        guard let first = breaks.first(where: \.breaksChain) else { return nil }
        let others = breaks.count(where: \.breaksChain) - 1
        return "the chain of facts is broken: \(first.text)"
            + (others > 0 ? ", and \(others) more" : "")
            + "; no usage is lost, but which days are closed or restated may be wrong; bring the file back "
            + "from a backup or an older version of the object, then run "
            + ShellWord.command(["verify"], lake: lake)
    }
}

/// How the files of facts are named.
package enum FactFile {
    package static let folder = "_facts"
    private static let fileExtension = ".fact"
    private static let digits = 10

    /// `0000000001.fact`.
    package static func name(of sequence: Int) -> String {
        let number = String(sequence)
        return String(repeating: "0", count: max(0, digits - number.utf8.count)) + number
            + fileExtension
    }

    /// The number of the fact of that name; nil where it is no such name.
    package static func sequence(of name: String) -> Int? {
        guard name.hasSuffix(fileExtension) else { return nil }
        let number = name.dropLast(fileExtension.count)
        guard number.utf8.count == digits, let sequence = Int(number), sequence > 0,
            self.name(of: sequence) == name
        else { return nil }
        return sequence
    }
}
