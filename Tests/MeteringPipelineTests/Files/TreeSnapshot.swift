import Foundation

/// All that lies under a folder as it is, links not followed: names, kinds, modes and bytes.
struct TreeSnapshot: Equatable {
    struct Entry: Equatable {
        var kind: FileAttributeType?
        var mode: Int?
        var bytes: Data?
        var target: String?
    }

    var entries: [String: Entry] = [:]

    init(_ path: String) throws {
        let files = FileManager.default
        for name in try files.subpathsOfDirectory(atPath: path) + ["."] {
            let inner = "\(path)/\(name)"
            let attributes = try files.attributesOfItem(atPath: inner)
            var entry = Entry(
                kind: attributes[.type] as? FileAttributeType,
                mode: (attributes[.posixPermissions] as? NSNumber)?.intValue)
            if entry.kind == .typeRegular { entry.bytes = files.contents(atPath: inner) }
            if entry.kind == .typeSymbolicLink {
                entry.target = try files.destinationOfSymbolicLink(atPath: inner)
            }
            entries[name] = entry
        }
    }

    /// Who may do what with an entry, as chmod(1) has it.
    func mode(_ name: String) -> String? {
        entries[name]?.mode.map { String($0, radix: 8) }
    }
}
