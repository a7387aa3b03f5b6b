/// Names of files that are made of other names.
enum PlainName {
    /// What is plain in a name, cut to 60 bytes, with `_` for everything else.
    static func plain(_ name: some StringProtocol) -> String {
        let plain = name.utf8.prefix(60).map { byte -> UInt8 in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            return isPlain ? byte : UInt8(ascii: "_")
        }
        return String(decoding: plain, as: UTF8.self)
    }

    /// A path whose last name no pattern such as `*.json*` takes for data, with `ending` as its only one.
    static func hidden(_ path: String, ending: String) -> String {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let name = parts.removeLast().utf8.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "_") : $0 }
        return (parts + [String(decoding: name, as: UTF8.self) + ".\(ending)"])
            .joined(separator: "/")
    }

    /// 16 hexadecimal digits that stand for a text: FNV-1a, of which anybody can find two of one number.
    /// So it is only for what those who run the commands have chosen, as the name of a lake is.
    static func hash(of text: String) -> String {
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
