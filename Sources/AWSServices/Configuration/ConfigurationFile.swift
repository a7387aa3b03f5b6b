/// The sections of a shared config or credentials file.
///
/// The format is that of "Shared config and credentials files" in the AWS SDKs and Tools reference
/// guide: `[section]`, then `name = value`; an indented line goes on with the value above it, or, where
/// that is empty, is a setting within it. `#` and `;` begin a comment at a line's beginning and after
/// white space. The names of settings are in lower case here. Sections of one name are one section, and
/// the last of several values holds.
struct ConfigurationFile: Concealed {
    struct Section: Concealed {
        /// As it stands between the brackets, without white space around.
        let name: String
        var settings: [String: String] = [:]
        /// The settings within a setting.
        var nested: [String: [String: String]] = [:]
    }

    private(set) var sections: [Section] = []

    /// - Parameters:
    ///   - bytes: the file's contents, in UTF-8.
    ///   - path: its path, for errors.
    /// - Throws: an error that names the file and the line, and shows nothing of it.
    init(_ bytes: [UInt8], path: String) throws(AWSConfigurationError) {
        let bytes = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
        var reader = LineReader()
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            do {
                try reader.read(line)
            } catch {
                throw AWSConfigurationError(
                    reason: "\(path), line \(index + 1): \(error.rawValue)")
            }
        }
        sections = reader.sections
    }

    private enum Problem: String, Error {
        case encoding = "not UTF-8"
        case bracket = "a section's name without its closing bracket"
        case afterBracket = "text behind a section's name"
        case sectionName = "a section without a name"
        case outside = "a setting before the first section"
        case noSetting = "neither a section nor a setting with an equals sign"
        case settingName = "a setting without a name"
    }

    private struct LineReader {
        var sections: [Section] = []
        /// The setting that an indented line goes on with.
        private var open: (name: String, indentation: Int)?

        mutating func read(_ line: ArraySlice<UInt8>) throws(Problem) {
            let indentation = line.prefix { Self.isSpace($0) }.count
            let line = Self.trimmed(line)
            guard let first = line.first, !Self.beginsComment(first) else { return }
            guard let text = String(validating: line, as: UTF8.self) else { throw .encoding }
            if let open, indentation > open.indentation {
                try goOn(with: text, in: open.name)
            } else if first == UInt8(ascii: "[") {
                try begin(text)
            } else {
                guard let last = sections.indices.last else { throw .outside }
                let (name, value) = try Self.setting(in: text)
                sections[last].settings[name] = value
                sections[last].nested[name] = nil
                open = (name, indentation)
            }
        }

        private mutating func begin(_ text: String) throws(Problem) {
            guard let end = text.firstIndex(of: "]") else { throw .bracket }
            let rest = Self.trimmed(Array(text[text.index(after: end)...].utf8)[...])
            guard rest.first.map(Self.beginsComment) ?? true else { throw .afterBracket }
            let name = String(
                decoding: Self.trimmed(Array(text[..<end].utf8).dropFirst()), as: UTF8.self)
            guard !name.isEmpty else { throw .sectionName }
            open = nil
            // What follows the last section of this name is added to it.
            let section =
                sections.firstIndex { $0.name == name }.map { sections.remove(at: $0) }
            sections.append(section ?? Section(name: name))
        }

        private mutating func goOn(with text: String, in setting: String) throws(Problem) {
            let last = sections.count - 1
            if let value = sections[last].settings[setting], !value.isEmpty {
                sections[last].settings[setting] = value + "\n" + Self.withoutComment(text)
            } else {
                let (name, value) = try Self.setting(in: text)
                sections[last].nested[setting, default: [:]][name] = value
            }
        }

        private static func setting(
            in text: String
        ) throws(Problem) -> (name: String, value: String) {
            guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
                throw .noSetting
            }
            let name = trimmed(Array(text.utf8[..<equals])[...])
            guard !name.isEmpty else { throw .settingName }
            let value = withoutComment(String(text[text.utf8.index(after: equals)...]))
            return (String(decoding: name, as: UTF8.self).lowercased(), value)
        }

        private static func withoutComment(_ text: String) -> String {
            let bytes = Array(text.utf8)
            let end = bytes.indices.first {
                beginsComment(bytes[$0]) && $0 > 0 && isSpace(bytes[$0 - 1])
            }
            return String(decoding: trimmed(bytes[..<(end ?? bytes.count)]), as: UTF8.self)
        }

        private static func isSpace(_ byte: UInt8) -> Bool {
            byte == 0x20 || (0x09...0x0d).contains(byte)
        }

        private static func beginsComment(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";")
        }

        private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
            var bytes = bytes.drop(while: isSpace)
            while let last = bytes.last, isSpace(last) { bytes.removeLast() }
            return bytes
        }
    }
}
